// SPDX-License-Identifier: MIT
// The processor's registers that C++ has no words for.
#pragma once

#include <stdint.h>

namespace futurek::native {

struct CpuId {
    uint32_t a, b, c, d;
};
inline CpuId cpuid(uint32_t leaf, uint32_t sub = 0) {
    CpuId id;
    __asm__ volatile("cpuid" : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d) : "a"(leaf), "c"(sub));
    return id;
}
inline uint64_t read_msr(uint32_t msr) {
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return low | uint64_t{high} << 32;
}
inline void write_msr(uint32_t msr, uint64_t value) {
    __asm__ volatile("wrmsr" ::"c"(msr), "a"(static_cast<uint32_t>(value)), "d"(static_cast<uint32_t>(value >> 32))
                     : "memory");
}
inline uint64_t read_tsc() {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return low | uint64_t{high} << 32;
}
inline uint64_t read_cr2() {
    uint64_t value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}
// Writing it back drops every translation that is not global: all of the program's.
inline void flush_program() {
    uint64_t root;
    __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root)::"memory");
}
inline void invalidate(uint64_t address) { __asm__ volatile("invlpg (%0)" ::"r"(address) : "memory"); }
// `bytes` is a multiple of 8. By words: processors do as well by bytes, emulators eight times worse.
inline void zero(void* at, uint64_t bytes) {
    uint64_t words = bytes / 8;
    __asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(0) : "memory");
}

// cpu.cc. What is missing of what we need, in words, or nullptr.
const char* cpu_missing();
// This core's control registers, segments, traps and system call entry; on its own stack.
void cpu_start(unsigned number);
// x87, SSE and what XCR0 has beyond: as after reset.
void cpu_zero_vectors();

}  // namespace futurek::native
