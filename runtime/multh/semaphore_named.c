/* SPDX-License-Identifier: MIT */
/* Named semaphores: names of this process, which is the only one that could open them. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/types.h>

#include "pthread_semaphore.h"

enum { LONGEST_NAME = NAME_MAX - 4, PIECE = 16 /* semaphores whose memory is asked for at once */ };

/* In the list of all while it has a name or is open; in the list of free ones else. The name is empty once unlinked. */
struct named {
	sem_t sem;
	struct named *next;
	uint32_t opened; /* times, less those closed */
	char name[LONGEST_NAME + 1];
};

static struct {
	uint32_t guard;
	struct named *all, *free;
} names;

void multh_semaphores_init(void) { __builtin_memset(&names, 0, sizeof names); }

/* Linux has one file for a name, whichever number of slashes begins it; a slash elsewhere would be a folder. */
static const char *without_slashes(const char *name, int *error)
{
	size_t length;

	while (*name == '/')
		name++;
	length = __builtin_strlen(name);
	*error = length == 0 || __builtin_strchr(name, '/') ? EINVAL : length > LONGEST_NAME ? ENAMETOOLONG : 0;
	return name;
}

static struct named *find(const char *name)
{
	struct named *one;

	for (one = names.all; one && __builtin_strcmp(one->name, name) != 0; one = one->next)
		;
	return one;
}

static struct named *take_free(void)
{
	struct named *one;
	int i;

	if (!names.free && (one = multh_port_map(PIECE * sizeof *one)))
		for (i = 0; i < PIECE; i++) {
			one[i].next = names.free;
			names.free = &one[i];
		}
	one = names.free;
	if (one)
		names.free = one->next;
	return one;
}

static void free_if_unused(struct named *one)
{
	struct named **link = &names.all;

	if (one->opened || one->name[0])
		return;
	while (*link != one)
		link = &(*link)->next;
	*link = one->next;
	one->next = names.free;
	names.free = one;
}

/* Guard held. */
static struct named *create(const char *name, unsigned value, int *error)
{
	struct named *one = 0;

	if (value > SEM_VALUE_MAX)
		*error = EINVAL;
	else if (!(one = take_free()))
		*error = ENOMEM;
	if (!one)
		return 0;
	__builtin_memset(one, 0, sizeof *one);
	sem_init(&one->sem, 1, value);
	__builtin_memcpy(one->name, name, __builtin_strlen(name) + 1);
	one->next = names.all;
	names.all = one;
	return one;
}

sem_t *sem_open(const char *path, int flags, ...)
{
	struct named *one = 0;
	unsigned value = 0;
	const char *name;
	va_list more;
	int error;

	if (flags & O_CREAT) {
		va_start(more, flags);
		(void)va_arg(more, mode_t); /* whoever can open it may do everything with it */
		value = va_arg(more, unsigned);
		va_end(more);
	}
	name = without_slashes(path, &error);
	if (!error) {
		multh_spin_lock(&names.guard);
		one = find(name);
		if (one && (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
			error = EEXIST;
		else if (!one && !(flags & O_CREAT))
			error = ENOENT;
		else if (!one)
			one = create(name, value, &error);
		if (!error)
			one->opened++;
		multh_spin_unlock(&names.guard);
	}
	if (!error)
		return &one->sem;
	errno = error;
	return SEM_FAILED;
}

int sem_close(sem_t *sem)
{
	struct named *one;

	multh_spin_lock(&names.guard);
	for (one = names.all; one && &one->sem != sem; one = one->next)
		;
	if (one && one->opened) {
		one->opened--;
		free_if_unused(one);
	} else {
		one = 0;
	}
	multh_spin_unlock(&names.guard);
	if (one)
		return 0;
	errno = EINVAL;
	return -1;
}

int sem_unlink(const char *path)
{
	struct named *one;
	const char *name;
	int error;

	name = without_slashes(path, &error);
	if (error == EINVAL)
		error = ENOENT;
	if (!error) {
		multh_spin_lock(&names.guard);
		one = find(name);
		if (one) {
			one->name[0] = 0;
			free_if_unused(one);
		} else {
			error = ENOENT;
		}
		multh_spin_unlock(&names.guard);
	}
	if (!error)
		return 0;
	errno = error;
	return -1;
}
