// SPDX-License-Identifier: MIT
// The contract's cores: waiting, running, sleeping, being rung and stopped; and the C++ end of a core's start.
//
// No wake-up is lost. A core that is about to halt, with interrupts off: (1) exchanges `asleep` to 1, (2) looks at
// every word that could want it, (3) `sti; hlt`. Who wants it: (a) stores the word by a locked instruction, (b) looks
// at `asleep` and, for a stop, at `in_program`, (c) sends FUTURE_VECTOR_WAKE. Both (1) and (a) are full barriers, so
// either (2) sees the word or (b) sees `asleep`. In the second case the interrupt comes after (1) while interrupts are
// off and stays pending in the APIC until `sti; hlt`, which it ends: `sti` takes effect after `hlt` has begun. It can
// be taken nowhere before, and what was taken before (1) is visible to (2). Only an NMI can come between the two; an
// interrupt that is taken as it returns, hence before `hlt`, skips that (native_kernel_trap).
#include "../../core/control.h"
#include "../../core/kernel.h"
#include "apic.h"
#include "arch/machine.h"
#include "attend.h"
#include "chunk.h"
#include "cpu.h"
#include "memory.h"
#include "speculation.h"
#include "trap.h"

extern "C" uint64_t native_enter(const ProgramStart* start, uint64_t root, uint64_t gs_base);

namespace futurek::native {

namespace {

uint32_t look(const uint32_t& word) { return __atomic_load_n(&word, __ATOMIC_SEQ_CST); }
bool stop_wanted(const PerCore& core) { return look(core.attention) & attention_stop; }

void fall_asleep(const PerCore& core) { wire_exchange32(&shared_core(core.number).asleep, 1); }
void wake_up(const PerCore& core) { wire_store32(&shared_core(core.number).asleep, 0); }

void set_stage(unsigned number, uint32_t stage) { wire_exchange32(&shared_core(number).stage, stage); }

}  // namespace

bool linux_wants(const PerCore& core) {
    return wire_load32_ordered(&boot_block().control_rung.word) ||
           wire_load32_ordered(&boot_block().echo_core.word) == core.number + 1;
}

bool work_or_linux(const PerCore& core) { return look(core.work) || linux_wants(core); }

bool attend_linux(PerCore& core) {
    if (!linux_wants(core)) return false;
    future_native_boot& boot = boot_block();
    if (wire_exchange32(&boot.control_rung.word, 0)) control_interrupt();
    if (wire_compare_exchange32(&boot.echo_core.word, core.number + 1, 0)) {
        wire_exchange32(&boot.echoed.word, 1);
        interrupt_linux();
    }
    return true;
}

// On the way back to the program, from a trap of it or (no frame) a call; `attention` is not 0. True: not back to it any more.
extern "C" uint32_t native_attend(const TrapFrame* frame) {
    PerCore& core = this_core();
    // The bit first: a request that comes after this is seen by the next look.
    uint32_t what = __atomic_fetch_and(&core.attention, ~attention_flush, __ATOMIC_SEQ_CST);
    if (what & attention_flush) flush_program();
    if (!(what & attention_stop)) return 0;
    if (frame) record(core.exception, *frame, 0, 0, 0);  // where it was stopped
    return 1;
}

// On the core's own stack and tables.
extern "C" void native_core(unsigned number) {
    PerCore& core = core_at(number);
    core.number = number;
    if (const char* missing = cpu_missing()) arch_panic(missing);
    cpu_start(number);
    set_stage(number, FUTURE_STAGE_TABLES);
    apic_start(core);
    set_stage(number, FUTURE_STAGE_INTERRUPTS);
    set_stage(number, FUTURE_STAGE_ONLINE);
    core_main(number);
}

}  // namespace futurek::native

using namespace futurek;
using namespace futurek::native;

void arch_core_wait(unsigned number) {
    PerCore& core = this_core();
    wire_store32(&shared_core(number).state, FUTURE_CORE_IDLE);
    for (;;) {
        fall_asleep(core);
        if (attend_linux(core)) continue;
        if (__atomic_exchange_n(&core.work, 0, __ATOMIC_SEQ_CST)) break;
        if (chunk_zero_one(core) || work_or_linux(core)) continue;
        native_halt();
    }
    wake_up(core);
    wire_store32(&shared_core(number).state, FUTURE_CORE_RUNNING);
}

void arch_core_start(unsigned number) {
    PerCore& core = core_at(number);
    __atomic_fetch_and(&core.attention, ~attention_stop, __ATOMIC_SEQ_CST);
    __atomic_exchange_n(&core.work, 1, __ATOMIC_SEQ_CST);
    if (wire_load32_ordered(&shared_core(number).asleep)) apic_wake(number);
}

LeaveReason arch_program_run(unsigned, const ProgramStart& start, ProgramException& exception) {
    PerCore& core = this_core();
    cpu_zero_vectors();
    core.exception = {};
    LeaveReason reason = static_cast<LeaveReason>(native_enter(&start, slot_root(core.slot), slot_words(core.slot, start.core)));
    exception = core.exception;
    return reason;
}

void arch_core_change_program(unsigned) { speculation_forget(this_core().flush_branches); }

// A core in the kernel looks at `attention` before it sleeps and before it goes to the program. One in the program, or
// past that look, takes the interrupt as soon as it is there.
void arch_core_stop(unsigned number) {
    PerCore& core = core_at(number);
    __atomic_fetch_or(&core.attention, attention_stop, __ATOMIC_SEQ_CST);
    if (look(core.in_program) || wire_load32_ordered(&shared_core(number).asleep)) apic_wake(number);
}

// A stop is an interrupt and a word in kernel memory: a program can neither miss the one nor overwrite the other, so
// it need not be repeated.
void arch_tick_wanted() {}

bool arch_core_sleep(unsigned number, uint64_t deadline) {
    PerCore& core = this_core();
    bool rung = true;
    for (;;) {
        fall_asleep(core);
        if (wire_exchange32(&shared_core(number).rung, 0) || stop_wanted(core)) break;
        if (attend_linux(core)) continue;
        if (deadline != UINT64_MAX) {
            uint64_t now = arch_clock_ns();
            rung = now < deadline;
            if (!rung) break;
            apic_timer(deadline - now);
        }
        native_halt();
    }
    wake_up(core);
    if (deadline != UINT64_MAX) apic_timer_off();
    return rung;
}

void arch_core_ring(unsigned slot, unsigned index) {
    unsigned number = slot_core(slot, index);
    wire_exchange32(&shared_core(number).rung, 1);
    if (wire_load32_ordered(&shared_core(number).asleep)) apic_wake(number);
}
