// SPDX-License-Identifier: MIT
// See blobs.h. No constants in memory, no library: the section is all there is.
#include "blobs.h"

#include "futurek/abi/core_words.h"

#define BLOB extern "C" __attribute__((section("blob"), used, noinline)) void
#define PART static inline __attribute__((always_inline))

PART long call(BlobStart* start, int number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0) {
    return start->table->call[number](a, b, c);
}
PART void leave(BlobStart* start, uint64_t status) {
    call(start, FUTURE_SYS_EXIT, status);
    __builtin_unreachable();
}
// Distances within the section do not change by copying it: &blob is the address in the copy.
PART long begin(BlobStart* start, uint64_t core, Blob blob) {
    uint64_t entry = reinterpret_cast<uint64_t>(blob);
    return call(start, FUTURE_SYS_WAKE, core, entry, start->arena + start->arena_bytes - core * 65536 - 65536);
}

BLOB blob_exit(BlobStart* start, uint64_t) { leave(start, start->argument); }
BLOB blob_loop(BlobStart* start, uint64_t) {
    start->flag = 1;
    for (;;) __asm__ volatile("");
}
BLOB blob_segv(BlobStart* start, uint64_t) {
    *reinterpret_cast<volatile int*>(start->argument) = 1;
    leave(start, 0);
}
BLOB blob_divide(BlobStart*, uint64_t) { __asm__ volatile("xor %%ecx, %%ecx; div %%ecx" ::: "ecx", "eax", "edx"); }
BLOB blob_illegal(BlobStart*, uint64_t) { __asm__ volatile("ud2"); }
BLOB blob_trap(BlobStart*, uint64_t) { __asm__ volatile("int3"); }
BLOB blob_raw_syscall(BlobStart* start, uint64_t) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(39) : "rcx", "r11", "memory");
    leave(start, 99);
}
BLOB blob_overflow(BlobStart* start, uint64_t) {
    long stack = call(start, FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, 16384);
    if (call(start, FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | FUTURE_PROT_NONE << 8, static_cast<uint64_t>(stack), 4096))
        leave(start, 1);
    start->flag = static_cast<uint64_t>(stack) + 4096;
    __asm__ volatile("mov %0, %%rsp; 1: push %%rax; jmp 1b" ::"r"(stack + 16384));
}
BLOB blob_sleep(BlobStart* start, uint64_t) {
    start->flag = 1;
    for (;;) call(start, FUTURE_SYS_SLEEP, UINT64_MAX);
}
BLOB blob_count_and_loop(BlobStart* start, uint64_t) {
    __atomic_add_fetch(&start->flag, 1, __ATOMIC_SEQ_CST);
    for (;;) __asm__ volatile("");
}
BLOB blob_count_and_sleep(BlobStart* start, uint64_t) {
    __atomic_add_fetch(&start->flag, 1, __ATOMIC_SEQ_CST);
    for (;;) call(start, FUTURE_SYS_SLEEP, UINT64_MAX);
}
BLOB blob_all_loop(BlobStart* start, uint64_t) {
    for (uint64_t core = 1; core < start->argument; core++)
        if (begin(start, core, blob_count_and_loop)) leave(start, 100);
    blob_count_and_loop(start, 0);
}
BLOB blob_exit_while_others_run(BlobStart* start, uint64_t) {
    for (uint64_t core = 1; core < start->argument; core++)
        if (begin(start, core, core % 2 ? blob_count_and_loop : blob_count_and_sleep)) leave(start, 100);
    while (start->flag < start->argument - 1) wire_pause();
    leave(start, 5);
}
BLOB blob_rewrite(BlobStart* start, uint64_t) {
    start->flag = 1;
    for (;;)
        for (int core = 0; core < 4; core++) __atomic_store_n(start->doorbells + core * 16, 0, __ATOMIC_RELAXED);
}
BLOB blob_undo_doorbells(BlobStart* start, uint64_t) {
    if (begin(start, 1, blob_rewrite)) leave(start, 100);
    for (;;) call(start, FUTURE_SYS_SLEEP, UINT64_MAX);
}
BLOB blob_dirty_processor(BlobStart* start, uint64_t) {
    uint32_t mxcsr = 0x1f80 & ~0x80u;  // invalid operations trap
    uint16_t control = 0x372;
    start->flag = 1;
    __asm__ volatile("ldmxcsr %0; fldcw %1; fld1; fld1; std; 1: jmp 1b" ::"m"(mxcsr), "m"(control));
}
BLOB blob_dirty_exit(BlobStart* start, uint64_t) {
    uint32_t mxcsr = 0x1f80 | 0x6000;  // rounds towards zero
    uint16_t control = 0x372;
    __asm__ volatile("ldmxcsr %0; fldcw %1; fld1; fld1" ::"m"(mxcsr), "m"(control));
    leave(start, 0);
}
BLOB blob_check_processor(BlobStart* start, uint64_t) {
    uint32_t mxcsr;
    uint16_t control;
    uint64_t flags;
    __asm__ volatile("stmxcsr %0; fnstcw %1; pushf; pop %2" : "=m"(mxcsr), "=m"(control), "=r"(flags));
    leave(start, (mxcsr != 0x1f80) | (control != 0x37f) << 1 | ((flags & 0x400) != 0) << 2);
}
BLOB blob_check_call(BlobStart* start, uint64_t) {
    uint64_t thread = 0x1234567000, after = 0, bad = 0;
    __asm__ volatile("mov %%gs:%c1, %0" : "=r"(after) : "i"(FUTURE_GS_THREAD));
    if (after) bad = 4;
    __asm__ volatile("mov %0, %%gs:%c1" ::"r"(thread), "i"(FUTURE_GS_THREAD) : "memory");
    for (uint64_t round = 0; round < 100000; round++) {
        uint64_t rbx = round, r12 = round + 1, r13 = round + 2, r14 = round + 3, r15 = round + 4;
        uint64_t function = reinterpret_cast<uint64_t>(start->table->call[FUTURE_SYS_INFO]), result;
        uint64_t what = FUTURE_INFO_CORES;
        register uint64_t b __asm__("rbx") = rbx;
        register uint64_t c __asm__("r12") = r12;
        register uint64_t d __asm__("r13") = r13;
        register uint64_t e __asm__("r14") = r14;
        register uint64_t f __asm__("r15") = r15;
        __asm__ volatile("mov %%rsp, %%rbp; and $-16, %%rsp; call *%%rax; cmp %%rsp, %%rbp; mov %%rbp, %%rsp"
                         : "=a"(result), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+D"(what)
                         : "a"(function)
                         : "rbp", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
        __asm__ volatile("mov %%gs:%c1, %0" : "=r"(after) : "i"(FUTURE_GS_THREAD));
        if (result != 1 || after != thread) bad |= 1;
        if (b != rbx || c != r12 || d != r13 || e != r14 || f != r15) bad |= 2;
    }
    leave(start, bad);
}
BLOB blob_map(BlobStart* start, uint64_t) {
    long at = call(start, FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, 16384);
    if (at <= 0) leave(start, 1);
    auto* byte = reinterpret_cast<volatile char*>(at);
    for (int index = 0; index < 16384; index++) {
        if (byte[index]) leave(start, 2);
        byte[index] = 1;
    }
    if (call(start, FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | FUTURE_PROT_NONE << 8, at, 4096)) leave(start, 3);
    if (call(start, FUTURE_SYS_LOG, at, 10) != -14) leave(start, 4);  // the kernel survives reading it
    if (call(start, FUTURE_SYS_MAP, FUTURE_MAP_FREE, at, 16384)) leave(start, 5);
    if (call(start, FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, 16384) != at) leave(start, 6);
    for (int index = 0; index < 16384; index++) {
        if (byte[index]) leave(start, 7);
        byte[index] = 1;
    }
    leave(start, 0);
}
BLOB blob_clock(BlobStart* start, uint64_t) {
    uint64_t begun = future_clock_read(start->time_page, FUTURE_CLOCK_MONOTONIC), last = begun;
    uint64_t deadline = begun + 20000000;
    while (call(start, FUTURE_SYS_SLEEP, deadline) == 0) {
    }
    if (future_clock_read(start->time_page, FUTURE_CLOCK_MONOTONIC) + 1000000 < deadline) leave(start, 1);
    while (last < begun + start->argument) {
        uint64_t now = future_clock_read(start->time_page, FUTURE_CLOCK_MONOTONIC);
        if (now < last) leave(start, 2);
        last = now;
    }
    start->flag = last;
    leave(start, 0);
}
BLOB blob_ring(BlobStart* start, uint64_t) {
    call(start, FUTURE_SYS_RING);
    start->flag = 1;
    while (start->flag == 1) call(start, FUTURE_SYS_SLEEP, UINT64_MAX);
    leave(start, 0);
}
BLOB blob_ring_for_ever(BlobStart* start, uint64_t) {
    for (start->flag = 1;;) call(start, FUTURE_SYS_RING);
}
BLOB blob_log(BlobStart* start, uint64_t) {
    volatile uint64_t text = 0x6f6c6c6568;  // "hello"
    call(start, FUTURE_SYS_LOG, reinterpret_cast<uint64_t>(&text), 5);
    leave(start, 0);
}
BLOB blob_log_flood(BlobStart* start, uint64_t) {
    volatile uint64_t text = 0x6f6c6c6568;  // "hello"
    for (uint64_t line = 0; line < start->argument; line++)
        call(start, FUTURE_SYS_LOG, reinterpret_cast<uint64_t>(&text), 5);
    leave(start, 7);
}
BLOB blob_come_and_go(BlobStart* start, uint64_t) {
    start->flag = start->flag + 1;
    call(start, FUTURE_SYS_RELEASE_CORE);
}
BLOB blob_release(BlobStart* start, uint64_t) {
    for (uint64_t round = 0; round < 100; round++) {
        long result;
        while ((result = begin(start, 1, blob_come_and_go)) == -114) wire_pause();
        if (result) leave(start, 1);
    }
    while (start->flag != 100) wire_pause();
    leave(start, 0);
}
