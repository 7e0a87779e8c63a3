/* SPDX-License-Identifier: MIT */
/* Robust mutexes: which ones each thread holds, and what becomes of them when it ends. */
#include "robust.h"

#include <errno.h>

enum { PIECE = 128 }; /* notes whose memory is asked for at once */

/* Of each robust mutex that is held, by whom. Few are at a time, so one list serves all threads. */
struct note {
	struct multh_mutex *mutex;
	struct multh_thread *owner;
	struct note *next;
};

static struct {
	uint32_t guard;
	struct note *held, *free;
} notes;

void multh_robust_init(void) { __builtin_memset(&notes, 0, sizeof notes); }

static struct note *take_free(void)
{
	struct note *note;
	int i;

	if (!notes.free && (note = multh_port_map(PIECE * sizeof *note)))
		for (i = 0; i < PIECE; i++) {
			note[i].next = notes.free;
			notes.free = &note[i];
		}
	note = notes.free;
	if (note)
		notes.free = note->next;
	return note;
}

bool multh_robust_note(struct multh_mutex *mutex, struct multh_thread *owner)
{
	struct note *note;

	multh_spin_lock(&notes.guard);
	note = take_free();
	if (note) {
		*note = (struct note){mutex, owner, notes.held};
		notes.held = note;
		owner->robust_held++;
	}
	multh_spin_unlock(&notes.guard);
	return note;
}

/* One that is `owner`'s: this mutex, or whichever comes first. */
static struct multh_mutex *strike_out(const struct multh_mutex *mutex, struct multh_thread *owner)
{
	struct note **link = &notes.held, *note;
	struct multh_mutex *struck = 0;

	multh_spin_lock(&notes.guard);
	while (*link && ((*link)->owner != owner || (mutex && (*link)->mutex != mutex)))
		link = &(*link)->next;
	note = *link;
	if (note) {
		struck = note->mutex;
		*link = note->next;
		note->next = notes.free;
		notes.free = note;
		owner->robust_held--;
	}
	multh_spin_unlock(&notes.guard);
	return struck;
}

void multh_robust_strike_out(struct multh_mutex *mutex, struct multh_thread *owner) { strike_out(mutex, owner); }

struct multh_mutex *multh_robust_take(struct multh_thread *owner) { return strike_out(0, owner); }
