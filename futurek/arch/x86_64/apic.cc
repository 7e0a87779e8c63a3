// SPDX-License-Identifier: MIT
// xAPIC and x2APIC behind one pair of functions; register n is at n * 16 in memory, and MSR 0x800 + n.
#include "apic.h"

#include "cpu.h"

namespace futurek::native {

namespace {

constexpr uint32_t msr_apic_base = 0x1b, msr_tsc_deadline = 0x6e0, msr_x2apic = 0x800;

enum Register : uint32_t {
    reg_task_priority = 0x08,
    reg_end_of_interrupt = 0x0b,
    reg_spurious = 0x0f,
    reg_error = 0x28,
    reg_command = 0x30,
    reg_command_high = 0x31,
    reg_timer = 0x32,
    reg_thermal = 0x33,
    reg_counter = 0x34,
    reg_line0 = 0x35,
    reg_line1 = 0x36,
    reg_error_vector = 0x37,
    reg_initial_count = 0x38,
    reg_current_count = 0x39,
    reg_divide = 0x3e,
};
constexpr uint32_t masked_at_start[] = {reg_timer, reg_line0, reg_line1, reg_error_vector};
constexpr uint32_t masked = 1 << 16, deadline_mode = 2 << 17, busy = 1 << 12, deliver_nmi = 4 << 8, asserted = 1 << 14;

volatile uint32_t& memory(uint32_t reg) { return *reinterpret_cast<volatile uint32_t*>(APIC_ADDRESS + reg * 16); }

uint32_t read(uint32_t reg) {
    return this_core().x2apic ? static_cast<uint32_t>(read_msr(msr_x2apic + reg)) : memory(reg);
}
void write(uint32_t reg, uint32_t value) {
    if (this_core().x2apic)
        write_msr(msr_x2apic + reg, value);
    else
        memory(reg) = value;
}

void send(uint32_t apic_id, uint32_t command) {
    // x2APIC's and the deadline's WRMSR wait for nothing that was stored before.
    __asm__ volatile("mfence; lfence" ::: "memory");
    if (this_core().x2apic) return write_msr(msr_x2apic + reg_command, uint64_t{apic_id} << 32 | command);
    while (memory(reg_command) & busy) __builtin_ia32_pause();
    memory(reg_command_high) = apic_id << 24;
    memory(reg_command) = command;
}

// Timer ticks in two milliseconds, by the time stamp counter.
uint32_t measure_timer() {
    uint64_t ticks = boot_block().tsc_khz * 2, begin = read_tsc();
    write(reg_initial_count, ~0u);
    while (read_tsc() - begin < ticks) __builtin_ia32_pause();
    uint32_t left = read(reg_current_count);
    write(reg_initial_count, 0);
    return ~left;
}

}  // namespace

void apic_start(PerCore& core) {
    uint64_t base = read_msr(msr_apic_base);
    constexpr uint64_t enabled = 1 << 11, extended = 1 << 10;
    if (!(base & enabled)) write_msr(msr_apic_base, base | enabled);
    core.x2apic = base & extended;
    core.deadline_timer = cpuid(1).c & (1u << 24);

    write(reg_spurious, 0x1ff);  // on; vector 255
    write(reg_task_priority, 0);
    for (uint32_t reg : masked_at_start) write(reg, masked);
    uint32_t entries = read(0x03) >> 16 & 0xff;
    if (entries >= 4) write(reg_counter, masked);
    if (entries >= 5) write(reg_thermal, masked);
    write(reg_error, 0);
    write(reg_divide, 0xb);  // by 1
    core.timer_per_ms = measure_timer() / 2;
    if (!core.timer_per_ms) core.timer_per_ms = 1;
    write(reg_timer, FUTURE_VECTOR_TIMER | (core.deadline_timer ? deadline_mode : 0));
}

void apic_end_of_interrupt() { write(reg_end_of_interrupt, 0); }

void apic_wake(unsigned number) { send(shared_core(number).apic_id, FUTURE_VECTOR_WAKE | asserted); }

void apic_halt_others() {
    for (unsigned number = 0; number < boot_block().cores; number++)
        if (number != this_core().number && wire_load32(&shared_core(number).stage) >= FUTURE_STAGE_TABLES)
            send(shared_core(number).apic_id, deliver_nmi | asserted);
}

void interrupt_linux() {
    uint64_t irq = wire_load(&boot_block().linux_irq.word);
    if (irq) send(static_cast<uint32_t>(irq >> 32), (irq & 0xff) | asserted);
}

void apic_timer(uint64_t ns) {
    PerCore& core = this_core();
    if (ns > 1000000000) ns = 1000000000;
    if (core.deadline_timer) {
        __asm__ volatile("mfence; lfence" ::: "memory");
        return write_msr(msr_tsc_deadline, read_tsc() + ns * boot_block().tsc_khz / 1000000 + 1);
    }
    uint64_t count = ns * core.timer_per_ms / 1000000 + 1;
    write(reg_initial_count, count > ~0u ? ~0u : static_cast<uint32_t>(count));
}

void apic_timer_off() {
    if (this_core().deadline_timer)
        write_msr(msr_tsc_deadline, 0);
    else
        write(reg_initial_count, 0);
}

}  // namespace futurek::native
