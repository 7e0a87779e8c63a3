// SPDX-License-Identifier: GPL-2.0
/* Interrupts both ways and nothing else, timed: what a doorbell costs at least. */
#include "future.h"

/* One round trip in ns. The core finds its number, stores `echoed`, and interrupts us. */
static int echo(struct future_machine *machine, u32 core, u32 *ns)
{
	struct future_native_boot *boot = machine->boot;
	u64 start = ktime_get_ns();
	long left;

	wire_exchange32(&boot->echo_core.word, core + 1);
	future_interrupt_core(machine, core, FUTURE_VECTOR_WAKE);
	left = wait_event_interruptible_timeout(machine->echo_wait, wire_load32_ordered(&boot->echoed.word) ||
						READ_ONCE(machine->state) != FUTURE_MACHINE_UP, HZ);
	*ns = min_t(u64, ktime_get_ns() - start, U32_MAX);
	if (left <= 0)
		return left ? -EINTR : -ETIMEDOUT;
	return wire_exchange32(&boot->echoed.word, 0) ? 0 : -EIO;
}

long future_echo(struct future_machine *machine, const struct future_ioc_echo *wish, u32 *ns)
{
	u32 round;
	int error = 0;

	if (mutex_lock_interruptible(&machine->transition))
		return -EINTR;
	if (machine->state != FUTURE_MACHINE_UP)
		error = -ENODEV;
	else if (wish->core >= machine->cores)
		error = -EINVAL;
	else
		wire_exchange32(&machine->boot->echoed.word, 0);
	for (round = 0; round < wish->rounds && !error; round++)
		error = echo(machine, wish->core, &ns[round]);
	mutex_unlock(&machine->transition);
	return error;
}
