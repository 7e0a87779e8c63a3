// SPDX-License-Identifier: MIT
// One readable block about a program's exception: what, where in the source, how it got there, registers.
#pragma once

#include <string>

#include "device.h"
#include "loader.h"
#include "notice.h"

namespace future {

std::string crash_report(const ExceptionNotice&, const ProgramFile&, const Program&);

}  // namespace future
