// SPDX-License-Identifier: MIT
#include "doctor/c_library.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libelf.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "ground/descriptor.h"
#include "ground/failure.h"

namespace future {
namespace {

constexpr const char* kLibraries[] = {"libfuture.a", "libmulth.a", "libc.a", "libm.a"};
constexpr const char* kRefusals = "absent.c.o";   // its functions say ENOSYS
constexpr const char* kStubs = "_client.c.o";     // what the generator made of an interface

Support support_of_member(const std::string& member) {
    if (member == kRefusals) return Support::refuses;
    return member.ends_with(kStubs) ? Support::delegated : Support::has;
}

using Elf_ = std::unique_ptr<Elf, int (*)(Elf*)>;

std::string member_at(Elf* archive, int file, size_t offset) {
    if (elf_rand(archive, offset) != offset) return "";
    const Elf_ member(elf_begin(file, ELF_C_READ_MMAP, archive), elf_end);
    const Elf_Arhdr* header = member ? elf_getarhdr(member.get()) : nullptr;
    return header ? header->ar_name : "";
}

}  // namespace

CLibrary::CLibrary(const std::string& folder) {
    elf_version(EV_CURRENT);
    for (const char* library : kLibraries) read(folder + "/" + library);
}

// What comes first in the link counts.
void CLibrary::read(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw Failure(fmt::format("{}: {}; build Future first", path, std::strerror(errno)));
    const Elf_ archive(elf_begin(file.get(), ELF_C_READ_MMAP, nullptr), elf_end);
    size_t count = 0;
    const Elf_Arsym* symbols = archive ? elf_getarsym(archive.get(), &count) : nullptr;
    if (!symbols) throw Failure(fmt::format("{} is no archive with an index; build Future again", path));
    size_t offset = 0;
    Support support = Support::has;
    for (size_t i = 0; i < count && symbols[i].as_name; i++) {
        if (symbols[i].as_off != offset) {
            offset = symbols[i].as_off;
            support = support_of_member(member_at(archive.get(), file.get(), offset));
        }
        functions_.emplace(symbols[i].as_name, support);
    }
}

Support CLibrary::support(const std::string& function) const {
    const auto found = functions_.find(function);
    return found == functions_.end() ? Support::absent : found->second;
}

std::vector<StandardHeader> read_standard_functions(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw Failure(fmt::format("{}: {}; build Future first", path, std::strerror(errno)));
    std::vector<StandardHeader> headers;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::string word;
        if (line[0] != ' ') {
            words >> word;
            headers.push_back({word.substr(0, word.size() - 1), {}});
        }
        while (!headers.empty() && words >> word) {
            const bool linux_only = word[0] == '+', in_header = word[0] == '#';
            headers.back().functions.push_back({word.substr(linux_only || in_header), linux_only, in_header});
        }
    }
    return headers;
}

namespace {

void add_name(std::string& list, const std::string& name) { list += (list.empty() ? "`" : " `") + name + "`"; }

struct Row {
    size_t has = 0;
    std::string delegated, refuses, not_delegated, absent;
};

Row row_of(const StandardHeader& header, const CLibrary& library) {
    Row row;
    for (const StandardFunction& function : header.functions) {
        const Support support = function.in_header ? Support::has : library.support(function.name);
        switch (support) {
        case Support::has: row.has++; break;
        case Support::delegated: add_name(row.delegated, function.name); break;
        case Support::refuses: add_name(row.refuses, function.name); break;
        case Support::absent: add_name(function.linux_only ? row.not_delegated : row.absent, function.name); break;
        }
    }
    return row;
}

}  // namespace

std::string functions_page(const std::vector<StandardHeader>& headers, const CLibrary& library) {
    std::string page =
        "# Functions of the C library\n\n"
        "What POSIX.1-2017 and C17 promise (`libc-shim/functions.txt`), and what Future's C library has of it. `future doctor\n"
        "--functions` prints this page, and the test `system_doctor` compares them. What is missing fails at link time.\n"
        "`future doctor PROGRAM` says the same of one program, library or object file that was built for Linux.\n\n"
        "- has: how many of the header's functions Future answers by itself.\n"
        "- delegated: Linux answers, through `idl/`.\n"
        "- ENOSYS: there, but always fails with it.\n"
        "- not delegated yet: only Linux can answer it, and no interface in `idl/` declares it.\n\n"
        "| header | has | delegated | ENOSYS | not delegated yet | missing |\n"
        "| --- | --- | --- | --- | --- | --- |\n";
    for (const StandardHeader& header : headers) {
        const Row row = row_of(header, library);
        page += fmt::format("| `{}` | {} of {} | {} | {} | {} | {} |\n", header.name, row.has, header.functions.size(), row.delegated,
                            row.refuses, row.not_delegated, row.absent);
    }
    return page;
}

}  // namespace future
