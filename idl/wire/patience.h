/* SPDX-License-Identifier: MIT */
/* How long to spin before sleeping: learnt, by either side for itself, from what waits took and what wake-ups cost. */
#ifndef FUTURE_WIRE_PATIENCE_H
#define FUTURE_WIRE_PATIENCE_H

#include "types.h"

/*
 * Who sleeps pays a wake-up. Ten ticks of an idle CPU are worth one of waiting, so a spin lasts ten wake-ups' time at most:
 * whoever waits longer than that loses less than a tenth by sleeping.
 *
 * Long waits. What spinning wins and costs is kept as credit, and nobody spins without credit: one wake-up is earned by
 * a spin at whose end there was something to do, a tenth of its time is paid for a spin in vain, and after a few of them in
 * a row twice as much each time. Without credit, a wait that sleeps at once earns a sixteenth of a wake-up: so spinning is
 * tried again, seldom, and costs a small part at most of what waiting costs anyway. Nobody saves up by sleeping: who was
 * not allowed to spin for a million waits would spin in vain for as long afterwards.
 *
 * Scarce CPUs. Whoever spins uses up his share of a CPU that others want too, and stands still for a whole time slice
 * then, often while the other side waits for him; who sleeps at once is let in at once. So after having stood still,
 * waits sleep at once for a pause, whose length doubles each time if it happens again soon: the time lost so stays a
 * small part of all time.
 *
 * Most spins of a busy pair end before anybody looks at a clock. A CPU that is lost in one of them, or between them, is
 * noticed by samples: one of some waits is timed from its beginning, and who can ask how long he stood (the proxy can) does
 * so seldom, and tells (wire_patience_stood).
 *
 * Time is in ticks of any clock. Each side keeps its own; nothing of it is shared.
 */
struct wire_patience {
	uint64_t wake;     /* what a wake-up takes */
	uint64_t least_wake, most_wake;
	int64_t credit;
	uint32_t timed;    /* one of so many waits is timed; a power of two */
	uint32_t waits;
	uint32_t vain;     /* spins in vain, one after another */
	uint32_t pause;    /* so many waits more sleep at once */
	uint32_t level;    /* log2 of the last pause's length */
	uint64_t resumed;  /* when spinning began again after it; 0: not yet, or never paused */
	uint64_t begin;    /* of this spin if it is timed, else of the second look at the clock; 0: none so far */
	uint64_t last;     /* look at the clock */
};

enum {
	WIRE_PATIENCE_LOOKS = 32,     /* at the ring between two at the clock */
	WIRE_PATIENCE_SPIN = 10,      /* wake-ups that a spin lasts at most */
	WIRE_PATIENCE_MOST = 16,      /* wake-ups of credit */
	WIRE_PATIENCE_LEAST = 256,    /* wake-ups of debt */
	WIRE_PATIENCE_EARN = 16,
	WIRE_PATIENCE_FEW = 3,        /* spins in vain in a row, before the price doubles */
	WIRE_PATIENCE_VAIN = 9,       /* of them, after which it does not any more */
	WIRE_PATIENCE_STOOD = 20,     /* wake-ups; Linux's own interruptions are shorter, time slices are longer */
	WIRE_PATIENCE_SOON = 32,      /* times as long as it stood */
	WIRE_PATIENCE_PAUSE_LEAST = 3, WIRE_PATIENCE_PAUSE_MOST = 16, /* levels */
	WIRE_SPIN_LEARNS = 0x7fffffff /* a number of turns that stands for all of this; other numbers are as given */
};

static inline void wire_patience_init(struct wire_patience *patience, uint64_t ticks_per_us, uint32_t timed)
{
	__builtin_memset(patience, 0, sizeof *patience);
	patience->timed = timed;
	patience->wake = 20 * ticks_per_us; /* until one was seen */
	patience->least_wake = 5 * ticks_per_us;
	patience->most_wake = 100 * ticks_per_us;
	patience->credit = (int64_t)(WIRE_PATIENCE_MOST * patience->wake);
}

/* Of late, until now, somebody else had the CPU for so long: false if that is too short to mean anything. */
static inline bool wire_patience_stood(struct wire_patience *patience, uint64_t ticks, uint64_t now)
{
	if (ticks < WIRE_PATIENCE_STOOD * patience->wake)
		return false;
	if (patience->resumed && now - patience->resumed < WIRE_PATIENCE_SOON * ticks)
		patience->level += patience->level < WIRE_PATIENCE_PAUSE_MOST;
	else
		patience->level = WIRE_PATIENCE_PAUSE_LEAST;
	patience->pause = 1u << patience->level;
	patience->resumed = 0;
	return true;
}

/* A wait begins. False: sleep at once. */
static inline bool wire_patience_begin(struct wire_patience *patience)
{
	patience->begin = 0;
	return patience->credit > 0 && patience->pause == 0;
}

/* True: this wait, which may spin, is one to be timed, by wire_patience_time at its beginning. */
static inline bool wire_patience_is_timed(struct wire_patience *patience)
{
	return (++patience->waits & (patience->timed - 1)) == 0;
}

static inline void wire_patience_time(struct wire_patience *patience, uint64_t now)
{
	patience->begin = patience->last = now;
	if (!patience->resumed)
		patience->resumed = now;
}

/* After every WIRE_PATIENCE_LOOKS looks in vain. False: sleep. */
static inline bool wire_patience_goes_on(struct wire_patience *patience, uint64_t now)
{
	uint64_t stood = now - patience->last;

	if (!patience->begin) {
		wire_patience_time(patience, now);
		return true;
	}
	patience->last = now;
	return !wire_patience_stood(patience, stood, now) && now - patience->begin < WIRE_PATIENCE_SPIN * patience->wake;
}

/* Something was there before the spin ended; `now` means nothing if nobody has looked at the clock (begin is 0). */
static inline void wire_patience_won(struct wire_patience *patience, uint64_t now)
{
	if (patience->begin && wire_patience_stood(patience, now - patience->last, now))
		return;
	patience->vain = 0;
	if (patience->credit < (int64_t)(WIRE_PATIENCE_MOST * patience->wake))
		patience->credit += (int64_t)patience->wake;
}

/* Of a spin that lasted so long, in vain. Clocks may jump: no spin is dearer than one of twice the most there is. */
static inline int64_t wire_patience_price(const struct wire_patience *patience, uint64_t ticks)
{
	uint64_t most = 2 * WIRE_PATIENCE_SPIN * patience->wake;
	uint32_t doubled = patience->vain > WIRE_PATIENCE_FEW ? patience->vain - WIRE_PATIENCE_FEW : 0;

	return (int64_t)(((ticks < most ? ticks : most) / WIRE_PATIENCE_SPIN) << doubled);
}

/* The wait went on asleep, at `now`; wire_patience_begin has said so before (spun: it has spun until then). */
static inline void wire_patience_sleeps(struct wire_patience *patience, bool spun, uint64_t now)
{
	int64_t least = -(int64_t)(WIRE_PATIENCE_LEAST * patience->wake);

	if (patience->pause) {
		patience->pause -= !spun;
	} else if (!spun) {
		if (patience->credit <= 0)
			patience->credit += (int64_t)(patience->wake / WIRE_PATIENCE_EARN);
	} else if (patience->begin) {
		patience->credit -= wire_patience_price(patience, now - patience->begin);
		if (patience->credit < least)
			patience->credit = least;
		patience->vain += patience->vain < WIRE_PATIENCE_VAIN;
	}
	patience->begin = 0;
}

/*
 * So long after a sleeper was rung something came of it: a wake-up, and what the woken one did first. So the least of them
 * count most.
 */
static inline void wire_patience_woke(struct wire_patience *patience, uint64_t took)
{
	if (took < patience->wake)
		patience->wake -= (patience->wake - took) / 8;
	else
		patience->wake += ((took < patience->most_wake ? took : patience->most_wake) - patience->wake) / 32;
	if (patience->wake < patience->least_wake)
		patience->wake = patience->least_wake;
}

#endif
