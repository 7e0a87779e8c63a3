// SPDX-License-Identifier: MIT
// Places of a program file in words: function, file and line, through inlined calls; names of its data.
#pragma once

#include <elfutils/libdwfl.h>

#include <memory>
#include <string>
#include <vector>

#include "program/loader.h"

namespace future {

// One function at an address; an address in an inlined one has several, the innermost first.
struct Place {
    std::string function;  // "?": unknown
    std::string file;      // empty: unknown
    int line = 0;
    uint64_t offset = 0;   // from the function's start, where there is no line
    bool inlined = false;  // into the next one
};

// The program file's symbols, as of addresses of the program, which is loaded at `base`. Empty answers when it has none: a
// report is better than no report. The file is the program's, and may be nonsense: libdw copes, but with as much memory and
// time as the file wants, and it follows names in it to other files. Whoever has cut it short ends us with SIGBUS.
class Symbols {
public:
    Symbols(const ProgramFile&, uint64_t base);
    Symbols(const Symbols&) = delete;
    Symbols& operator=(const Symbols&) = delete;

    uint64_t base() const { return base_; }
    bool inside(uint64_t address) const { return module_ && address - base_ < end_ - start_; }
    // Never empty. `address` is of an instruction; behind a call give the byte before.
    std::vector<Place> places(uint64_t address) const;
    // "name", "name + 8" of a variable, or the address.
    std::string object(uint64_t address) const;

    // For the unwinder, who works on addresses as libdwfl has placed the file.
    Dwfl* session() const { return session_.get(); }
    Dwfl_Module* module() const { return module_; }
    uint64_t placed(uint64_t address) const { return inside(address) ? address - base_ + start_ : address; }
    uint64_t loaded(uint64_t address) const {
        return module_ && address - start_ < end_ - start_ ? address - start_ + base_ : address;
    }
    bool can_unwind(uint64_t address) const;

private:
    std::unique_ptr<Dwfl, void (*)(Dwfl*)> session_;
    Dwfl_Module* module_ = nullptr;
    Dwarf_Addr start_ = 0, end_ = 0;
    uint64_t base_;
};

}  // namespace future
