// SPDX-License-Identifier: MIT
// Boot as a list of constructions, and the life of a core: wait, run, leave.
#include "kernel.h"

#include "../../idl/wire/note.h"
#include "arch/machine.h"
#include "exception.h"

// Placement, without <new>: a hosted library header would bring more than that.
inline void* operator new(decltype(sizeof 0), futurek::Kernel* place) noexcept { return place; }

namespace futurek {

namespace {
alignas(Kernel) unsigned char kernel_place[sizeof(Kernel)];
}

Kernel& kernel() { return *reinterpret_cast<Kernel*>(kernel_place); }

Kernel::Kernel(const BootInfo& given)
    : info(given),
      channel(given.channel, control_lines),
      log(channel),
      machine(given.cores, given.memory_bytes, given.page_map) {
    for (uint32_t number = 0; number < max_cores; number++) cores[number].number = number;
}

void boot(const BootInfo& info) { new (reinterpret_cast<Kernel*>(kernel_place)) Kernel(info); }

void core_online(unsigned number) {
    Kernel& k = kernel();
    k.cores[number].online = true;
    if (__atomic_add_fetch(&k.cores_online, 1, __ATOMIC_SEQ_CST) != k.info.cores) return;
    Message message;
    encode_notice(message, control_boot_complete_request{FUTURE_ABI_VERSION, k.info.cores, k.machine.memory().bytes()});
    if (!k.channel.f2l_write(message)) arch_panic("channel 0 is full before boot");
    k.log.line(LogLevel::info, Text()
                                   .add("futurek: ")
                                   .number(k.info.cores)
                                   .add(" cores, ")
                                   .number(k.machine.memory().bytes() >> 20)
                                   .add(" MiB"));
    k.channel.ring();
}

bool core_turn(unsigned number) {
    Core& core = kernel().cores[number];
    Process* running = core.process;
    if (!running) return false;

    if (core.last_pid != running->pid) arch_core_change_program(number);
    core.last_pid = running->pid;
    ProgramException exception = {};
    LeaveReason reason = arch_program_run(number, core.start, exception);
    if (reason == LeaveReason::exception) program_exception(core, exception);
    else if (exception.registers[ARCH_RIP]) program_stopped(core, exception);

    Farewell farewell;
    {
        Locked<Process> process(*running);
        core.process = nullptr;
        process_core_left(process, core.index);
        farewell = process_farewell(process);
        // Sent under the lock: the notice must follow the exception's message, and nothing of the process after it.
        send_farewell(kernel().channel, farewell);
    }
    kernel().channel.ring();
    return true;
}

void core_main(unsigned number) {
    core_online(number);
    for (;;) {
        arch_core_wait(number);
        core_turn(number);
    }
}

}  // namespace futurek
