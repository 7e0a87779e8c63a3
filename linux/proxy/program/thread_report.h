// SPDX-License-Identifier: MIT
// A program's threads in words: who, what they wait for, where they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "machine/device.h"
#include "program/loader.h"
#include "program/symbols.h"
#include "program/thread_view.h"
#include "program/unwinder.h"

namespace future {

// plain: the program file is not looked at: no traces, no names of variables. traced may take memory and time without end,
// if the file is an enemy's; it is for a process apart (apart.h).
enum class Detail { plain, traced };

// As of now; made when something is to be said.
class ThreadReport {
public:
    ThreadReport(const ProgramFile&, const Program&, uint64_t start_block, Detail);

    const ThreadView& view() const { return view_; }

    // `thread 3 ("worker")`
    static std::string who(const ThreadState&);
    // "waits for the mutex lock, which thread 2 holds"
    std::string what(const ThreadState&) const;

    // The calls, one a line; the run time's own at the outer end are not shown. Nothing if plain.
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
    std::string object(uint64_t address) const;

    const uint64_t base_;
    std::optional<Symbols> symbols_;  // these two unless plain
    std::optional<Unwinder> unwinder_;
    ThreadView view_;
};

}  // namespace future
