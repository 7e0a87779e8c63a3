// SPDX-License-Identifier: MIT
// Readable blocks about a program that went wrong: what, which thread, where in the source, how it got there.
#pragma once

#include <string>
#include <vector>

#include "machine/device.h"
#include "program/loader.h"
#include "machine/notice.h"
#include "program/thread_report.h"

namespace future {

// A program, and its start block as RUN was told it.
struct Subject {
    const ProgramFile& file;
    const Program& program;
    uint64_t start_block;
    std::vector<CoreStopped> stopped;  // where its cores were that did not go wrong, as far as the machine tells
};

// These two when all its cores have stopped. Ended by an exception:
std::string crash_report(const Subject&, const ExceptionNotice&, Detail);

// Ended by itself: what its last words tell; empty if it left none.
std::string last_report(const Subject&, Detail);

// What all threads are doing; the program goes on meanwhile, so this is nearly true.
std::string threads_report(const Subject&, Detail);

}  // namespace future
