// SPDX-License-Identifier: MIT
// Tiny programs: position-independent code in one section, which a test copies to the start of an arena.
#pragma once

#include <stdint.h>

#include "futurek/abi/syscall.h"
#include "futurek/abi/time_page.h"

// What the tests put where a loader would put its start block.
struct BlobStart {
    const struct future_entry_table* table;
    const struct future_time_page* time_page;
    uint32_t* doorbells;  // of the channel; 64 bytes apart
    uint64_t arena, arena_bytes;
    uint64_t argument;
    volatile uint64_t flag;  // for talk between cores, and with the test
};

using Blob = void (*)(BlobStart*, uint64_t core);
extern "C" {
void blob_exit(BlobStart*, uint64_t);  // status `argument`
void blob_loop(BlobStart*, uint64_t);
void blob_segv(BlobStart*, uint64_t);  // writes to `argument`
void blob_divide(BlobStart*, uint64_t);
void blob_illegal(BlobStart*, uint64_t);
void blob_trap(BlobStart*, uint64_t);
void blob_raw_syscall(BlobStart*, uint64_t);            // getpid by itself
void blob_overflow(BlobStart*, uint64_t);               // runs down its stack
void blob_sleep(BlobStart*, uint64_t);                  // for ever
void blob_all_loop(BlobStart*, uint64_t);               // all of `argument` cores; flag counts them
void blob_exit_while_others_run(BlobStart*, uint64_t);  // `argument` cores, half of them asleep
void blob_undo_doorbells(BlobStart*, uint64_t);         // core 0 sleeps, core 1 rewrites everyone's doorbell for ever
void blob_dirty_processor(BlobStart*, uint64_t);        // direction flag, MXCSR, x87 control word; then loops
void blob_dirty_exit(BlobStart*, uint64_t);             // leaves them dirty by a system call
void blob_check_processor(BlobStart*, uint64_t);        // exits 0 if they are as they should be at entry
void blob_check_call(BlobStart*, uint64_t);             // the word behind GS and registers survive a system call
void blob_map(BlobStart*, uint64_t);                    // allocate, free, protect; exits with the step that failed
void blob_clock(BlobStart*, uint64_t);                  // sleep until a deadline, clock never backwards
void blob_ring_for_ever(BlobStart*, uint64_t);
void blob_ring(BlobStart*, uint64_t);                   // rings Linux, then sleeps until rung, then exits 0
void blob_log(BlobStart*, uint64_t);                    // a line, then exits
void blob_log_flood(BlobStart*, uint64_t);              // `argument` lines, then exits 7
void blob_release(BlobStart*, uint64_t);                // core 1 comes and goes 100 times
extern const char __start_blob[], __stop_blob[];
}
