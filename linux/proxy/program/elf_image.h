// SPDX-License-Identifier: MIT
// A program file, checked in full before anything of it is used: what to copy where, and which calls it needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "future/dispatch.h"
#include "idl/wire/note.h"

namespace future {

struct Segment {
    uint64_t address;  // relative to the image's base
    uint64_t memory_bytes;
    uint64_t file_offset;
    uint64_t file_bytes;
    bool writable;
};

struct ElfImage {
    std::vector<Segment> segments;
    uint64_t bytes = 0;                 // from the base to the end of the last segment
    uint64_t entry = 0;                 // relative
    uint64_t program_headers = 0;       // relative; 0: not in any segment
    uint32_t program_header_count = 0;
    std::vector<future_call_note> calls;
};

// Throws Failure (kNotRunnable) with one line that names `path` and says what to do.
ElfImage check_elf(std::span<const std::byte> file, const std::string& path);

// Every call the program links is served here with a layout that we know; else Failure, naming it.
void check_calls(const ElfImage&, std::span<const Interface>, const std::string& path);

}  // namespace future
