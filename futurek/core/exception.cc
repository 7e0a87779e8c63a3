// SPDX-License-Identifier: MIT
// From the port's record to the exception message. Which thread it was, only the program knows: ltn is unknown.
#include "exception.h"

#include "arch/machine.h"

namespace futurek {

void program_exception(Core& core, const ProgramException& exception) {
    Locked<Process> process(*core.process);
    if (!process_end(process, {CONTROL_SIGNALLED, static_cast<int32_t>(exception.signal)}, core.index)) return;

    const uint64_t* r = exception.registers;  // in the order of arch/processor.h
    control_exception_request body = {process->pid,
                                      core.index,
                                      0xffffffff,
                                      exception.signal,
                                      static_cast<int32_t>(exception.code),
                                      exception.address,
                                      /* rip rsp rbp rflags */ r[16],
                                      r[7],
                                      r[6],
                                      r[17],
                                      /* rax rbx rcx rdx rsi rdi */ r[0],
                                      r[1],
                                      r[2],
                                      r[3],
                                      r[4],
                                      r[5],
                                      r[8],
                                      r[9],
                                      r[10],
                                      r[11],
                                      r[12],
                                      r[13],
                                      r[14],
                                      r[15]};
    Message message;
    encode_notice(message, body, process->owner);
    if (!kernel().channel.f2l_write(message)) arch_panic("channel 0 is full: no place was kept for an exception");
    kernel().log.line(LogLevel::info, Text()
                                          .add("process ")
                                          .number(process->pid)
                                          .add(": signal ")
                                          .number(exception.signal)
                                          .add(" at 0x")
                                          .number(exception.registers[16], 16)
                                          .add(", address 0x")
                                          .number(exception.address, 16));
}

void program_stopped(Core& core, const ProgramException& where) {
    Locked<Process> process(*core.process);
    const End end = process->end;
    if (end.kind != CONTROL_SIGNALLED && !(end.kind == CONTROL_EXITED && end.value > 128)) return;
    const uint64_t* r = where.registers;
    Message message;
    encode_notice(message,
                  control_core_stopped_request{process->pid, core.index, /* rip rsp rbp rbx */ r[16], r[7], r[6], r[1],
                                               /* r12 … */ r[12], r[13], r[14], r[15]},
                  process->owner);
    static_cast<void>(kernel().channel.f2l_write_if_half_free(message));  // false: less is known, nothing is lost
}

}  // namespace futurek
