/* SPDX-License-Identifier: MIT */
/* What libc-shim asks of the current thread, and what the demo asks of all of them. */
#include "view.h"

int multh_is_started(void) { return multh.started; }
void *multh_self_reent(void) { return multh.started ? multh_self()->reent : 0; }
uint32_t multh_self_ltn(void) { return multh.started ? multh_self()->ltn : 0; }
uint32_t multh_self_core(void) { return multh.started ? multh_self()->core->number : 0; }

void multh_exit_process(int status) { multh_port_exit(status); }

void multh_end_by_signal(int signal)
{
	if (multh.started)
		multh_end(FUTURE_LAST_SIGNAL, (uint64_t)signal, signal);
	multh_port_exit(128 + signal);
}

void multh_statistics(struct multh_statistics *statistics)
{
	enum { WORDS = sizeof(struct multh_core_statistics) / sizeof(uint64_t) };
	uint32_t core, word;

	__builtin_memset(statistics, 0, sizeof *statistics);
	statistics->cores = multh.cores;
	statistics->cores_started =
		(uint32_t)__builtin_popcountll(__atomic_load_n(&multh.started_cores, __ATOMIC_RELAXED));
	statistics->threads_alive = multh_alive();
	statistics->threads_peak = (uint32_t)__atomic_load_n(&multh.channel->program.threads_peak, __ATOMIC_RELAXED);
	for (core = 0; core < multh.cores; core++)
		for (word = 0; word < WORDS; word++) {
			uint64_t value = __atomic_load_n((uint64_t *)&multh.core[core].statistics + word, __ATOMIC_RELAXED);

			((uint64_t *)&statistics->core[core])[word] = value;
			((uint64_t *)&statistics->total)[word] += value;
		}
}
