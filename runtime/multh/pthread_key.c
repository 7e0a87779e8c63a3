/* SPDX-License-Identifier: MIT */
/* Thread-specific data: eight values in the thread's block, the rest in a piece that a thread gets at first need. */
#include "pthread_internal.h"

enum {
	KEYS = 1024,             /* PTHREAD_KEYS_MAX */
	MORE_KEYS = KEYS - MULTH_INLINE_KEYS,
	PIECES = 4,              /* of storage for more keys, mapped at once */
	DESTRUCTOR_ROUNDS = 4,   /* _POSIX_THREAD_DESTRUCTOR_ITERATIONS */
};

/* Odd sequence: the key exists. Values remember the sequence they were set under. */
static struct {
	uint32_t guard;
	struct multh_key_value *free_pieces; /* linked through their first value, else zero */
	uint32_t ever;                       /* keys below this have existed: the rest of a piece is not looked at */
	struct {
		uint64_t sequence;
		void (*destructor)(void *);
	} key[KEYS];
} keys;

void multh_keys_init(void) { __builtin_memset(&keys, 0, sizeof keys); }

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
	uint32_t i;

	multh_spin_lock(&keys.guard);
	for (i = 0; i < KEYS && keys.key[i].sequence & 1; i++)
		;
	if (i < KEYS) {
		__atomic_store_n(&keys.key[i].destructor, destructor, __ATOMIC_RELAXED);
		__atomic_store_n(&keys.key[i].sequence, keys.key[i].sequence + 1, __ATOMIC_RELEASE);
		if (i >= keys.ever)
			__atomic_store_n(&keys.ever, i + 1, __ATOMIC_RELAXED);
	}
	multh_spin_unlock(&keys.guard);
	if (i == KEYS)
		return EAGAIN;
	*key = i;
	return 0;
}

static uint64_t sequence_of(pthread_key_t key)
{
	return key < KEYS ? __atomic_load_n(&keys.key[key].sequence, __ATOMIC_ACQUIRE) : 0;
}

int pthread_key_delete(pthread_key_t key)
{
	bool existed;

	if (key >= KEYS)
		return EINVAL;
	multh_spin_lock(&keys.guard);
	existed = keys.key[key].sequence & 1;
	if (existed)
		__atomic_store_n(&keys.key[key].sequence, keys.key[key].sequence + 1, __ATOMIC_RELEASE);
	multh_spin_unlock(&keys.guard);
	return existed ? 0 : EINVAL;
}

/* Storage for more keys stays with the program; a thread that ends leaves it to the next. */
static struct multh_key_value *take_piece(void)
{
	struct multh_key_value *piece;
	uint32_t i;

	multh_spin_lock(&keys.guard);
	if (!keys.free_pieces) {
		piece = multh_port_map(PIECES * MORE_KEYS * sizeof *piece);
		for (i = 0; piece && i < PIECES; i++) {
			piece[i * MORE_KEYS].value = keys.free_pieces;
			keys.free_pieces = &piece[i * MORE_KEYS];
		}
	}
	piece = keys.free_pieces;
	if (piece)
		keys.free_pieces = piece->value;
	multh_spin_unlock(&keys.guard);
	if (piece)
		piece->value = 0;
	return piece;
}

static struct multh_key_value *place_of(struct multh_thread *self, pthread_key_t key)
{
	if (key < MULTH_INLINE_KEYS)
		return &self->keys[key];
	return self->more_keys ? &self->more_keys[key - MULTH_INLINE_KEYS] : 0;
}

void *pthread_getspecific(pthread_key_t key)
{
	uint64_t sequence = sequence_of(key);
	struct multh_key_value *place = sequence & 1 ? place_of(multh_self(), key) : 0;

	return place && place->sequence == sequence ? place->value : 0;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	struct multh_thread *self = multh_self();
	uint64_t sequence = sequence_of(key);

	if (!(sequence & 1))
		return EINVAL;
	if (key >= MULTH_INLINE_KEYS && !self->more_keys && !(self->more_keys = take_piece()))
		return ENOMEM;
	*place_of(self, key) = (struct multh_key_value){sequence, (void *)value};
	return 0;
}

void multh_run_key_destructors(struct multh_thread *self)
{
	bool again = true;
	uint32_t round, key, end;

	for (round = 0; again && round < DESTRUCTOR_ROUNDS; round++) {
		again = false;
		end = self->more_keys ? __atomic_load_n(&keys.ever, __ATOMIC_RELAXED) : (uint32_t)MULTH_INLINE_KEYS;
		for (key = 0; key < end; key++) {
			struct multh_key_value *place = place_of(self, key);
			void *value = place->value;
			void (*destructor)(void *);

			if (!value || place->sequence != sequence_of(key))
				continue;
			place->value = 0;
			destructor = __atomic_load_n(&keys.key[key].destructor, __ATOMIC_RELAXED);
			if (destructor) {
				destructor(value);
				again = true;
			}
		}
	}
	__builtin_memset(self->keys, 0, sizeof self->keys);
	if (self->more_keys) {
		end = __atomic_load_n(&keys.ever, __ATOMIC_RELAXED);
		__builtin_memset(self->more_keys, 0, (end - MULTH_INLINE_KEYS) * sizeof *self->more_keys);
		multh_spin_lock(&keys.guard);
		self->more_keys->value = keys.free_pieces;
		keys.free_pieces = self->more_keys;
		multh_spin_unlock(&keys.guard);
		self->more_keys = 0;
	}
}
