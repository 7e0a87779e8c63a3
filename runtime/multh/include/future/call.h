/* SPDX-License-Identifier: MIT */
/* What a generated client stub calls: one delegated call from the current thread. */
#ifndef FUTURE_CALL_H
#define FUTURE_CALL_H

#include <stdint.h>

#include "idl/wire/message.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sends the request in `message` and parks the calling thread until its reply came; the core runs other threads
 * meanwhile. `message` is a local array of whole lines: the stub has written the body from message[2] on (root pointer
 * first, padded with zeros to whole lines) and leaves words 0 and 1 to this function. `size` counts header and body in
 * bytes (idl/wire/message.h). Does not touch errno. Exactly one reply comes, also after cancel; the stack frame may
 * therefore hold the buffers the call names. Thread-safe; not callable from scheduler context.
 */
void future_call(uint64_t *message, uint16_t type, uint32_t size, struct wire_reply *reply);

/*
 * The same as a cancellation point: a thread that is cancelled does not come back, neither before the request was sent
 * nor, if Linux broke the call off, after it. A call that was done all the same returns; the thread ends at the next point.
 */
void future_call_cancellable(uint64_t *message, uint16_t type, uint32_t size, struct wire_reply *reply);

/* The same for a oneway_ call: returns when the message is in the ring. */
void future_post(uint64_t *message, uint16_t type, uint32_t size);

#ifdef __cplusplus
}
#endif
#endif
