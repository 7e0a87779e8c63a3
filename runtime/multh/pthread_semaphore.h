/* SPDX-License-Identifier: MIT */
/* What MULiTh keeps in a sem_t. */
#ifndef MULTH_PTHREAD_SEMAPHORE_H
#define MULTH_PTHREAD_SEMAPHORE_H

#include <limits.h>
#include <semaphore.h>

#include "pthread_internal.h"

struct multh_semaphore {
	struct multh_wait_queue queue; /* word: the value; 0 while anybody waits */
	uint64_t reserved;
};

WIRE_ASSERT(sizeof(struct multh_semaphore) == sizeof(sem_t));

static inline struct multh_semaphore *multh_semaphore_of(sem_t *sem) { return (struct multh_semaphore *)sem; }

#endif
