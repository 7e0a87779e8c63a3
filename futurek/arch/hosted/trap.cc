// SPDX-License-Identifier: MIT
// Signals of the cores: a program's exceptions and the stop signal. A handler only reads and rewrites its own frame.
#include <asm/prctl.h>
#include <errno.h>
#include <linux/prctl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../abi/core_words.h"
#include "../../abi/syscall.h"
#include "../../core/syscall.h"
#include "arch/machine.h"
#include "host.h"
#include "raw.h"
#include "trap.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif

namespace futurek::hosted {

static_assert(offsetof(HostCore, self) == 0 && offsetof(HostCore, kernel_stack) == 8);
static_assert(offsetof(HostCore, mode) == 16 && offsetof(HostCore, stop) == 20 && offsetof(HostCore, entry) == 24);
static_assert(offsetof(HostCore, thread) == FUTURE_GS_THREAD);

namespace {

constexpr int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};

HostCore* self() {
    HostCore* core;
    __asm__ volatile("mov %%gs:0, %0" : "=r"(core));
    return core;
}

// In the order of a frame's word of them: CS, GS, FS, SS.
greg_t with_our_segments(greg_t frame) {
    uint64_t code, stack;
    __asm__("mov %%cs, %0; mov %%ss, %1" : "=r"(code), "=r"(stack));
    return static_cast<greg_t>((static_cast<uint64_t>(frame) & 0x0000ffffffff0000) | (code & 0xffff) | stack << 48);
}

// The interrupted program goes on in future_hosted_leave, as a kernel, with sane flags, segments (it may have been in 32-bit
// code, by a far return or SYSENTER) and floating point.
void leave_program(HostCore* core, ucontext_t* frame, LeaveReason reason) {
    greg_t* gregs = frame->uc_mcontext.gregs;
    gregs[REG_RIP] = reinterpret_cast<greg_t>(future_hosted_leave);
    gregs[REG_RAX] = static_cast<greg_t>(reason);
    gregs[REG_EFL] &= ~0x40500;  // AC, DF, TF
    gregs[REG_CSGSFS] = with_our_segments(gregs[REG_CSGSFS]);
    if (frame->uc_mcontext.fpregs) {
        frame->uc_mcontext.fpregs->mxcsr = 0x1f80;
        frame->uc_mcontext.fpregs->cwd = 0x37f;
    }
    core->mode = mode_kernel;
}

// The mode lies where a program can write it; where it runs it cannot say otherwise.
bool is_in_program(const HostCore* core, const ucontext_t* frame) {
    return static_cast<uint64_t>(frame->uc_mcontext.gregs[REG_RIP]) - reinterpret_cast<uint64_t>(core->arena) < core->arena_bytes;
}

void record(HostCore* core, int signal, const siginfo_t* info, const ucontext_t* frame) {
    static constexpr int order[ARCH_REGISTERS] = {REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI,
                                                  REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                                  REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP, REG_EFL};
    core->exception.signal = static_cast<uint32_t>(signal);
    core->exception.code = static_cast<uint32_t>(info->si_code);
    core->exception.address = reinterpret_cast<uint64_t>(info->si_addr);  // SIGSYS: the instruction, at the same place
    for (unsigned index = 0; index < ARCH_REGISTERS; index++)
        core->exception.registers[index] = static_cast<uint64_t>(frame->uc_mcontext.gregs[order[index]]);
}

// A line for standard error, put together where nothing may be called.
class Line {
public:
    Line& add(const char* string) {
        while (*string && size_ < sizeof text_) text_[size_++] = *string++;
        return *this;
    }
    Line& hex(uint64_t value) {
        for (int shift = 60; shift >= 0 && size_ < sizeof text_; shift -= 4)
            text_[size_++] = "0123456789abcdef"[value >> shift & 15];
        return *this;
    }
    Line& decimal(unsigned value) {
        char digits[12] = {};
        unsigned first = sizeof digits - 1;
        do digits[--first] = static_cast<char>('0' + value % 10);
        while (value /= 10);
        return add(digits + first);
    }
    void write() const { raw_syscall(SYS_write, 2, reinterpret_cast<long>(text_), size_); }

private:
    char text_[200];
    unsigned size_ = 0;
};

[[noreturn]] void kernel_fault(int signal, const siginfo_t* info, const ucontext_t* frame) {
    constexpr int from_filter = 1;  // SYS_SECCOMP
    Line line;
    if (signal == SIGSYS && info->si_code == from_filter)
        line.add("future-machine: a program broke out of its mode and asked Linux for system call ").decimal(static_cast<unsigned>(info->si_syscall))
            .add(", which the machine never makes; the machine ends\n");
    else
        line.add("future-machine: bug: signal 0x").hex(static_cast<uint64_t>(signal)).add(" in the machine itself at 0x")
            .hex(static_cast<uint64_t>(frame->uc_mcontext.gregs[REG_RIP])).add(", address 0x").hex(reinterpret_cast<uint64_t>(info->si_addr)).add("\n");
    line.write();
    die();
}

void on_signal(int signal, siginfo_t* info, void* context) {
    auto* frame = static_cast<ucontext_t*>(context);
    HostCore* core = self();
    if (signal == stop_signal) {
        if (core->mode == mode_program && __atomic_load_n(&core->stop, __ATOMIC_SEQ_CST)) {
            record(core, 0, info, frame);
            leave_program(core, frame, LeaveReason::stopped);
        }
        return;
    }
    if (core->mode == mode_kernel && !is_in_program(core, frame)) {
        greg_t& rip = frame->uc_mcontext.gregs[REG_RIP];
        if (rip != reinterpret_cast<greg_t>(future_hosted_copy_at)) kernel_fault(signal, info, frame);
        rip = reinterpret_cast<greg_t>(future_hosted_copy_fault);
        return;
    }
    record(core, signal, info, frame);
    leave_program(core, frame, LeaveReason::exception);
}

// The kernel's own structure: libc's sigaction would put its restorer where Syscall User Dispatch forbids it.
struct KernelSigaction {
    void (*handler)(int, siginfo_t*, void*);
    uint64_t flags;
    void (*restorer)();
    uint64_t mask;
};

long install(int signal) {
    constexpr uint64_t sa_restorer = 0x04000000;
    KernelSigaction action = {on_signal, SA_SIGINFO | SA_ONSTACK | sa_restorer, future_hosted_restorer, ~0ull};
    return raw_syscall(SYS_rt_sigaction, signal, reinterpret_cast<long>(&action), 0, sizeof action.mask);
}

}  // namespace

bool dispatch_refused = false;

void die() {
    KernelSigaction action = {};
    raw_syscall(SYS_rt_sigaction, SIGABRT, reinterpret_cast<long>(&action), 0, sizeof action.mask);
    uint64_t none = 0;
    raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, reinterpret_cast<long>(&none), 0, sizeof none);
    raw_syscall(SYS_tgkill, raw_syscall(SYS_getpid), raw_syscall(SYS_gettid), SIGABRT);
    for (;;) raw_syscall(SYS_exit_group, 134);
}

const char* traps_start() {
    for (int signal : faults)
        if (install(signal) != 0) return "rt_sigaction was refused";
    if (install(stop_signal) != 0) return "rt_sigaction was refused";
    return nullptr;
}

const char* traps_adopt(HostCore& core, bool dispatch) {
    core.self = &core;
    core.mode = mode_kernel;
    core.tid = static_cast<int32_t>(raw_syscall(SYS_gettid));
    // Not by wrgsbase: where Linux does not know of it, the value is lost at the next switch to another thread.
    if (::syscall(SYS_arch_prctl, ARCH_SET_GS, &core) != 0) return refused("a thread its GS base (arch_prctl)");

    // A frame holds the whole vector state, which grows with the processor: ask, never SIGSTKSZ.
    size_t bytes = (getauxval(AT_MINSIGSTKSZ) + 16384 + 4095) & ~size_t{4095};
    void* stack = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) return "no memory for a signal stack";
    stack_t alternate = {};
    alternate.ss_sp = stack;
    alternate.ss_size = bytes;
    sigaltstack(&alternate, nullptr);

    if (dispatch) {
        uint64_t start = reinterpret_cast<uint64_t>(future_hosted_restorer);
        uint64_t length = reinterpret_cast<uint64_t>(future_hosted_restorer_end) - start;
        if (raw_syscall(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, static_cast<long>(start),
                        static_cast<long>(length), reinterpret_cast<long>(&core.mode)) != 0)
            dispatch_refused = true;
    }
    uint64_t open = 0;
    for (int signal : faults) open |= 1ull << (signal - 1);
    if (dispatch) open |= 1ull << (stop_signal - 1);
    raw_syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, reinterpret_cast<long>(&open), 0, sizeof open);
    return nullptr;
}

}  // namespace futurek::hosted

// From entry.S, on the core's host stack.
extern "C" futurek::SyscallResult future_hosted_syscall(uint64_t a, uint64_t b, uint64_t c, uint32_t number) {
    if (number == FUTURE_SYS_COUNT) return {static_cast<int64_t>(futurek::hosted::clock_ask(a)), false};
    return futurek::syscall(futurek::hosted::self()->number, number, a, b, c);
}

bool arch_copy_from_program(void* to, uint64_t from, uint64_t bytes) {
    return future_hosted_copy(to, from, bytes) == 0;
}
