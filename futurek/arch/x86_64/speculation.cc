// SPDX-License-Identifier: MIT
// Where the bits are: Intel SDM vol. 4, "IA32_SPEC_CTRL"; AMD's "Indirect branch control extension"; APM vol. 2, 3.2.9.
#include "speculation.h"

#include "cpu.h"
#include "layout.h"

namespace futurek::native {

namespace {

// leaf 7, edx
constexpr uint32_t has_ibrs_ibpb = 1u << 26, has_stibp = 1u << 27, has_capabilities = 1u << 29, has_ssbd = 1u << 31;
// leaf 0x80000008, ebx
constexpr uint32_t amd_ibpb = 1u << 12, amd_ibrs = 1u << 14, amd_stibp = 1u << 15, amd_stibp_always = 1u << 17, amd_ssbd = 1u << 24;
// leaf 0x80000021, eax
constexpr uint32_t amd_automatic_ibrs = 1u << 8;
constexpr uint64_t capable_of_enhanced_ibrs = 1 << 1;
constexpr uint64_t control_ibrs = 1 << 0, control_stibp = 1 << 1, efer_automatic_ibrs = 1 << 21;

}  // namespace

Announced speculation_announced() {
    const uint32_t last = cpuid(0).a, last_extended = cpuid(0x80000000).a;
    Announced it = {};
    if (last >= 7) it.leaf7_d = cpuid(7).d;
    if (last_extended >= 0x80000008) it.amd8_b = cpuid(0x80000008).b;
    if (last_extended >= 0x80000021) it.amd21_a = cpuid(0x80000021).a;
    if (it.leaf7_d & has_capabilities) it.capabilities = read_msr(msr_capabilities);
    return it;
}

Defences defences_of(const Announced& it) {
    Defences take = {};
    take.flush_branches = it.leaf7_d & has_ibrs_ibpb || it.amd8_b & amd_ibpb;
    // A core that Linux had has Linux's value still, INIT or not: ours is defined wherever the register is.
    take.has_control = it.leaf7_d & (has_ibrs_ibpb | has_stibp | has_ssbd) || it.amd8_b & (amd_ibrs | amd_stibp | amd_ssbd);
    if (it.leaf7_d & has_ibrs_ibpb && it.capabilities & capable_of_enhanced_ibrs) take.control |= control_ibrs;
    if (it.amd8_b & amd_stibp && it.amd8_b & amd_stibp_always) take.control |= control_stibp;
    if (it.amd21_a & amd_automatic_ibrs) take.efer = efer_automatic_ibrs;
    return take;
}

void speculation_forget(bool branches) {
    if (branches) write_msr(msr_prediction_command, 1);
    // 32 returns to nowhere: as many as a return stack has.
    uint64_t left = 32;
    __asm__ volatile(
        "1:\tcall 2f\n\t"
        "int3\n"
        "2:\tdec %0\n\t"
        "jnz 1b\n\t"
        "add $32 * 8, %%rsp\n\t"
        "lfence"
        : "+r"(left)::"memory", "cc");
    // Where microcode says so it clears the buffers that MDS and its like read; elsewhere it only looks at a segment.
    const uint16_t segment = KERNEL_DATA;
    __asm__ volatile("verw %0" ::"m"(segment) : "cc");
}

}  // namespace futurek::native
