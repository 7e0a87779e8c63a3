/* SPDX-License-Identifier: MIT */
/* Who is told of a ready thread: a sleeping core at once, or for a while nobody, if this core is about to park itself. */
#include "scheduler.h"

enum {
	FIRST_TRUST = 4,      /* times in a row that a core was back before another could wake, before it is believed */
	MOST_TRUST = 4096,
	LEARN_SHIFT = 3,      /* a measured wake-up counts an eighth */
	MOST_WAKE_US = 100,   /* a wake-up that took longer waited for a CPU */
	WATCH_WAKES = 64,     /* a watcher sleeps so many wake-ups' time: it costs a CPU one or two hundredths */
};

/* ---- ringing ---- */

static void ring(struct multh_core *core, uint32_t sleeper)
{
	multh_count(&core->statistics.core_wakes, 1);
	__atomic_store_n(&multh.core[sleeper].rung_at, multh_port_ticks(), __ATOMIC_RELAXED);
	multh_port_wake(sleeper);
}

void multh_woken(struct multh_core *core)
{
	uint64_t took, most = MOST_WAKE_US * multh.config.ticks_per_us;
	uint64_t known = __atomic_load_n(&multh.wake_ticks, __ATOMIC_RELAXED);

	if (!__atomic_load_n(&core->rung_at, __ATOMIC_RELAXED))
		return;
	took = multh_port_ticks() - __atomic_exchange_n(&core->rung_at, 0, __ATOMIC_RELAXED);
	if (took > most)
		took = most;
	__atomic_store_n(&multh.wake_ticks, known - (known >> LEARN_SHIFT) + (took >> LEARN_SHIFT), __ATOMIC_RELAXED);
}

/* True: a core was rung or started. */
static bool wake_searcher(struct multh_core *core)
{
	if (__atomic_load_n(&multh.searching, __ATOMIC_SEQ_CST))
		return false;
	do {
		uint64_t started, all = multh.cores == 64 ? ~0ull : (1ull << multh.cores) - 1;
		int sleeper;

		started = __atomic_load_n(&multh.started_cores, __ATOMIC_SEQ_CST);
		if (started == all && !wire_load_ordered(&multh.channel->sleepers.word))
			return false;
		if (__atomic_load_n(&multh.wake_pending, __ATOMIC_SEQ_CST) ||
		    __atomic_exchange_n(&multh.wake_pending, 1, __ATOMIC_SEQ_CST))
			return false;
		sleeper = wire_claim_sleeper(multh.channel, multh.cores);
		if (sleeper >= 0) {
			ring(core, (uint32_t)sleeper);
			return true;
		}
		while (started != all) {
			uint64_t fresh = ~started & (started + 1);
			uint32_t number = (uint32_t)__builtin_ctzll(fresh);
			struct multh_thread *idle;
			int error;

			if (!__atomic_compare_exchange_n(&multh.started_cores, &started, started | fresh, false,
							 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
				continue;
			idle = multh_slot_take(core, MULTH_IDLE_STACK, false, &error);
			if (!idle)
				break; /* no memory: the process goes on with the cores it has */
			multh_prepare(idle, multh_stack_top(idle), 0, 0);
			idle->core = &multh.core[number];
			multh.core[number].idle = idle;
			multh.core[number].rung = true;
			if (multh_port_start_core(number, multh_stack_top(idle)))
				return true;
			started |= fresh;
		}
		/*
		 * There was no core to wake. Meanwhile one may have gone to sleep while another core made a thread ready and,
		 * seeing wake_pending, rang nobody. So if there is a sleeper now, it is tried again.
		 */
		__atomic_exchange_n(&multh.wake_pending, 0, __ATOMIC_SEQ_CST);
	} while (wire_load_ordered(&multh.channel->sleepers.word));
	return false;
}

void multh_wake_searcher(struct multh_core *core) { wake_searcher(core); }

/*
 * A thread of this core set the earliest timer, the core will be busy, and the others sleep with later deadlines: one of them
 * is woken, and sleeps again with this one.
 */
void multh_wake_for_timer(struct multh_core *core)
{
	int sleeper;

	core->timer_is_fresh = false;
	if (multh.cores == 1 || __atomic_load_n(&multh.earliest_timer, __ATOMIC_SEQ_CST) == MULTH_NEVER)
		return;
	sleeper = wire_claim_sleeper(multh.channel, multh.cores);
	if (sleeper >= 0)
		ring(core, (uint32_t)sleeper);
}

/* ---- a lone thread ---- */

static bool keeps(struct multh_core *core) { return __atomic_load_n(&core->keeps, __ATOMIC_RELAXED); }

static void set_keeps(struct multh_core *core, bool keeps)
{
	core->prompt = 0;
	__atomic_store_n(&core->keeps, keeps, __ATOMIC_RELAXED);
}

/*
 * A thread that is ready alone would be run by another core after a wake-up, which costs both cores more than most
 * threads still run before they park, and this core is free. So a core that was back in time some times in a row
 * keeps such a thread and rings nobody, as long as a watcher looks after it.
 */
void multh_tell_of(struct multh_core *core)
{
	if (multh_run_queue_length(&core->queue) > 1) {
		wake_searcher(core);
	} else if (keeps(core) && __atomic_load_n(&multh.watched, __ATOMIC_SEQ_CST)) {
		multh_count(&core->statistics.kept, 1);
	} else if (wake_searcher(core)) {
		core->rang_at = multh_port_ticks();
	}
}

/* This core rang for a lone thread, and now looks for one itself: could the other have been quicker? */
void multh_judge(struct multh_core *core)
{
	uint64_t took = multh_port_ticks() - core->rang_at;

	core->rang_at = 0;
	if (took > __atomic_load_n(&multh.wake_ticks, __ATOMIC_RELAXED))
		set_keeps(core, false);
	else if (++core->prompt >= __atomic_load_n(&core->trust, __ATOMIC_RELAXED))
		set_keeps(core, true);
}

/* ---- the watcher ---- */

struct seen {
	uint64_t kept;                 /* by all cores, so far */
	uint64_t front[WIRE_MAX_CORES]; /* position of the first thread in a queue; EMPTY */
};

static const uint64_t EMPTY = ~0ull;

bool multh_begin_watch(void)
{
	uint32_t i, nobody = 0;

	for (i = 0; i < multh.cores; i++)
		if (keeps(&multh.core[i]))
			return __atomic_compare_exchange_n(&multh.watched, &nobody, 1, false, __ATOMIC_SEQ_CST,
							   __ATOMIC_RELAXED);
	return false;
}

static void look(struct seen *seen)
{
	uint32_t i;

	seen->kept = 0;
	for (i = 0; i < multh.cores; i++) {
		struct multh_run_queue *queue = &multh.core[i].queue;
		uint64_t front = __atomic_load_n(&queue->head, __ATOMIC_SEQ_CST);

		seen->front[i] = multh_run_queue_is_empty(queue) ? EMPTY : front;
		seen->kept += __atomic_load_n(&multh.core[i].statistics.kept, __ATOMIC_RELAXED);
	}
}

/* False: there is a reason to end the watch: a thread lies where it lay a period ago, or no thread was kept since. */
static bool all_is_well(const struct seen *before, const struct seen *now)
{
	bool well = now->kept != before->kept;
	uint32_t i;

	for (i = 0; i < multh.cores; i++) {
		struct multh_core *core = &multh.core[i];
		uint32_t trust = __atomic_load_n(&core->trust, __ATOMIC_RELAXED);

		if (now->front[i] != EMPTY && now->front[i] == before->front[i]) {
			well = false;
			__atomic_store_n(&core->keeps, false, __ATOMIC_RELAXED);
			__atomic_store_n(&core->trust, trust < MOST_TRUST ? 4 * trust : trust, __ATOMIC_RELAXED);
		} else if (trust > FIRST_TRUST) {
			__atomic_store_n(&core->trust, trust / 2, __ATOMIC_RELAXED);
		}
	}
	return well;
}

void multh_sleep_watching(struct multh_core *core, uint64_t until_ns)
{
	uint64_t period_ns = WATCH_WAKES * 1000 * __atomic_load_n(&multh.wake_ticks, __ATOMIC_RELAXED) /
			     multh.config.ticks_per_us;
	struct seen before, now;
	uint64_t time;

	look(&now);
	do {
		before = now;
		time = multh_port_monotonic_ns() + period_ns;
		multh_sleep_on(core, time < until_ns ? time : until_ns);
		look(&now);
	} while (wire_load_ordered(&multh.channel->sleepers.word) & 1ull << core->number &&
		 multh_port_monotonic_ns() < until_ns && all_is_well(&before, &now));
	/* Who keeps a thread has read 1 before this, and our next look at the queues finds it; or reads 0, and rings. */
	__atomic_exchange_n(&multh.watched, 0, __ATOMIC_SEQ_CST);
}

void multh_wake_init(void)
{
	uint32_t i;

	multh.wake_ticks = MOST_WAKE_US / 5 * multh.config.ticks_per_us;
	for (i = 0; i < multh.cores; i++) {
		multh.core[i].trust = FIRST_TRUST;
		wire_patience_init(&multh.core[i].patience, multh.config.ticks_per_us, 4);
	}
}
