// SPDX-License-Identifier: MIT
// Traces are cut where the reader's own code begins and ends; long ones, and many threads, are told in part.
#include "program/thread_report.h"

#include "fmt/format.h"

namespace future {
namespace {

constexpr size_t kWalkMax = 1 << 18;               // calls of one trace: 8 MiB of small frames; a second or so
constexpr size_t kWaitingMax = 4096;               // of one of many
constexpr size_t kInnermost = 24, kOutermost = 12; // of a long one are shown
constexpr size_t kThreadsMax = 1000;

guest_memory memory_of(const Program& program) {
    return guest_memory(program.arena, program.created.arena_address, program.created.arena_bytes);
}

bool is_of(const Place& place, std::string_view source) { return place.file.find(source) != std::string::npos; }

bool in_run_time(const Place& place) { return is_of(place, "/runtime/multh/"); }

// What calls main and a thread's function, and everything outside it.
bool is_start(const Place& place) {
    return in_run_time(place) || is_of(place, "/libc-shim/src/main.c") || place.function == "_start";
}

}  // namespace

ThreadReport::ThreadReport(const ProgramFile& file, const Program& program, uint64_t start_block, Detail detail)
    : base_(program.created.arena_address),
      view_(memory_of(program), start_block, program.created.max_threads, program.created.cores) {
    if (detail == Detail::plain) return;
    symbols_.emplace(file, base_);
    unwinder_.emplace(*symbols_, memory_of(program));
}

// ---- words ----

std::string ThreadReport::who(const ThreadState& thread) {
    if (thread.number == ~0u) return "no thread";
    if (thread.name.empty()) return fmt::format("thread {}", thread.number);
    return fmt::format("thread {} (\"{}\")", thread.number, thread.name);
}

std::string ThreadReport::numbered(uint32_t number) const {
    const std::optional<ThreadState> thread = view_.numbered(number);
    return thread ? who(*thread) : fmt::format("thread {}", number);
}

std::string ThreadReport::object(uint64_t address) const {
    return symbols_ ? symbols_->object(address) : fmt::format("{:#x}", address);
}

std::string ThreadReport::what(const ThreadState& thread) const {
    if (thread.ended) return "has ended, and nobody has joined it";
    if (!thread.waits()) return "is ready to run";
    if (thread.in_call) return "waits for Linux";
    switch (thread.wait_kind) {
        case FUTURE_WAIT_MUTEX: {
            const auto owner = view_.owner_of_mutex(thread.waits_for);
            return fmt::format("waits for the mutex {}{}", object(thread.waits_for),
                               owner ? fmt::format(", which {} has", *owner == thread.number ? "it" : numbered(*owner)) : "");
        }
        case FUTURE_WAIT_CONDITION:
            return fmt::format("waits for the condition variable {}", object(thread.waits_for));
        case FUTURE_WAIT_JOIN: {
            const auto other = view_.at(thread.waits_for);
            return fmt::format("waits for {} to end", other ? who(*other) : "another thread");
        }
        case FUTURE_WAIT_ONCE:
            return fmt::format("waits for who runs pthread_once {}", object(thread.waits_for));
        case FUTURE_WAIT_ROOM:
            return "waits for room to ask Linux";
        case FUTURE_WAIT_BARRIER:
            return fmt::format("waits for others at the barrier {}", object(thread.waits_for));
        case FUTURE_WAIT_READ_LOCK:
            return fmt::format("waits to read under the lock {}", object(thread.waits_for));
        case FUTURE_WAIT_WRITE_LOCK:
            return fmt::format("waits to write under the lock {}", object(thread.waits_for));
        case FUTURE_WAIT_SEMAPHORE:
            return fmt::format("waits for the semaphore {}", object(thread.waits_for));
        default:
            return "sleeps";
    }
}

// ---- traces ----

std::string ThreadReport::written(const Frame& frame, size_t number) const {
    std::string text;
    const uint64_t address = symbols_->inside(frame.address) ? frame.address - base_ : frame.address;
    for (const Place& place : symbols_->places(frame.looked_up())) {
        text += fmt::format("  #{:<3} {:#014x}  {}", number, address, place.function);
        if (!place.file.empty()) text += fmt::format(" at {}:{}", place.file, place.line);
        else if (place.function != "?") text += fmt::format(" + {:#x}", place.offset);
        text += place.inlined ? " (inlined)\n" : "\n";
    }
    return text;
}

// A function that calls itself from one place, again and again, is one line more.
std::string ThreadReport::written(const Frames& frames, bool whole) const {
    const size_t end = frames.size(), shown_first = end <= kInnermost + kOutermost ? end : kInnermost;
    std::string text;
    size_t lines = 0, i = 0;
    const auto put_until = [&](size_t limit) {
        while (i < end && lines < limit) {
            size_t same = i + 1;
            while (same < end && frames[same].address == frames[i].address) same++;
            text += written(frames[i], i);
            lines++;
            if (same - i > 2) text += fmt::format("  …    {} more calls from there\n", same - i - 1);
            i = same - i > 2 ? same : i + 1;
        }
    };
    put_until(shown_first);
    if (i < end && end - i > kOutermost && whole) {
        text += fmt::format("  …    {} calls\n", end - i - kOutermost);
        i = end - kOutermost;
    }
    if (whole) put_until(kInnermost + kOutermost);
    else text += fmt::format("  …    and more: {} calls were looked at\n", end);
    return text;
}

void ThreadReport::cut_outer(Frames& frames) const {
    size_t end = frames.size();
    while (end > 0 && is_start(symbols_->places(frames[end - 1].looked_up()).back())) end--;
    if (end > 0) frames.resize(end);  // else it is the run time itself
}

void ThreadReport::cut_inner(Frames& frames) const {
    const auto outermost = [&](size_t i) { return symbols_->places(frames[i].looked_up()).back(); };
    size_t first = 0;
    while (first < frames.size() && in_run_time(outermost(first))) first++;
    if (first < frames.size()) frames.erase(frames.begin(), frames.begin() + static_cast<ptrdiff_t>(first));
}

std::string ThreadReport::trace_of_running(const Registers& registers) {
    if (!unwinder_) return "";
    Frames frames = unwinder_->trace(registers, Unwinder::Stopped::anywhere, kWalkMax);
    const bool whole = frames.size() < kWalkMax;
    if (whole) cut_outer(frames);
    return written(frames, whole);
}

std::string ThreadReport::trace_of_waiting(uint64_t saved_context) {
    const auto registers = view_.registers(saved_context);
    if (!registers || !unwinder_) return "";
    Frames frames = unwinder_->trace(*registers, Unwinder::Stopped::behind_call, kWaitingMax);
    const bool whole = frames.size() < kWaitingMax;
    if (whole) cut_outer(frames);
    cut_inner(frames);
    return written(frames, whole);
}

std::string ThreadReport::all() {
    const std::vector<ThreadState> threads = view_.all();
    std::string text;
    size_t told = 0;
    for (const ThreadState& thread : threads) {
        if (told++ == kThreadsMax) {
            text += fmt::format("… and {} more threads\n", threads.size() - kThreadsMax);
            break;
        }
        const std::optional<uint32_t> core = thread.waits() || thread.ended ? std::nullopt : view_.core_of(thread.block);
        if (core) text += fmt::format("{} runs on core {}\n", who(thread), *core);
        else text += fmt::format("{} {}\n{}", who(thread), what(thread), thread.ended ? "" : trace_of_waiting(thread.saved));
    }
    return text;
}

}  // namespace future
