// SPDX-License-Identifier: MIT
// Future's C library as programs are linked with it: which functions it has, and who answers them.
//
// It is read from the archives' own indexes, so it says what a link would find, of this very build.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace future {

enum class Support {
    has,        // by Future's side alone
    delegated,  // by Linux, through the IDL
    refuses,    // there, and always ENOSYS
    absent,     // a link fails
};

class CLibrary {
public:
    // The libraries in `folder`; throws Failure if one is missing or no archive.
    explicit CLibrary(const std::string& folder);

    Support support(const std::string& function) const;

private:
    void read(const std::string& path);

    std::map<std::string, Support> functions_;
};

// One name of the list of standard functions (libc-shim/functions.txt).
struct StandardFunction {
    std::string name;
    bool linux_only;   // only Linux can answer it
    bool in_header;    // a macro or an object of the header: nothing is linked
};

struct StandardHeader {
    std::string name;
    std::vector<StandardFunction> functions;
};

// Throws Failure if `path` cannot be read.
std::vector<StandardHeader> read_standard_functions(const std::string& path);

// docs/functions.md.
std::string functions_page(const std::vector<StandardHeader>&, const CLibrary&);

}  // namespace future
