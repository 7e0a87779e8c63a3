// SPDX-License-Identifier: MIT
// Reading the machine's notices. The machine is trusted, but a Notice is always long enough for what is read here.
#include "notice.h"

#include <cstring>
#include <iterator>

#include "idl/wire/message.h"

namespace future {
namespace {

constexpr size_t kFirst = WIRE_HEADER_WORDS + 1;  // behind header and root pointer

}  // namespace

uint16_t notice_type(const Notice& notice) { return wire_message_type(notice[0]); }

ExitNotice read_exit(const Notice& n) {
    return {static_cast<uint32_t>(n[kFirst]), static_cast<ExitKind>(n[kFirst + 1]), static_cast<int32_t>(n[kFirst + 2])};
}

ExceptionNotice read_exception(const Notice& n) {
    const uint64_t* w = &n[kFirst];
    const uint64_t* r = w + 6;
    ExceptionNotice e = {};
    e.pid = static_cast<uint32_t>(w[0]);
    e.core = static_cast<uint32_t>(w[1]);
    e.ltn = static_cast<uint32_t>(w[2]);
    e.signal = static_cast<uint32_t>(w[3]);
    e.code = static_cast<int32_t>(w[4]);
    e.address = w[5];
    uint64_t* const order[] = {&e.rax, &e.rbx, &e.rcx, &e.rdx, &e.rsi, &e.rdi, &e.rbp, &e.rsp, &e.r8,
                               &e.r9,  &e.r10, &e.r11, &e.r12, &e.r13, &e.r14, &e.r15, &e.rip, &e.rflags};
    for (size_t i = 0; i < std::size(order); i++) *order[i] = r[i];
    return e;
}

LogLine read_log(const Notice& n) {
    const char* text = reinterpret_cast<const char*>(&n[kFirst + 2]);
    return {static_cast<uint32_t>(n[kFirst]), std::string(text, strnlen(text, 480))};
}

}  // namespace future
