// SPDX-License-Identifier: MIT
#include "doctor_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "doctor/c_library.h"
#include "machine/device.h"
#include "ground/failure.h"
#include "doctor/linux_binary.h"

namespace future {
namespace {

std::vector<StandardHeader> standard_functions() { return read_standard_functions(beside_us("../share/future/functions.txt")); }
CLibrary our_c_library() { return CLibrary(beside_us("../sysroot/lib")); }

struct Wanted {
    std::string name, header;  // header: "" where no standard has it
    Support support;
    bool linux_only;
};

Wanted look_up(const std::string& name, const std::vector<StandardHeader>& standard, const CLibrary& library) {
    for (const StandardHeader& header : standard)
        for (const StandardFunction& function : header.functions)
            if (function.name == name) return {name, header.name, function.in_header ? Support::has : library.support(name), function.linux_only};
    return {name, "", library.support(name), false};
}

const char* word_for(Support support) {
    switch (support) {
    case Support::has: return "ok";
    case Support::delegated: return "delegated";
    case Support::refuses: return "ENOSYS";
    default: return "missing";
    }
}

std::string explained(const Wanted& wanted) {
    std::string text = wanted.header.empty() ? "in neither POSIX nor C" : wanted.header;
    if (wanted.support == Support::refuses) return text + ": linked, but always fails";
    return wanted.linux_only ? text + ": no interface delegates it to Linux yet" : text;
}

size_t count(const std::vector<Wanted>& all, Support support) {
    return static_cast<size_t>(std::count_if(all.begin(), all.end(), [&](const Wanted& wanted) { return wanted.support == support; }));
}

std::string plural(size_t n, const char* thing) { return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s"); }

void print_program(const std::string& path, const std::vector<Wanted>& all, const LinuxBinary& binary) {
    for (const Support support : {Support::absent, Support::refuses})
        for (const Wanted& wanted : all)
            if (wanted.support == support) fmt::print("{:<8} {:<26} {}\n", word_for(wanted.support), wanted.name, explained(wanted));
    const size_t missing = count(all, Support::absent), refused = count(all, Support::refuses), delegated = count(all, Support::delegated);
    fmt::print("{} asks {} of the C library: {} there, {} of them answered by Linux; {} missing", path,
               plural(all.size(), "function"), all.size() - missing, delegated, missing ? std::to_string(missing) : "none");
    fmt::print("{}\n", refused ? fmt::format(", {} always ENOSYS", refused) : "");
    for (const std::string& library : binary.libraries)
        fmt::print("It needs {} too: {}\n", library,
                   library.starts_with("libstdc++") ? "this Future has no C++ library yet" : "build that with future-cc first, and ask about it here");
}

}  // namespace

int look_at_program(const std::string& path, bool json) {
    const LinuxBinary binary = read_linux_binary(path);
    if (binary.is_linked_whole)
        throw Failure(fmt::format("{} is linked as a whole, so what it asked of its C library cannot be seen; name its object files, or link it for Linux without -static", path),
                      kNotRunnable);
    const std::vector<StandardHeader> standard = standard_functions();
    const CLibrary library = our_c_library();
    std::vector<Wanted> all;
    for (const std::string& name : binary.functions) all.push_back(look_up(name, standard, library));
    if (json) {
        nlohmann::json rows = nlohmann::json::array();
        for (const Wanted& wanted : all) rows.push_back({{"function", wanted.name}, {"header", wanted.header}, {"answer", word_for(wanted.support)}});
        fmt::print("{}\n", nlohmann::json({{"program", path}, {"functions", rows}, {"libraries", binary.libraries}}).dump(2));
    } else {
        print_program(path, all, binary);
    }
    return count(all, Support::absent) != 0;
}

std::string standard_functions_json() {
    nlohmann::json rows = nlohmann::json::array();
    const CLibrary library = our_c_library();
    for (const StandardHeader& header : standard_functions())
        for (const StandardFunction& function : header.functions)
            rows.push_back({{"header", header.name}, {"function", function.name}, {"linux_only", function.linux_only},
                            {"in_header", function.in_header}, {"answer", word_for(function.in_header ? Support::has : library.support(function.name))}});
    return rows.dump(2) + "\n";
}

std::string standard_functions_page() { return functions_page(standard_functions(), our_c_library()); }

}  // namespace future
