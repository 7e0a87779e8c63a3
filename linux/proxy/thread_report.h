// SPDX-License-Identifier: MIT
// A program's threads in words: who, what they wait for, where they are.
#pragma once

#include <string>
#include <vector>

#include "device.h"
#include "loader.h"
#include "symbols.h"
#include "thread_view.h"
#include "unwinder.h"

namespace future {

// As of now; made when something is to be said, since it reads the program file.
class ThreadReport {
public:
    ThreadReport(const ProgramFile&, const Program&, uint64_t start_block);

    const ThreadView& view() const { return view_; }
    const Symbols& symbols() const { return symbols_; }

    // `thread 3 ("worker")`
    static std::string who(const ThreadState&);
    // "waits for the mutex lock, which thread 2 holds"
    std::string what(const ThreadState&) const;

    // The calls, one a line; the run time's own at the outer end are not shown.
    std::string trace_of_running(const Registers&);
    // From where a thread waits; nor at the inner end. Empty if it was not told.
    std::string trace_of_waiting(uint64_t saved_context);
    // Everybody: a line each, and where.
    std::string all();

private:
    using Frames = std::vector<Frame>;
    void cut_outer(Frames&) const;
    void cut_inner(Frames&) const;
    std::string written(const Frames&, bool whole) const;
    std::string written(const Frame&, size_t number) const;
    std::string numbered(uint32_t number) const;

    const uint64_t base_;
    Symbols symbols_;
    Unwinder unwinder_;
    ThreadView view_;
};

}  // namespace future
