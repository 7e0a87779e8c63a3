// SPDX-License-Identifier: MIT
// The window between "not cancelled" and `syscall` is closed by the signal handler: it moves the program counter out of it.
#include "caller/interruptible.h"

#include <csignal>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>

// long future_interruptible(const uint32_t* cancelled, long number, a, b, c, d, e, f). rbx keeps `cancelled` until the
// instruction `syscall`, so that the handler can ask the same question again; also if Linux begins the call anew there
// (after Ctrl-Z and fg, say), when rcx and r11 are what `syscall` has made of them.
asm(R"(
    .text
    .globl future_interruptible
    .globl future_interruptible_begin
    .globl future_interruptible_end
    .globl future_interruptible_cancelled
    .type future_interruptible, @function
future_interruptible:
    .cfi_startproc
    push %rbx
    .cfi_def_cfa_offset 16
    .cfi_offset %rbx, -16
    mov %rdi, %rbx
    mov %rsi, %rax
    mov %rdx, %rdi
    mov %rcx, %rsi
    mov %r8, %rdx
    mov %r9, %r10
    mov 16(%rsp), %r8
    mov 24(%rsp), %r9
future_interruptible_begin:
    cmpl $0, (%rbx)
    jne future_interruptible_cancelled
    syscall
future_interruptible_end:
    pop %rbx
    .cfi_remember_state
    .cfi_def_cfa_offset 8
    ret
    .cfi_restore_state
future_interruptible_cancelled:
    mov $-4, %rax
    jmp future_interruptible_end
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
    if (*reinterpret_cast<const volatile uint32_t*>(registers[REG_RBX]) != 0)
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
