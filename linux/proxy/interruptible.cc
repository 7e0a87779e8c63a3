// SPDX-License-Identifier: MIT
// The window between "not cancelled" and `syscall` is closed by the signal handler: it moves the program counter out of it.
#include "interruptible.h"

#include <csignal>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>

// long future_interruptible(const uint32_t* cancelled, long number, a, b, c, d, e, f). r11 keeps `cancelled` until the
// instruction `syscall`, so that the handler can ask the same question again.
asm(R"(
    .text
    .globl future_interruptible
    .globl future_interruptible_begin
    .globl future_interruptible_end
    .globl future_interruptible_cancelled
    .type future_interruptible, @function
future_interruptible:
    .cfi_startproc
    mov %rdi, %r11
    mov %rsi, %rax
    mov %rdx, %rdi
    mov %rcx, %rsi
    mov %r8, %rdx
    mov %r9, %r10
    mov 8(%rsp), %r8
    mov 16(%rsp), %r9
future_interruptible_begin:
    cmpl $0, (%r11)
    jne future_interruptible_cancelled
    syscall
future_interruptible_end:
    ret
future_interruptible_cancelled:
    mov $-4, %rax
    ret
    .cfi_endproc
    .size future_interruptible, . - future_interruptible
)");

extern "C" {
long future_interruptible(const std::atomic<uint32_t>* cancelled, long number, long a, long b, long c, long d, long e,
                          long f);
extern const char future_interruptible_begin[], future_interruptible_end[], future_interruptible_cancelled[];
}

namespace future {
namespace {

void handle_interrupt(int, siginfo_t*, void* context) {
    greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    const auto at = static_cast<uintptr_t>(registers[REG_RIP]);
    if (at < reinterpret_cast<uintptr_t>(future_interruptible_begin) ||
        at >= reinterpret_cast<uintptr_t>(future_interruptible_end))
        return;
    if (*reinterpret_cast<const volatile uint32_t*>(registers[REG_R11]) != 0)
        registers[REG_RIP] = reinterpret_cast<greg_t>(future_interruptible_cancelled);
}

}  // namespace

long interruptible_syscall(const std::atomic<uint32_t>* cancelled, long number, long a, long b, long c, long d, long e,
                           long f) {
    for (;;) {
        const long result = future_interruptible(cancelled, number, a, b, c, d, e, f);
        if (result != -EINTR || cancelled->load()) return result;
    }
}

int interrupt_signal() { return SIGRTMIN; }

void install_interrupt_handler() {
    struct sigaction action = {};
    action.sa_sigaction = handle_interrupt;
    action.sa_flags = SA_SIGINFO;  // no SA_RESTART: a blocked call must return
    sigfillset(&action.sa_mask);
    sigaction(interrupt_signal(), &action, nullptr);
}

void interrupt(pid_t thread) { ::syscall(SYS_tgkill, getpid(), thread, interrupt_signal()); }

}  // namespace future
