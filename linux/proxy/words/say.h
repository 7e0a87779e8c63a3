// SPDX-License-Identifier: MIT
// What `future` itself has to say, on the standard error it was started with. Descriptor 2 is the program's: it may
// close it, or make it a file of its own.
#pragma once

#include <string_view>

namespace future {

// From here on say() uses a duplicate at or above the descriptor limit; before the program runs, and before
// PR_SET_DUMPABLE is cleared.
void keep_standard_error();

// Never throws, and never waits long for a reader: what is not taken is dropped. Gives up as soon as `give_up` is readable.
void say(std::string_view text, int give_up = -1) noexcept;

// Writes all of it; false, with errno, when `fd` takes nothing for as long as say() would wait.
bool write_patiently(int fd, std::string_view text, int give_up = -1) noexcept;

// Closed descriptors among 0–2 lead to /dev/null while this lives, so that nothing of ours gets their numbers, here
// or in a machine that is started meanwhile.
class StandardPlaces {
public:
    StandardPlaces() noexcept;
    ~StandardPlaces() { leave(); }
    StandardPlaces(const StandardPlaces&) = delete;
    StandardPlaces& operator=(const StandardPlaces&) = delete;
    // The program shall find them closed, as its caller left them.
    void leave() noexcept;

private:
    bool filled_[3] = {};
};

}  // namespace future
