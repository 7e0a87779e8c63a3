/* SPDX-License-Identifier: MIT */
/* Taking replies from the ring: one core at a time, matched by ltn and sequence, each to the thread that asked. */
#include "ready.h"

static void deliver(struct multh_core *core, struct multh_thread *self, const uint64_t *line)
{
	uint32_t ltn = wire_ltn(line[1]);
	struct multh_thread *thread = 0;
	uint64_t call = (uint64_t)wire_sequence(line[1]) << 32 | MULTH_CALL_IN_FLIGHT;

	if (self->ltn == ltn)
		thread = self;
	else if (ltn < multh.config.max_threads)
		thread = __atomic_load_n(&multh.threads[ltn], __ATOMIC_ACQUIRE);
	/* The proxy answers each request once: nobody waits for a reply that fits no call in flight. */
	if (!thread || __atomic_load_n(&thread->call, __ATOMIC_ACQUIRE) != call) {
		multh_count(&core->statistics.dropped_replies, 1);
		return;
	}
	multh_count(&core->statistics.replies, 1);
	thread->reply->result = (int64_t)line[3];
	thread->reply->error = (int32_t)(uint32_t)line[4];
	thread->reply->zero = 0;
	__builtin_memcpy(thread->reply->more, &line[5], sizeof thread->reply->more);
	/* From here on the thread may run, return, even end; its block is never anything but a thread's (thread.h). */
	__atomic_store_n(&thread->call, call & ~(uint64_t)MULTH_CALL_IN_FLIGHT, __ATOMIC_RELEASE);
	if (thread != self)
		multh_unpark(thread);
}

/* One reply is one line, and only that much is read, so that no stack needs room for a whole message. */
static bool take_one(struct multh_core *core, struct multh_thread *self)
{
	uint64_t line[WIRE_LINE_WORDS];
	uint64_t word0 = wire_load(&multh.replies.lines[multh.replies.head & multh.replies.mask].word[0]);

	if (word0 == 0)
		return false;
	if (wire_size(word0) > WIRE_LINE_BYTES || wire_receive(&multh.replies, line) != 1 ||
	    !(wire_flags(word0) & WIRE_FLAG_REPLY))
		multh_die("Linux sent an impossible reply", self->ltn);
	deliver(core, self, line);
	return true;
}

/*
 * The only core of a process needs no poller lock: there is no other consumer, and while it is no declared sleeper
 * Linux does not ask who polls.
 */
static bool begin(void) { return multh.cores == 1 || wire_poll_begin(multh.channel); }

static void end(void)
{
	if (multh.cores > 1)
		wire_poll_end(multh.channel);
}

bool multh_poll(struct multh_core *core, struct multh_thread *self, uint32_t looks)
{
	bool some = false, ring_linux = false, again;
	/*
	 * A thread looks for its own reply, and finds it with others behind it. On the only core of a process it returns at
	 * once, for this core looks again before it sleeps. Where there are several it takes those behind, and looks once
	 * more at the end: Linux rings nobody for what comes while a core polls, and the other cores may all be asleep.
	 */
	const bool leaves_with_own = multh.cores == 1 && !multh_call_is_done(self);

	do {
		uint32_t taken = 0;
		uint64_t head;

		if (!begin())
			return some;
		multh_count(&core->statistics.polls, 1);
		while (taken < MULTH_POLL_BATCH) {
			if (take_one(core, self)) {
				taken++;
				looks = 1;
				if (wire_head_is_stale(&multh.replies))
					ring_linux |= wire_publish_head(&multh.replies);
				if (leaves_with_own && multh_call_is_done(self))
					break;
			} else if (--looks == 0 || __atomic_load_n(&self->state, __ATOMIC_RELAXED) == MULTH_NOTIFIED) {
				break;
			} else {
				__builtin_ia32_pause();
			}
		}
		looks = 1;
		some |= taken != 0;
		head = multh.replies.head & multh.replies.mask;
		end();
		/*
		 * A reply that came after our last look, and before end(), rang nobody: we look again. If another core polls
		 * by then, begin() fails and that core takes it.
		 */
		again = taken < MULTH_POLL_BATCH && !(leaves_with_own && multh_call_is_done(self)) &&
			wire_load_ordered(&multh.replies.lines[head].word[0]) != 0;
	} while (again);
	if (ring_linux) {
		multh_count(&core->statistics.linux_rings, 1);
		multh_port_ring_linux();
	}
	return some;
}
