// SPDX-License-Identifier: MIT
// What ends a `future` command early: one line that says what to do, and an exit status.
#pragma once

#include <stdexcept>
#include <string>

namespace future {

enum ExitStatus { kOwnFailure = 125, kNotRunnable = 126, kNotFound = 127, kSignalled = 128 };

struct Failure : std::runtime_error {
    explicit Failure(const std::string& line, int exit_status = kOwnFailure)
        : std::runtime_error(line), status(exit_status) {}
    int status;
};

// Somebody else's machine has the name that was asked for.
struct ForeignMachine : Failure {
    using Failure::Failure;
};

// The program was ended by a signal that its user sent to us: so are we, when all is put away (signals.h).
struct EndedBySignal {
    int signal;
};

}  // namespace future
