// SPDX-License-Identifier: MIT
// Cores as threads: waiting for work, running a program, sleeping in a futex, being stopped by a signal.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <initializer_list>

#include "../../abi/vectors.h"
#include "../../core/kernel.h"
#include "arch/machine.h"
#include "device/device.h"
#include "door.h"
#include "filter.h"
#include "home.h"
#include "host.h"
#include "raw.h"
#include "trap.h"

namespace futurek::hosted {

HostCore host_core[max_cores];
HostCore host_main;

namespace {

int process_id;
int spin_places;  // how many may spin at once: all CPUs but one, which somebody must work on

void* core_thread(void* argument) {
    auto* core = static_cast<HostCore*>(argument);
    char name[16];
    snprintf(name, sizeof name, "core %u", core->number);
    pthread_setname_np(pthread_self(), name);  // `future top` and Linux's own top find it by this
    if (const char* wrong = traps_adopt(*core, true)) arch_panic(wrong);
    core_main(core->number);
}

void reset_vectors() {
    static constexpr future_vector_area fresh = FUTURE_FRESH_VECTORS;
    if (__builtin_cpu_supports("avx"))                                    // and the host saves it
        __asm__ volatile("xrstor64 %0" ::"m"(fresh), "a"(0xe7), "d"(0));  // x87, SSE, AVX, AVX-512
    else
        __asm__ volatile("fxrstor64 %0" ::"m"(fresh));
}

void wake(HostCore& core, uint32_t how_it_sleeps) {
    if (how_it_sleeps == work_asleep) futex_wake(&core.work, 1, false);
    if (how_it_sleeps == work_at_door) door_ring();
}

void wake_if_asleep(HostCore& core) {
    for (uint32_t how : {work_asleep, work_at_door}) {
        uint32_t expected = how;
        if (__atomic_compare_exchange_n(&core.work, &expected, work_none, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            wake(core, how);
    }
}

// Until there is work or a context to attend, or for nothing. True: there is a visitor, whom this core lets in.
bool sleep_idle(HostCore& core) {
    bool at_door = door_take(), visitor = false;
    uint32_t how = at_door ? work_at_door : work_asleep, expected = work_none;
    if (__atomic_compare_exchange_n(&core.work, &expected, how, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        // Declared, now the second look: who sets `attend` takes this back and wakes.
        if (!__atomic_load_n(&core.attend, __ATOMIC_SEQ_CST)) {
            if (at_door)
                visitor = door_sleep();
            else
                futex_wait(&core.work, how, UINT64_MAX, false);
        }
        expected = how;
        __atomic_compare_exchange_n(&core.work, &expected, work_none, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    }
    if (at_door) door_leave();
    return visitor;
}

void attend_given(HostCore& core) {
    if (uint64_t context = __atomic_exchange_n(&core.attend, 0, __ATOMIC_SEQ_CST))
        device_attend(context, core.number, core.work);
}

}  // namespace

const char* processors_start(unsigned cores, bool lasting) {
    process_id = getpid();
    cpu_set_t set;
    int cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    spin_places = static_cast<int>(cores) > cpus ? 0 : cpus - 1;
    if (lasting) homes_take(cores);

    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    for (unsigned number = 0; number < cores; number++) {
        pthread_t thread;
        host_core[number].number = number;
        if (pthread_create(&thread, &attributes, core_thread, &host_core[number]) != 0)
            return "Linux does not start this many threads";
    }
    return nullptr;
}

bool spin_begin() {
    if (__atomic_sub_fetch(&spin_places, 1, __ATOMIC_RELAXED) >= 0) return true;
    spin_end();
    return false;
}

bool core_attend(unsigned number, uint64_t context) {
    HostCore& core = host_core[number];
    uint64_t none = 0;
    if (!__atomic_compare_exchange_n(&core.attend, &none, context, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return false;
    wake_if_asleep(core);
    return true;
}

void spin_end() { __atomic_add_fetch(&spin_places, 1, __ATOMIC_RELAXED); }

}  // namespace futurek::hosted

using namespace futurek::hosted;

void arch_core_wait(unsigned number) {
    HostCore& core = host_core[number];
    home_enter(number);
    while (__atomic_load_n(&core.work, __ATOMIC_SEQ_CST) != work_there) {
        attend_given(core);
        if (sleep_idle(core)) device_visitor();
    }
    // Who was given to us before this work came does not wait for the program's end. Nobody is given to us any more: the
    // device knew us as a process's before it could run one.
    attend_given(core);
    __atomic_store_n(&core.work, work_none, __ATOMIC_SEQ_CST);
    home_leave();
}

void arch_core_start(unsigned number) {
    HostCore& core = host_core[number];
    __atomic_store_n(&core.stop, 0, __ATOMIC_SEQ_CST);
    wake(core, __atomic_exchange_n(&core.work, work_there, __ATOMIC_SEQ_CST));
}

LeaveReason arch_program_run(unsigned number, const ProgramStart& start, ProgramException& exception) {
    filter_await();
    reset_vectors();
    host_core[number].exception = {};
    LeaveReason reason = static_cast<LeaveReason>(future_hosted_enter(&start));
    exception = host_core[number].exception;
    return reason;
}

// A hosted machine's programs see each other's memory anyway.
void arch_core_change_program(unsigned) {}

void arch_core_stop(unsigned number) {
    HostCore& core = host_core[number];
    __atomic_store_n(&core.stop, 1, __ATOMIC_SEQ_CST);
    __atomic_exchange_n(core.doorbell, 1, __ATOMIC_SEQ_CST);
    futex_wake(core.doorbell, 1, true);
    raw_syscall(SYS_tgkill, process_id, core.tid, stop_signal);
}

bool arch_core_sleep(unsigned number, uint64_t deadline) {
    HostCore& core = host_core[number];
    for (;;) {
        if (__atomic_load_n(&core.stop, __ATOMIC_SEQ_CST)) return true;
        if (__atomic_exchange_n(core.doorbell, 0, __ATOMIC_SEQ_CST)) return true;
        if (futex_wait(core.doorbell, 0, deadline, true) == -ETIMEDOUT)
            return __atomic_exchange_n(core.doorbell, 0, __ATOMIC_SEQ_CST) != 0;
    }
}

void arch_core_ring(unsigned slot, unsigned index) {
    uint32_t* doorbell = &host_process[slot].channel->doorbell[index].word;
    if (__atomic_exchange_n(doorbell, 1, __ATOMIC_SEQ_CST) == 0) futex_wake(doorbell, 1, true);
}
