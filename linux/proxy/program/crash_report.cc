// SPDX-License-Identifier: MIT
// Which words for which end; threads and traces are thread_report.cc's.
#include "program/crash_report.h"

#include <signal.h>
#include <string.h>

#include <algorithm>
#include <optional>

#include "fmt/format.h"

namespace future {
namespace {

constexpr uint64_t kGuard = 4096;          // below a stack
constexpr uint64_t kBelow = 1 << 20;       // so far below its stack an overflow may be noticed: a large frame

std::string signal_name(int signal) {
    const char* name = sigabbrev_np(signal);
    return fmt::format("SIG{} ({})", name ? name : "?", strsignal(signal));
}

std::string size_of(uint64_t bytes) {
    return bytes % (1 << 20) == 0 ? fmt::format("{} MiB", bytes >> 20) : fmt::format("{} KiB", bytes >> 10);
}

std::string overflowed(const ThreadState& thread) {
    return fmt::format("{} has overflowed its stack of {}{}", ThreadReport::who(thread), size_of(thread.stack_bytes),
                       thread.number == 0 ? "" : " (pthread_attr_setstacksize gives more)");
}

// Below its stack, or about to be: the access went into the guard page from within the lowest page.
bool has_overflowed(const ExceptionNotice& e, const ThreadState& thread) {
    if (e.signal != SIGSEGV && e.signal != SIGBUS) return false;
    const uint64_t below = thread.stack_low - e.rsp;  // 0 or huge: it is above
    if (below != 0 && below <= kBelow) return true;
    return thread.stack_low - 1 - e.address < kGuard && e.rsp - thread.stack_low < kGuard;
}

Registers registers_of(const ExceptionNotice& e) {
    return {e.rax, e.rdx, e.rcx, e.rbx, e.rsi, e.rdi, e.rbp, e.rsp, e.r8, e.r9, e.r10, e.r11, e.r12, e.r13, e.r14, e.r15, e.rip};
}

Registers registers_of(const CoreStopped& s) {
    Registers r = {};
    r[kRbx] = s.rbx, r[kRbp] = s.rbp, r[kRsp] = s.rsp, r[kRip] = s.rip;
    r[kR12] = s.r12, r[kR13] = s.r13, r[kR14] = s.r14, r[kR15] = s.r15;
    return r;
}

std::string registers_text(const ExceptionNotice& e, uint64_t base) {
    std::string text;
    const auto row = [&](const char* a, uint64_t va, const char* b, uint64_t vb, const char* c, uint64_t vc,
                         const char* d, uint64_t vd) {
        text += fmt::format("  {:>3} {:016x}  {:>3} {:016x}  {:>3} {:016x}  {:>3} {:016x}\n", a, va, b, vb, c, vc, d, vd);
    };
    row("rax", e.rax, "rbx", e.rbx, "rcx", e.rcx, "rdx", e.rdx);
    row("rsi", e.rsi, "rdi", e.rdi, "rbp", e.rbp, "rsp", e.rsp);
    row("r8", e.r8, "r9", e.r9, "r10", e.r10, "r11", e.r11);
    row("r12", e.r12, "r13", e.r13, "r14", e.r14, "r15", e.r15);
    return text + fmt::format("  rip {:016x}  flg {:016x}  image {:#x}\n", e.rip, e.rflags, base);
}

// The other cores: what ran there, and where if it is known; and how many threads are not told of.
std::string others(ThreadReport& report, const Subject& subject, uint64_t told) {
    std::string text;
    std::vector<uint64_t> blocks{told};
    for (uint32_t core = 0; const auto thread = report.view().on_core(core); core++) {
        if (thread->number == ~0u || thread->waits() || thread->block == told) continue;
        blocks.push_back(thread->block);
        text += fmt::format("{} ran on core {}\n", ThreadReport::who(*thread), core);
        for (const CoreStopped& stopped : subject.stopped)
            if (stopped.core == core) text += report.trace_of_running(registers_of(stopped));
    }
    size_t waiting = 0;
    for (const ThreadState& thread : report.view().all())
        waiting += std::find(blocks.begin(), blocks.end(), thread.block) == blocks.end();
    if (waiting) text += fmt::format("{} more thread{} did not run\n", waiting, waiting == 1 ? "" : "s");
    return text;
}

}  // namespace

std::string crash_report(const Subject& ended, const ExceptionNotice& e, Detail detail) {
    ThreadReport report(ended.file, ended.program, ended.start_block, detail);
    const std::optional<ThreadState> thread = report.view().on_core(e.core);
    const int signal = static_cast<int>(e.signal);
    std::string text = fmt::format("future: {}: ", ended.file.path());
    if (thread && has_overflowed(e, *thread)) text += overflowed(*thread) + ": ";
    text += signal_name(signal);
    if (signal == SIGSEGV || signal == SIGBUS) text += fmt::format(" at address {:#x}", e.address);
    text += fmt::format(" on core {}", e.core);
    if (thread) text += ", " + ThreadReport::who(*thread);
    text += "\n" + report.trace_of_running(registers_of(e));
    text += registers_text(e, ended.program.created.arena_address);
    return text + others(report, ended, thread ? thread->block : 0);
}

std::string last_report(const Subject& ended, Detail detail) {
    const guest_memory memory(ended.program.arena, ended.program.created.arena_address, ended.program.created.arena_bytes);
    if (ThreadView(memory, ended.start_block, 0, 0).last().reason == FUTURE_LAST_NONE) return "";
    ThreadReport report(ended.file, ended.program, ended.start_block, detail);
    const future_last_words& last = report.view().last();
    const std::optional<ThreadState> thread = report.view().at(last.thread);
    const std::string name = thread ? ThreadReport::who(*thread) : "a thread";
    const std::string where = report.trace_of_waiting(last.context);
    const std::string text = fmt::format("future: {}: ", ended.file.path());
    switch (last.reason) {
        case FUTURE_LAST_SIGNAL:
            return text + fmt::format("{} raised by {}\n{}", signal_name(static_cast<int>(last.detail & 127)), name, where) +
                   others(report, ended, last.thread);
        case FUTURE_LAST_DEADLOCK:
            return text + "deadlock: every thread waits for another, and nothing else can come\n" + report.all();
        case FUTURE_LAST_OVERFLOW: {
            const std::optional<ThreadState> whose = report.view().above(last.detail);
            if (!whose) return text + fmt::format("a stack has overflowed; found by {}\n{}", name, where);
            if (whose->block == last.thread) return text + overflowed(*whose) + "\n" + where;
            return text + fmt::format("{}; found by {}\n{}", overflowed(*whose), name, report.trace_of_waiting(whose->saved));
        }
        default:
            return text + fmt::format("could not go on in {}\n{}", name, where);
    }
}

std::string threads_report(const Subject& running, Detail detail) {
    ThreadReport report(running.file, running.program, running.start_block, detail);
    if (!report.view()) return fmt::format("future: {}: it shows no threads\n", running.file.path());
    return fmt::format("future: {}: all threads (Ctrl-\\ again at once ends it)\n", running.file.path()) + report.all();
}

}  // namespace future
