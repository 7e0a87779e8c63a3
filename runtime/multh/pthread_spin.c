/* SPDX-License-Identifier: MIT */
/* POSIX spin locks: who finds one taken yields, since the holder may be a thread that waits for this very core. */
#include "pthread_internal.h"

/* The word is 0, or the number of the holder + 1: who locks it twice is told. */
enum { PATIENCE = 50 /* pauses for a holder on another core, before others run here */ };

static uint32_t self_id(void) { return multh_self()->ltn + 1; }

int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	*lock = 0;
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock)
{
	return __atomic_load_n(lock, __ATOMIC_RELAXED) ? EBUSY : 0;
}

static bool take(pthread_spinlock_t *lock, uint32_t id)
{
	uint32_t expected = 0;

	return __atomic_compare_exchange_n((volatile uint32_t *)lock, &expected, id, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

int pthread_spin_lock(pthread_spinlock_t *lock)
{
	const uint32_t id = self_id();
	uint32_t turns = 0;

	while (!take(lock, id)) {
		if ((uint32_t)__atomic_load_n(lock, __ATOMIC_RELAXED) == id)
			return EDEADLK;
		while (__atomic_load_n(lock, __ATOMIC_RELAXED)) {
			if (multh.cores > 1 && ++turns % PATIENCE)
				__builtin_ia32_pause();
			else
				multh_yield();
			/* With fewer CPUs than cores, the holder's core may wait for this one's. */
			if (turns % (PATIENCE * PATIENCE) == 1)
				multh_port_relax(multh_self()->core->number);
		}
	}
	return 0;
}

int pthread_spin_trylock(pthread_spinlock_t *lock) { return take(lock, self_id()) ? 0 : EBUSY; }

int pthread_spin_unlock(pthread_spinlock_t *lock)
{
	if ((uint32_t)__atomic_load_n(lock, __ATOMIC_RELAXED) != self_id())
		return EPERM;
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
	return 0;
}
