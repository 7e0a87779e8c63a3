// SPDX-License-Identifier: MIT
// The contract's rest: clock, channel 0's doorbell, console, the last words.
#include "arch/machine.h"

#include "../../abi/time_page.h"
#include "apic.h"
#include "core.h"
#include "cpu.h"
#include "trap.h"

extern "C" uint32_t native_dead;
uint32_t native_dead;  // looked at by NMI (entry.S)

namespace futurek::native {

namespace {

// The first to panic; the others halt.
uint32_t panicking;

// The panic text as it grows.
struct LastWords {
    future_native_panic& panic = boot_block().panic;

    void add(char c) {
        if (panic.bytes < FUTURE_NATIVE_TEXT_BYTES) panic.text[panic.bytes++] = c;
    }
    void add(const char* text) {
        while (*text) add(*text++);
    }
    void hex(const char* name, uint64_t value) {
        add(name);
        add(' ');
        for (int shift = 60; shift >= 0; shift -= 4) add("0123456789abcdef"[value >> shift & 15]);
    }
};

bool has_core(uint64_t stack) { return stack - CORES_ADDRESS < uint64_t{max_cores} * CORE_SPACE; }

[[noreturn]] void halt() {
    for (;;) __asm__ volatile("cli; hlt");
}

LastWords begin_panic(const char* text) {
    if (__atomic_exchange_n(&panicking, 1, __ATOMIC_SEQ_CST)) halt();
    __atomic_store_n(&native_dead, 1, __ATOMIC_SEQ_CST);
    LastWords words;
    words.add("futurek: bug: ");
    words.add(text);
    words.add('\n');
    return words;
}

[[noreturn]] void end_panic(LastWords words) {
    bool early = !has_core(reinterpret_cast<uint64_t>(__builtin_frame_address(0)));
    words.panic.core = early ? 0 : this_core().number;
    wire_exchange32(&words.panic.done, 1);
    wire_exchange32(&boot_block().control_to_linux.word, 1);
    if (!early && wire_load32(&shared_core(this_core().number).stage) >= FUTURE_STAGE_INTERRUPTS) {
        apic_halt_others();
        interrupt_linux();
    }
    halt();
}

}  // namespace

void panic_with(const char* text, const TrapFrame& f) {
    LastWords words = begin_panic(text);
    const struct {
        const char* name;
        uint64_t value;
    } lines[][3] = {{{"vector", f.vector}, {"error", f.error}, {"cr2", read_cr2()}},
                    {{"rip", f.rip}, {"rsp", f.rsp}, {"rflags", f.rflags}},
                    {{"cs ", f.cs}, {"ss ", f.ss}, {"rax", f.rax}},
                    {{"rbx", f.rbx}, {"rcx", f.rcx}, {"rdx", f.rdx}},
                    {{"rsi", f.rsi}, {"rdi", f.rdi}, {"rbp", f.rbp}},
                    {{"r8 ", f.r8}, {"r9 ", f.r9}, {"r10", f.r10}},
                    {{"r11", f.r11}, {"r12", f.r12}, {"r13", f.r13}},
                    {{"r14", f.r14}, {"r15", f.r15}, {"core", this_core().number}}};
    for (const auto& line : lines) {
        for (const auto& each : line) {
            words.add(&each == line ? "" : "  ");
            words.hex(each.name, each.value);
        }
        words.add('\n');
    }
    end_panic(words);
}

}  // namespace futurek::native

using namespace futurek::native;

uint64_t arch_clock_ns() {
    uint64_t now = future_clock_by_tsc(reinterpret_cast<const future_time_page*>(fixed(FUTURE_NATIVE_TIME)), FUTURE_CLOCK_MONOTONIC);
    return now ? now : 1;  // the module has not written the page yet
}

void arch_control_ring() {
    wire_exchange32(&boot_block().control_to_linux.word, 1);
    interrupt_linux();
}

// The log's lock is held.
void arch_console_line(const char* text, unsigned bytes) {
    future_native_console& console = boot_block().console;
    uint64_t written = console.written;
    for (unsigned index = 0; index < bytes; index++)
        console.text[written++ % FUTURE_NATIVE_CONSOLE_BYTES] = text[index];
    console.text[written++ % FUTURE_NATIVE_CONSOLE_BYTES] = '\n';
    wire_store(&console.written, written);
}

void arch_panic(const char* text) { end_panic(begin_panic(text)); }
