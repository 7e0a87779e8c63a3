/* SPDX-License-Identifier: MIT */
/* A core's queue of ready threads: a bounded FIFO ring; its core pushes, everybody takes (the scheme of Go's runtime). */
#ifndef MULTH_RUN_QUEUE_H
#define MULTH_RUN_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

struct multh_thread;

enum { MULTH_RUN_QUEUE_SLOTS = 256 };

/*
 * Positions are free-running. Slots between head and tail are full; only the owner moves tail, and whoever moves head
 * (compare-and-swap) owns what it passed. A slot is read before the swap, so a slow reader may read a slot that the
 * owner is filling anew: then its swap fails, and what it read is forgotten.
 */
struct multh_run_queue {
	uint64_t head __attribute__((aligned(64)));
	uint64_t tail __attribute__((aligned(64)));
	struct multh_thread *slot[MULTH_RUN_QUEUE_SLOTS] __attribute__((aligned(64)));
};

/* Seen by a core that has declared itself a sleeper; pairs with the exchange in push. */
static inline bool multh_run_queue_is_empty(struct multh_run_queue *queue)
{
	return __atomic_load_n(&queue->head, __ATOMIC_SEQ_CST) == __atomic_load_n(&queue->tail, __ATOMIC_SEQ_CST);
}

/* Owner only: at least so many, until others take some. */
static inline uint64_t multh_run_queue_length(struct multh_run_queue *queue)
{
	return __atomic_load_n(&queue->tail, __ATOMIC_RELAXED) - __atomic_load_n(&queue->head, __ATOMIC_RELAXED);
}

/* Owner only. False: full. `alone`: no other core exists, so nobody needs to be ordered with. */
static inline bool multh_run_queue_push(struct multh_run_queue *queue, struct multh_thread *thread, bool alone)
{
	uint64_t tail = __atomic_load_n(&queue->tail, __ATOMIC_RELAXED);

	if (tail - __atomic_load_n(&queue->head, __ATOMIC_ACQUIRE) == MULTH_RUN_QUEUE_SLOTS)
		return false;
	__atomic_store_n(&queue->slot[tail % MULTH_RUN_QUEUE_SLOTS], thread, __ATOMIC_RELAXED);
	if (alone)
		__atomic_store_n(&queue->tail, tail + 1, __ATOMIC_RELEASE);
	else /* publish and fence: the look at the sleepers follows */
		__atomic_exchange_n(&queue->tail, tail + 1, __ATOMIC_SEQ_CST);
	return true;
}

/* Owner only. NULL: empty. */
static inline struct multh_thread *multh_run_queue_pop(struct multh_run_queue *queue)
{
	uint64_t head = __atomic_load_n(&queue->head, __ATOMIC_ACQUIRE);

	while (head != __atomic_load_n(&queue->tail, __ATOMIC_RELAXED)) {
		struct multh_thread *thread =
			__atomic_load_n(&queue->slot[head % MULTH_RUN_QUEUE_SLOTS], __ATOMIC_RELAXED);

		if (__atomic_compare_exchange_n(&queue->head, &head, head + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return thread;
	}
	return 0;
}

/* Takes the older half of `victim` (at most `limit`) into the array; returns how many. Anybody. */
static inline uint32_t multh_run_queue_take_half(struct multh_run_queue *victim, struct multh_thread **into,
						 uint32_t limit)
{
	uint64_t head = __atomic_load_n(&victim->head, __ATOMIC_SEQ_CST);

	for (;;) {
		uint64_t ready = __atomic_load_n(&victim->tail, __ATOMIC_SEQ_CST) - head;
		uint64_t count = ready - ready / 2, i;

		if (ready == 0)
			return 0;
		if (ready <= MULTH_RUN_QUEUE_SLOTS) { /* else head and tail are from different times */
			if (count > limit)
				count = limit;
			for (i = 0; i < count; i++)
				into[i] = __atomic_load_n(&victim->slot[(head + i) % MULTH_RUN_QUEUE_SLOTS], __ATOMIC_RELAXED);
			if (__atomic_compare_exchange_n(&victim->head, &head, head + count, false, __ATOMIC_ACQ_REL,
							__ATOMIC_ACQUIRE))
				return (uint32_t)count;
		} else {
			head = __atomic_load_n(&victim->head, __ATOMIC_SEQ_CST);
		}
	}
}

#endif
