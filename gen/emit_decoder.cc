// SPDX-License-Identifier: MIT
#include "emit.h"
namespace gen {
std::string emit_decoder_header(const Interface&) { return ""; }
std::string emit_decoder(const Interface&) { return ""; }
std::string emit_document(const Interface&) { return ""; }
std::string emit_seccomp(const Interface&) { return ""; }
std::string emit_roundtrip(const Interface&) { return ""; }
}
