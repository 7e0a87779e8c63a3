// SPDX-License-Identifier: MIT
// Traps: interrupts, first touches of arena chunks, and a program's exceptions as Linux would report them.
#include "trap.h"

#include "../../core/syscall.h"
#include "apic.h"
#include "arch/machine.h"
#include "attend.h"
#include "cpu.h"
#include "memory.h"

namespace futurek::native {

namespace {

enum Vector : uint64_t {
    vector_debug = 1,
    vector_double_fault = 8,
    vector_page = 14,
    vector_x87 = 16,
    vector_machine_check = 18,
    vector_simd = 19,
    vector_first_interrupt = 32,
    vector_spurious = 255,
};

// Linux's numbers.
enum Signal : uint32_t { sigill = 4, sigtrap = 5, sigbus = 7, sigfpe = 8, sigsegv = 11, sigsys = 31 };
constexpr uint32_t si_kernel = 0x80, segv_maperr = 1, segv_accerr = 2;

// As arch/x86/kernel/traps.c has it. Where `code` is 0, it is found out; si_addr is rip or nothing.
constexpr struct {
    uint8_t signal, code;
    bool at_rip;
} exceptions[32] = {
    {sigfpe, 1, true},                               // #DE: FPE_INTDIV
    {sigtrap, 0, true},                              // #DB
    {sigsegv, si_kernel, false},                     // NMI: never a program's
    {sigtrap, si_kernel, false},                     // #BP
    {sigsegv, si_kernel, false},                     // #OF
    {sigsegv, si_kernel, false},                     // #BR
    {sigill, 2, true},                               // #UD: ILL_ILLOPN
    {sigill, 2, true},                               // #NM: a vector component that XCR0 or XFD does not give
    {sigsegv, si_kernel, false},                     // #DF: never a program's
    {sigfpe, si_kernel, false},                      // coprocessor overrun
    {sigsegv, si_kernel, false},                     // #TS
    {sigbus, si_kernel, false},                      // #NP
    {sigbus, si_kernel, false},                      // #SS
    {sigsegv, si_kernel, false},                     // #GP, and with it what a program may not do: hlt, in, wrmsr
    {sigsegv, 0, false},                             // #PF
    {sigsegv, si_kernel, false}, {sigfpe, 0, true},  // #MF
    {sigbus, 1, false},                              // #AC: BUS_ADRALN
    {sigsegv, si_kernel, false},                     // #MC: never a program's
    {sigfpe, 0, true},                               // #XM
};

uint32_t floating_code(uint32_t raised) {
    if (raised & 0x01) return 7;  // FPE_FLTINV
    if (raised & 0x04) return 3;  // FPE_FLTDIV
    if (raised & 0x08) return 4;  // FPE_FLTOVF
    if (raised & 0x12) return 5;  // FPE_FLTUND
    if (raised & 0x20) return 6;  // FPE_FLTRES
    return 0;
}

uint32_t x87_raised() {
    uint16_t status, control;
    __asm__ volatile("fnstsw %0; fnstcw %1" : "=m"(status), "=m"(control));
    return status & ~control & 0x3fu;
}
uint32_t simd_raised() {
    uint32_t mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    return mxcsr & ~(mxcsr >> 7) & 0x3f;
}

uint32_t debug_code() {
    uint64_t why, none = 0xffff0ff0;
    __asm__ volatile("mov %%dr6, %0" : "=r"(why));
    __asm__ volatile("mov %0, %%dr6" ::"r"(none));
    return why & 1 << 14 ? 2 : why & 15 ? 4 : 1;  // TRAP_TRACE, TRAP_HWBKPT, TRAP_BRKPT
}

void record_exception(PerCore& core, const TrapFrame& frame) {
    constexpr uint32_t sys_user_dispatch = 2;
    if (frame.vector == VECTOR_FOREIGN_SYSCALL)
        return record(core.exception, frame, sigsys, sys_user_dispatch, frame.rip);
    const auto& known = exceptions[frame.vector];
    uint32_t signal = known.signal ? known.signal : uint32_t{sigsegv}, code = known.signal ? known.code : si_kernel;
    uint64_t address = known.at_rip ? frame.rip : 0;
    if (frame.vector == vector_debug) code = debug_code();
    if (frame.vector == vector_x87) code = floating_code(x87_raised());
    if (frame.vector == vector_simd) code = floating_code(simd_raised());
    if (frame.vector == vector_page) {
        address = read_cr2();
        code = slot_has(core.slot, address) ? segv_accerr : segv_maperr;
    }
    record(core.exception, frame, signal, code, address);
}

void interrupt(PerCore& core, uint64_t vector) {
    if (vector == vector_spurious) return;
    apic_end_of_interrupt();
    attend_linux(core);
}

constexpr uint64_t to_program = 0, to_leave_exception = 1 + static_cast<uint64_t>(LeaveReason::exception);

}  // namespace

void record(ProgramException& to, const TrapFrame& f, uint32_t signal, uint32_t code, uint64_t address) {
    to = {signal,
          code,
          address,
          {f.rax, f.rbx, f.rcx, f.rdx, f.rsi, f.rdi, f.rbp, f.rsp, f.r8, f.r9, f.r10, f.r11, f.r12, f.r13, f.r14, f.r15,
           f.rip, f.rflags}};
}

// From ring 3, on the kernel stack. What else is wanted of the core is looked at on the way back.
extern "C" uint64_t native_trap(const TrapFrame* frame) {
    PerCore& core = this_core();
    if (frame->vector >= vector_first_interrupt) {
        interrupt(core, frame->vector);
        return to_program;
    }
    if (frame->vector == vector_machine_check) panic_with("machine check", *frame);
    if (frame->vector == vector_double_fault) panic_with("double fault", *frame);
    if (frame->vector == vector_page && slot_touch(core.slot, read_cr2(), frame->error)) return to_program;
    record_exception(core, *frame);
    return to_leave_exception;
}

// From ring 0: interrupts come only at a sleeping core's hlt, and whoever sleeps looks at everything when it wakes.
extern "C" void native_kernel_trap(TrapFrame* frame) {
    if (frame->vector < vector_first_interrupt) panic_with("trap in the kernel", *frame);
    if (frame->vector != vector_spurious) apic_end_of_interrupt();
    if (frame->rip == reinterpret_cast<uint64_t>(native_halt_at)) frame->rip = reinterpret_cast<uint64_t>(native_halt_end);
}

// SYSRET would have faulted: as Linux, which finds the address at the next fetch.
extern "C" void native_lost(uint64_t rip, uint64_t rsp) {
    TrapFrame frame = {};
    frame.rip = rip;
    frame.rsp = rsp;
    record(this_core().exception, frame, sigsegv, si_kernel, 0);
}

extern "C" SyscallResult native_syscall(unsigned core, uint64_t number, uint64_t a, uint64_t b, uint64_t c) {
    return futurek::syscall(core, number, a, b, c);
}

}  // namespace futurek::native
