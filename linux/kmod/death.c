// SPDX-License-Identifier: GPL-2.0
/* The machine's death: its kernel panicked or talks nonsense, or Linux itself goes down. */
#include "future.h"

/* machine.lock. It stays dead until somebody shuts it down. */
void future_machine_dead(struct future_machine *machine, const char *reason)
{
	const struct future_native_panic *panic = &machine->boot->panic;

	lockdep_assert_held(&machine->lock);
	wake_up_all(&machine->wait);
	if (!future_machine_up(machine)) /* a boot that fails says so itself */
		return;
	future_cores_stop(machine);
	machine->state = FUTURE_MACHINE_DEAD;
	pr_err("the machine is dead: %s\n", reason);
	if (panic->done) {
		future_log_panic(machine);
		pr_err("%.*s\n", (int)min_t(u32, panic->bytes, 512), panic->text);
	}
	future_contexts_gone(machine, FUTURE_GONE_DIED);
	wake_up_all(&machine->echo_wait);
}

/* Linux goes down: no core may go on writing to memory. Takes no lock, since a panic may have come anywhere. */
void future_machine_stop_now(const struct future_machine *machine)
{
	if (READ_ONCE(machine->boot))
		future_cores_stop(machine);
}
