// SPDX-License-Identifier: MIT
// Puts a checked program file, its arguments and its start block into the program's memory.
#pragma once

#include <sys/mman.h>

#include <span>
#include <string>
#include <vector>

#include "machine/device.h"
#include "program/elf_image.h"
#include "caller/protections.h"

namespace future {

// The program file, found and opened.
class ProgramFile {
public:
    // Finds `program` as a shell does (PATH when it has no slash). Throws Failure with 126 or 127.
    explicit ProgramFile(const std::string& program);
    ~ProgramFile();
    ProgramFile(const ProgramFile&) = delete;
    ProgramFile& operator=(const ProgramFile&) = delete;

    const std::string& path() const { return path_; }
    int descriptor() const { return file_.get(); }
    // In place. Whoever truncates the file meanwhile ends this command with SIGBUS, as with any program being started.
    std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(bytes_), size_}; }

private:
    std::string path_;
    Descriptor file_;
    void* bytes_ = MAP_FAILED;
    size_t size_ = 0;
};

struct StartPlan {
    std::vector<std::string> arguments;  // arguments[0] is the program's name
    char** environment;
    uint64_t stack_bytes = 0;                 // main's; 0: 8 MiB, or an eighth of a small memory
    uint32_t spin_limit = 0, spin_cores = 0;  // as the start block has them
};

struct Loaded {
    future_device_run run;                      // what the machine is to be told
    std::vector<Protections::Range> constant;  // code, constants, the guard below main's stack
};

// Fills the arena: what is not image, start block and first stack is the program's to allocate. Throws Failure when it
// does not fit.
Loaded load(const ProgramFile&, const ElfImage&, const StartPlan&, const Program&);

}  // namespace future
