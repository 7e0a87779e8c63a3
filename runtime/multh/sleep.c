/* SPDX-License-Identifier: MIT */
/* Parking with a deadline, sleeping, and the clocks. */
#include "cancel.h"
#include "view.h"

bool multh_park_until(struct multh_thread *self, uint64_t deadline_ns)
{
	if (deadline_ns == MULTH_NEVER) {
		multh_park(self);
		return true;
	}
	if (multh_port_monotonic_ns() >= deadline_ns)
		return false;
	multh_timer_set(self, deadline_ns);
	multh_park(self);
	multh_timer_clear(self);
	return multh_port_monotonic_ns() < deadline_ns;
}

void multh_sleep_until(uint64_t monotonic_ns)
{
	struct multh_thread *self = multh_self();

	multh_waits(self, FUTURE_WAIT_TIME, 0);
	if (monotonic_ns == MULTH_NEVER)
		__atomic_fetch_add(&multh.patient, 1, __ATOMIC_SEQ_CST); /* for ever on purpose: deadlock.c must not take it for one */
	while (!multh_is_cancelled(self) && multh_park_until(self, monotonic_ns))
		;
	if (monotonic_ns == MULTH_NEVER)
		__atomic_fetch_sub(&multh.patient, 1, __ATOMIC_SEQ_CST);
	multh_test_cancel(self);
}

uint64_t multh_monotonic_ns(void) { return multh_port_monotonic_ns(); }
uint64_t multh_realtime_ns(void) { return multh_port_realtime_ns(); }
