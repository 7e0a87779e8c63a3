// SPDX-License-Identifier: MIT
// The machine's notices (control.idl.h) as plain values.
#pragma once

#include <cstdint>
#include <string>

#include "control_wire.h"
#include "machine/device.h"

namespace future {

using ExitNotice = control_exit_notice_request;
using ExceptionNotice = control_exception_request;
using CoreStopped = control_core_stopped_request;

struct LogLine {
    uint32_t level;
    std::string text;
};

uint16_t notice_type(const Notice&);
ExitNotice read_exit(const Notice&);
ExceptionNotice read_exception(const Notice&);
CoreStopped read_core_stopped(const Notice&);
LogLine read_log(const Notice&);

}  // namespace future
