// SPDX-License-Identifier: MIT
// Starting and stopping the cores of one process: mark dying → stop every core → all have left → dead, exit notice.
#include "process.h"

#include "arch/machine.h"
#include "kernel.h"

namespace futurek {

void process_start_core(Locked<Process>& process, uint32_t index, const ProgramStart& start) {
    Core& core = kernel().cores[process->core_number[index]];
    core.process = &*process;
    core.index = index;
    core.start = start;
    process->started |= 1ull << index;
    arch_core_start(core.number);
}

bool process_end(Locked<Process>& process, End end, uint32_t except) {
    if (process->state != FUTURE_PROCESS_CREATED && process->state != FUTURE_PROCESS_RUNNING) return false;
    process->state = FUTURE_PROCESS_DYING;
    process->end = end;
    bool others = false;
    for (uint32_t index = 0; index < process->cores; index++) {
        if (index == except || !(process->started >> index & 1)) continue;
        arch_core_stop(process->core_number[index]);
        others = true;
    }
    if (others) arch_tick_wanted();
    return true;
}

void process_core_left(Locked<Process>& process, uint32_t index) { process->started &= ~(1ull << index); }

Farewell process_farewell(Locked<Process>& process) {
    if (process->state != FUTURE_PROCESS_DYING || process->started) return {};
    process->state = FUTURE_PROCESS_DEAD;
    return {true, process->pid, process->owner, process->end};
}

void send_farewell(Channel& channel, const Farewell& farewell) {
    if (!farewell.dead) return;
    Message message;
    encode_notice(message, control_exit_notice_request{farewell.pid, farewell.end.kind, farewell.end.value},
                  farewell.owner);
    if (!channel.f2l_write(message)) arch_panic("channel 0 is full: no place was kept for an exit notice");
}

}  // namespace futurek
