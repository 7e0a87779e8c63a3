// SPDX-License-Identifier: MIT
// From the port's record to the exception message. Which thread it was, only the program knows: ltn is unknown.
#include "exception.h"

#include "arch/machine.h"

namespace futurek {

void program_exception(Core& core, const ProgramException& exception) {
    Locked<Process> process(*core.process);
    if (!process_end(process, {exit_signalled, static_cast<int32_t>(exception.signal)}, core.index)) return;

    ExceptionBody body{process->pid, core.index, 0xffffffff, exception.signal, static_cast<int32_t>(exception.code),
                       exception.address, {}};
    for (unsigned index = 0; index < ARCH_REGISTERS; index++) body.registers[index] = exception.registers[index];
    Message message;
    encode(message, control_exception, WIRE_FLAG_ONEWAY, 0xffffffff, 0, body);
    if (!kernel().channel.f2l_write(message)) arch_panic("channel 0 is full: no place was kept for an exception");
    kernel().log.line(LogLevel::info, Text().add("process ").number(process->pid).add(": signal ")
                                          .number(exception.signal).add(" at 0x").number(exception.registers[16], 16)
                                          .add(", address 0x").number(exception.address, 16));
}

}  // namespace futurek
