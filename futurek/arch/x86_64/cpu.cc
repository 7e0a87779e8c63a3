// SPDX-License-Identifier: MIT
// A core's control registers, segments, traps and system call entry.
#include "cpu.h"

#include "../../abi/vectors.h"
#include "core.h"
#include "speculation.h"

extern "C" char native_trap_stubs[], native_syscall_entry[];

namespace futurek::native {

namespace {

enum : uint32_t {
    msr_sysenter_segment = 0x174,
    msr_debug_control = 0x1d9,
    msr_efer = 0xc0000080,
    msr_star = 0xc0000081,
    msr_lstar = 0xc0000082,
    msr_syscall_mask = 0xc0000084,
    msr_kernel_gs = 0xc0000102,
};

// cpuid leaf 1 c, leaf 7 b and c.
constexpr uint32_t has_xsave = 1u << 26;
constexpr uint32_t has_smep = 1u << 7, has_smap = 1u << 20, has_umip = 1u << 2;

struct Gate {
    uint64_t low, high;
};
alignas(4096) Gate gates[256];  // written by core 0 before the others are started

void fill_gates() {
    for (unsigned vector = 0; vector < 256; vector++) {
        uint64_t stub = reinterpret_cast<uint64_t>(native_trap_stubs) + vector * 16;
        uint64_t stack = vector == 2 ? 1 : vector == 18 ? 2 : vector == 1 ? 3 : vector == 8 ? 4 : 0;
        uint64_t ring = vector == 3 || vector == 4 ? 3 : 0;  // int3, into; any other int n of a program is #GP
        uint64_t kind = 0x8e00 | ring << 13 | stack;
        gates[vector] = {(stub & 0xffff) | uint64_t{KERNEL_CODE} << 16 | kind << 32 | (stub >> 16 & 0xffff) << 48,
                         stub >> 32};
    }
}

struct [[gnu::packed]] TableRegister {
    uint16_t limit;
    const void* base;
};

void load_segments(PerCore& core) {
    uint64_t base = reinterpret_cast<uint64_t>(&core);
    core.task = {};
    core.task.interrupt_stack[0] = base + NMI_STACK_TOP;
    core.task.interrupt_stack[1] = base + MACHINE_CHECK_STACK_TOP;
    core.task.interrupt_stack[2] = base + DEBUG_STACK_TOP;
    core.task.interrupt_stack[3] = base + DOUBLE_FAULT_STACK_TOP;
    core.task.stack[0] = core.kernel_stack = base + MAIN_STACK_TOP;
    core.task.io_map = sizeof core.task;  // none: in and out are #GP

    uint64_t task = reinterpret_cast<uint64_t>(&core.task);
    core.segments[KERNEL_CODE / 8] = 0x00af9b000000ffff;
    core.segments[KERNEL_DATA / 8] = 0x00cf93000000ffff;
    core.segments[3] = 0;  // no 32-bit code for programs
    core.segments[PROGRAM_DATA / 8] = 0x00cff3000000ffff;
    core.segments[PROGRAM_CODE / 8] = 0x00affb000000ffff;
    core.segments[TASK_SEGMENT / 8] =
        (sizeof core.task - 1) | (task & 0xffffff) << 16 | 0x89ull << 40 | (task >> 24 & 0xff) << 56;
    core.segments[TASK_SEGMENT / 8 + 1] = task >> 32;

    TableRegister segments = {sizeof core.segments - 1, core.segments};
    TableRegister traps = {sizeof gates - 1, gates};
    __asm__ volatile(
        "lgdt %0\n\t"
        "pushq %2\n\t"
        "lea 1f(%%rip), %%rax\n\t"
        "push %%rax\n\t"
        "lretq\n"
        "1:\tmov %3, %%ss\n\t"
        "xor %%eax, %%eax\n\t"
        "mov %%eax, %%ds\n\t"
        "mov %%eax, %%es\n\t"
        "mov %%eax, %%fs\n\t"
        "mov %%eax, %%gs\n\t"
        "lldt %%ax\n\t"
        "ltr %w4\n\t"
        "lidt %1"
        :
        : "m"(segments), "m"(traps), "i"(KERNEL_CODE), "r"(KERNEL_DATA), "r"(TASK_SEGMENT)
        : "rax", "memory");
}

uint32_t feature(uint32_t bits, uint32_t bit) { return bits & bit; }

void load_controls() {
    uint64_t cr0 = 0x80050033;  // PG AM WP NE ET MP PE
    __asm__ volatile("mov %0, %%cr0" ::"r"(cr0));
    CpuId seven = cpuid(0).a >= 7 ? cpuid(7) : CpuId{};
    // DE, PAE, MCE, PGE, OSFXSR, OSXMMEXCPT; without TSD and PCE: programs read the time stamp counter only; without
    // FSGSBASE: their GS base stays where it was put.
    uint64_t cr4 = 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 9 | 1 << 10;
    if (feature(seven.c, has_umip)) cr4 |= 1 << 11;
    if (feature(cpuid(1).c, has_xsave)) cr4 |= 1 << 18;
    if (feature(seven.b, has_smep)) cr4 |= 1 << 20;
    if (feature(seven.b, has_smap)) cr4 |= 1 << 21;
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4) : "memory");
    uint64_t none = 0;
    __asm__ volatile("mov %0, %%dr7" ::"r"(none));

    if (!feature(cpuid(1).c, has_xsave)) return;
    uint64_t can = cpuid(0xd).a, use = can & 3;
    if (can & 4) use |= 4;                  // AVX
    if ((can & 0xe4) == 0xe4) use |= 0xe0;  // AVX-512: all three or none
    __asm__ volatile("xsetbv" ::"c"(0), "a"(static_cast<uint32_t>(use)), "d"(0));
}

}  // namespace

const char* cpu_missing() {
    if (!(cpuid(0x80000001).d & (1u << 20))) return "this processor has no pages without execute permission (NX)";
    return nullptr;
}

void cpu_start(unsigned number) {
    PerCore& core = core_at(number);
    if (number == 0) fill_gates();
    load_segments(core);
    load_controls();
    const Defences defences = defences_of(speculation_announced());
    core.flush_branches = defences.flush_branches;
    if (defences.has_control) write_msr(msr_speculation_control, defences.control);
    write_msr(msr_efer, read_msr(msr_efer) | 1 << 0 | 1 << 11 | defences.efer);  // SCE, NXE
    write_msr(msr_star, uint64_t{KERNEL_CODE} << 32 | uint64_t{PROGRAM_CODE - 16} << 48);
    write_msr(msr_lstar, reinterpret_cast<uint64_t>(native_syscall_entry));
    write_msr(msr_syscall_mask, 0x57700);  // AC RF NT IOPL DF IF TF
    write_msr(msr_kernel_gs, reinterpret_cast<uint64_t>(&core));
    // A core taken from Linux still has Linux's, INIT or not: SYSENTER would go there, in ring 0. With 0 it is #GP.
    write_msr(msr_sysenter_segment, 0);
    write_msr(msr_debug_control, 0);
}

void cpu_zero_vectors() {
    static constexpr future_vector_area fresh = FUTURE_FRESH_VECTORS;
    uint64_t cr4;
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    if (cr4 & 1 << 18)
        __asm__ volatile("xrstor64 %0" ::"m"(fresh), "a"(~0u), "d"(~0u));
    else
        __asm__ volatile("fxrstor64 %0" ::"m"(fresh));
}

}  // namespace futurek::native
