/* SPDX-License-Identifier: MIT */
/* The current thread on Future: the FS base is its block, whose first word points to itself. */
#ifndef MULTH_PORT_SELF_H
#define MULTH_PORT_SELF_H

struct multh_thread;

/* volatile: after a park the thread is the same, but a compiler must not carry it over a switch on a scheduler path. */
static inline struct multh_thread *multh_port_self(void)
{
	struct multh_thread *self;

	__asm__ volatile("movq %%fs:0, %0" : "=r"(self));
	return self;
}

static inline void multh_port_set_self(struct multh_thread *thread)
{
	__asm__ volatile("wrfsbase %0" ::"r"(thread) : "memory");
}

#endif
