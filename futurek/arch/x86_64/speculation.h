// SPDX-License-Identifier: MIT
// What a processor offers against being steered in what it does ahead of time, and what we take (docs/native.md says why).
#pragma once

#include <stdint.h>

namespace futurek::native {

inline constexpr uint32_t msr_speculation_control = 0x48, msr_prediction_command = 0x49, msr_capabilities = 0x10a;

// CPUID and IA32_ARCH_CAPABILITIES; what the processor does not have is 0.
struct Announced {
    uint32_t leaf7_d;     // leaf 7, edx
    uint32_t amd8_b;      // leaf 0x80000008, ebx
    uint32_t amd21_a;     // leaf 0x80000021, eax
    uint64_t capabilities;
};
struct Defences {
    bool flush_branches;  // IBPB, between two programs
    bool has_control;     // IA32_SPEC_CTRL can be written, and is to be `control`
    uint64_t control;
    uint64_t efer;        // bits to be set there
};

// Of the processor that this runs on; in ring 0.
Announced speculation_announced();
// Pure.
Defences defences_of(const Announced& announced);

// Branch targets, where that is announced, return addresses, and what is left in buffers. With interrupts off.
void speculation_forget(bool branches);

}  // namespace futurek::native
