// SPDX-License-Identifier: MIT
// A process that reads what an enemy wrote gives up, before it begins, all that it does not need for that.
#pragma once

#include <sys/types.h>

#include "apart/apart.h"

namespace future {

// Where the pipe is afterwards; no other descriptor is open.
inline constexpr int kConfinedPipe = 0;

// For a child that has just been forked by `parent`. False: it must not begin.
bool confine(int pipe, pid_t parent, const ApartLimits&);

}  // namespace future
