// SPDX-License-Identifier: MIT
// What generated dispatch and hand-written handlers see of the proxy: results, the caller, its memory.
#pragma once

#include <span>
#include <string_view>

#include "future/caller.h"
#include "future/guest_memory.h"
#include "future/result.h"
#include "idl/wire/message.h"
