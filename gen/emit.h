// SPDX-License-Identifier: MIT
// One function for each output file: plain values in, text out. No emitter decides anything that another one must know.
#pragma once

#include <string>

#include "model.h"
#include "text.h"

namespace gen {

std::string emit_schema(const Interface& interface);      // <if>.capnp
std::string emit_wire(const Interface& interface);        // <if>_wire.h
std::string emit_header(const Interface& interface);      // <if>.h
std::string emit_client(const Interface& interface);      // <if>_client.c
std::string emit_handler(const Interface& interface);     // <if>_handler.h
std::string emit_plugin(const Interface& interface);      // <if>_plugin.cc
std::string emit_dispatch(const Interface& interface);    // <if>_dispatch.cc
std::string emit_decoder_header(const Interface& interface);
std::string emit_decoder(const Interface& interface);     // <if>_decoder.{h,cc}
std::string emit_document(const Interface& interface);    // <if>.md
std::string emit_seccomp(const Interface& interface);     // <if>_seccomp.inc
std::string emit_roundtrip(const Interface& interface);   // <if>_roundtrip_test.cc

// Shared by emitters.
std::string prefix_of(const Interface& interface, const Call& call);  // "file_read"
std::string wire_type(const Argument& argument);                      // of its field in the request struct: "int32_t"
bool by_address(const Argument& argument);
bool is_inline(const Argument& argument);
bool is_raw_bytes(const Argument& argument);                          // an object that is so many bytes, of no type
std::string emit_enums(const Interface& interface);                    // emit_header.cc
std::string execute_body(const Interface& interface, const Call& call);  // emit_execute.cc

}  // namespace gen
