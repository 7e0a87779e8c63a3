// SPDX-License-Identifier: MIT
// A request and its reply as one line of text, as strace would print them.
#pragma once

#include <functional>
#include <string>

#include "idl/trace/tables.h"
#include "idl/wire/message.h"

namespace future {

// The string at a program address, at most `most` bytes; false if it cannot be read. May be empty (a capture).
using FetchString = std::function<bool(uint64_t address, uint64_t most, std::string& text)>;

// nullptr if the interface has no such call.
const CallTable* find_call(const InterfaceTable& table, uint16_t type);

// The value of one data-section field of a body; 0 where the body has no such word.
uint64_t read_field(const FieldInfo& field, const uint64_t* body, uint32_t words);
// Sets it; false where the body has no such word. What a fuzz harness writes structured messages with.
bool write_field(const FieldInfo& field, uint64_t* body, uint32_t words, uint64_t value);

// read(3, 0x7f0000001000+0x40, 64)
std::string format_request(const CallTable& call, const uint64_t* body, uint32_t words, const FetchString& fetch = {});
//  = 12   or    = -1 ENOENT (No such file or directory)   with a warning behind an error that the declaration does not name
std::string format_reply(const CallTable& call, const wire_reply& reply);

}  // namespace future
