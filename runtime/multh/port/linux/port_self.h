/* SPDX-License-Identifier: MIT */
/* The current thread on plain Linux: a thread-local of the pthread that plays the core. */
#ifndef MULTH_PORT_SELF_H
#define MULTH_PORT_SELF_H

struct multh_thread;

/* Out of line, so that the address of the thread-local is not carried over a switch to another pthread. */
struct multh_thread *multh_port_self(void);
void multh_port_set_self(struct multh_thread *thread);

#endif
