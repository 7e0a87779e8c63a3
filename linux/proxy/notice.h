// SPDX-License-Identifier: MIT
// The machine's notices (control.idl.h) as plain values.
#pragma once

#include <cstdint>
#include <string>

#include "device.h"

namespace future {

enum NoticeType : uint16_t { kExitNotice = 3, kException = 6, kLogLine = 7 };
enum class ExitKind : uint32_t { exited = 1, signalled = 2, killed = 3 };

struct ExitNotice {
    uint32_t pid;
    ExitKind kind;
    int32_t value;
};

struct ExceptionNotice {
    uint32_t pid, core, ltn, signal;
    int32_t code;
    uint64_t address, rip, rsp, rbp, rflags;
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
};

struct LogLine {
    uint32_t level;
    std::string text;
};

uint16_t notice_type(const Notice&);
ExitNotice read_exit(const Notice&);
ExceptionNotice read_exception(const Notice&);
LogLine read_log(const Notice&);

}  // namespace future
