// SPDX-License-Identifier: MIT
// libdw's answers as plain values.
#include "program/symbols.h"

#include <cxxabi.h>
#include <dwarf.h>
#include <cstdlib>
#include <cstring>

#include "fmt/format.h"

namespace future {
namespace {

constexpr int kInlinedMax = 32;        // calls within calls at one address
constexpr size_t kNameMax = 4096;      // a name of a few hundred bytes may stand for gigabytes

std::string cut(const char* name) {
    const size_t bytes = strnlen(name, kNameMax + 1);
    return bytes <= kNameMax ? name : std::string(name, kNameMax) + "…";
}

std::string readable(const char* name) {
    if (std::strncmp(name, "_Z", 2) != 0) return cut(name);  // C's `f` would read as the type float
    int status = 0;
    std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(name, nullptr, nullptr, &status), free);
    return cut(status == 0 ? plain.get() : name);
}

// No other file is looked for: its name would be the program's choice too.
int no_elf(Dwfl_Module*, void**, const char*, Dwarf_Addr, char**, Elf**) { return -1; }
int no_debuginfo(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word, char**) { return -1; }

const Dwfl_Callbacks& callbacks() {
    static const Dwfl_Callbacks table = {no_elf, no_debuginfo, dwfl_offline_section_address, nullptr};
    return table;
}

// An attribute that is an index or a line; -1: not there.
long number(Dwarf_Die* die, unsigned attribute) {
    Dwarf_Attribute found;
    Dwarf_Word value;
    if (!dwarf_attr_integrate(die, attribute, &found) || dwarf_formudata(&found, &value) != 0) return -1;
    return static_cast<long>(value);
}

std::string name_of(Dwarf_Die* die) {
    Dwarf_Attribute attribute;
    for (const unsigned which : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name, DW_AT_name})
        if (dwarf_attr_integrate(die, which, &attribute))
            if (const char* name = dwarf_formstring(&attribute)) return readable(name);
    return "?";
}

// Where the function `die` was inlined.
void set_call_place(Dwarf_Die* unit, Dwarf_Die* die, Place& place) {
    Dwarf_Files* files = nullptr;
    size_t count = 0;
    const long file = number(die, DW_AT_call_file);
    if (file < 0 || dwarf_getsrcfiles(unit, &files, &count) != 0 || static_cast<size_t>(file) >= count) return;
    if (const char* name = dwarf_filesrc(files, static_cast<size_t>(file), nullptr, nullptr)) place.file = name;
    place.line = static_cast<int>(number(die, DW_AT_call_line));
}

}  // namespace

Symbols::Symbols(const ProgramFile& file, uint64_t base)
    : session_(dwfl_begin(&callbacks()), dwfl_end), base_(base) {
    if (!session_) return;
    // As it was opened: the program may have put anything in the place of its name meanwhile. Read only, whatever the type says.
    char* const bytes = reinterpret_cast<char*>(const_cast<std::byte*>(file.bytes().data()));
    dwfl_report_begin(session_.get());
    module_ = dwfl_report_offline_memory(session_.get(), "", "", bytes, file.bytes().size());
    dwfl_report_end(session_.get(), nullptr, nullptr);
    if (module_) dwfl_module_info(module_, nullptr, &start_, &end_, nullptr, nullptr, nullptr, nullptr);
}

std::vector<Place> Symbols::places(uint64_t address) const {
    std::vector<Place> found(1);
    found[0].function = "?";
    if (!inside(address)) return found;
    const Dwarf_Addr at = placed(address);
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char* name = dwfl_module_addrinfo(module_, at, &offset, &symbol, nullptr, nullptr, nullptr);
    const std::string function = name ? readable(name) : "?";
    found[0].function = function;
    found[0].offset = offset;
    if (Dwfl_Line* source = dwfl_module_getsrc(module_, at)) {
        const char* file = dwfl_lineinfo(source, nullptr, &found[0].line, nullptr, nullptr, nullptr);
        if (file) found[0].file = file;
    }
    Dwarf_Addr bias = 0;
    Dwarf_Die* unit = dwfl_module_addrdie(module_, at, &bias);
    Dwarf_Die* scopes = nullptr;
    const int count = unit ? dwarf_getscopes(unit, at - bias, &scopes) : 0;
    for (int i = 0; i < count && found.size() < kInlinedMax; i++) {
        if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram) break;
        if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine) continue;
        found.back().function = name_of(&scopes[i]);
        found.back().inlined = true;
        found.emplace_back();
        found.back().function = function;
        set_call_place(unit, &scopes[i], found.back());
    }
    free(scopes);
    return found;
}

std::string Symbols::object(uint64_t address) const {
    if (inside(address)) {
        GElf_Off offset = 0;
        GElf_Sym symbol;
        const char* name = dwfl_module_addrinfo(module_, placed(address), &offset, &symbol, nullptr, nullptr, nullptr);
        if (name && offset < symbol.st_size)
            return offset ? fmt::format("{} + {}", readable(name), offset) : readable(name);
    }
    return fmt::format("{:#x}", address);
}

bool Symbols::can_unwind(uint64_t address) const {
    if (!inside(address)) return false;
    for (const auto table : {dwfl_module_eh_cfi, dwfl_module_dwarf_cfi}) {
        Dwarf_Addr bias = 0;
        Dwarf_Frame* frame = nullptr;
        Dwarf_CFI* cfi = table(module_, &bias);
        if (!cfi || dwarf_cfi_addrframe(cfi, placed(address) - bias, &frame) != 0) continue;
        free(frame);
        return true;
    }
    return false;
}

}  // namespace future
