/* SPDX-License-Identifier: MIT */
/* Calls that exercise the ring and nothing above it. */
#include <future/idl.h>

interface_(nop, 1);

/// Answers with the value that the sender chose: lets everything above the ring be tested and timed without a system call.
long nop(long value) call_(0) handled_ idempotent_ result_(raw);

/// Asks that the call with this sequence number ends early. Its one reply still comes.
void nop_cancel(unsigned sequence) call_(1) oneway_ internal_;
