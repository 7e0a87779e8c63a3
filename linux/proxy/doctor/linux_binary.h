// SPDX-License-Identifier: MIT
// What a program, shared library, object file or archive that was built for Linux asks of its C library.
#pragma once

#include <set>
#include <string>

namespace future {

struct LinuxBinary {
    std::set<std::string> functions;  // and objects, as its source calls them: `open` where the file says `open64`
    std::set<std::string> libraries;  // others that it is linked with
    bool is_linked_whole = false;     // a static program, or one of Future's: what it asked for can no longer be seen
};

// Throws Failure (kNotFound, kNotRunnable) with a line that names `path`. The file may be anybody's: nothing in it is trusted.
LinuxBinary read_linux_binary(const std::string& path);

}  // namespace future
