// SPDX-License-Identifier: MIT
// An interface as tables: what trace prints by, what a fuzz harness builds structured messages from, and which layouts
// of a request programs may still send.
#pragma once

#include <cstdint>

namespace future {

enum class FieldKind : uint8_t {
    scalar,
    descriptor,
    size,        // counts another field's bytes or elements
    flags,
    choice,      // one of its constants
    address,     // of a buffer or an object
    string,      // address of a NUL-terminated string
    vector,      // address of an iovec array
    text, data,  // inline: pointer number `word` of the body
};
enum class FieldDirection : uint8_t { in, out, inout };

struct ConstantInfo {
    const char* name;
    int64_t value;
};

struct FieldInfo {
    const char* name;
    FieldKind kind;
    FieldDirection direction;
    bool is_signed, redact;
    uint16_t word;          // data word of the body, after the root pointer
    uint8_t bit, width;     // within the word
    int16_t size_field;     // index of the field that counts it; -1: `bytes` of it
    uint32_t unit;          // bytes an element
    uint64_t bytes;         // of an object; the maximum of a string, text or data
    int64_t least, most;    // range; least > most: none
    const ConstantInfo* constants;
    uint16_t constant_count;
};

struct LayoutInfo {  // struct future_call_note: data_words, layout
    uint16_t data_words;
    uint64_t layout;
};

struct CallTable {
    uint16_t type;
    const char* name;       // "read"; of a case, its front's: "fcntl"
    uint16_t data_words, pointer_words;
    const FieldInfo* fields;
    uint16_t field_count;
    const LayoutInfo* accepted;  // every layout in the lock's history, the newest last
    uint16_t accepted_count;
    bool oneway, result_is_descriptor, result_is_pointer;
    const int64_t* syscalls;     // that serving it makes
    uint16_t syscall_count;
    const int* errors;           // errno values that the declaration names, by @retval or by what its words have checked
    uint16_t error_count;
};

struct InterfaceTable {
    const char* name;
    uint64_t id;
    uint8_t slot;
    const CallTable* calls;
    uint16_t call_count;
};

}  // namespace future
