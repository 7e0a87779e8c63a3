/* SPDX-License-Identifier: MIT */
/*
 * Stacks as a Linux program has them: main's of 8 MiB, or of as many bytes as the argument says. With a second argument:
 * a thread may use all of the stack that it asked for, whatever else belongs to it (glibc takes thread-local data from it).
 */
#include <pthread.h>
#include <stdint.h>

#include "check.h"

enum { STEP = 4096 };
static __thread char storage[40000];

/* Writes a word of every page down to `low`. */
__attribute__((noinline)) static unsigned dig(const char *low, unsigned depth)
{
	volatile char frame[STEP];

	frame[0] = (char)depth;
	if ((const char *)__builtin_frame_address(0) - low > 3 * STEP)
		return dig(low, depth + 1) + (frame[0] == (char)depth);
	return frame[0] == (char)depth;
}

static void check_own_stack(size_t wanted)
{
	const char *here = __builtin_frame_address(0);
	pthread_attr_t attributes;
	unsigned frames;
	size_t bytes;
	void *low;

	CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0);
	CHECK(pthread_attr_getstack(&attributes, &low, &bytes) == 0);
	CHECK(pthread_attr_destroy(&attributes) == 0);
	CHECK((char *)low < here && here < (char *)low + bytes);
	CHECK(bytes >= wanted - wanted / 16);
	/* Linux may keep the lowest part for a gap to what lies there. */
	frames = dig(here - wanted + wanted / 16, 0);
	CHECK(frames >= wanted / (STEP + STEP / 8) - wanted / (8 * STEP));
}

/* All that was asked for, but for a page that the two functions take. */
static void *use_all(void *argument)
{
	size_t bytes = (size_t)(uintptr_t)argument - STEP;
	volatile char *all = __builtin_alloca(bytes);
	char *storage_end = storage + sizeof storage;

	for (size_t at = 0; at < bytes; at += 64)
		all[at] = 1;
	for (char *at = storage; at < storage_end; at++)
		if (*at)
			return NULL;
	return argument;
}

static void *check_default(void *argument)
{
	check_own_stack(200 * 1024);
	return argument;
}

static void run_thread(const pthread_attr_t *attributes, void *(*start)(void *), size_t argument)
{
	pthread_t thread;
	void *result = NULL;

	CHECK(pthread_create(&thread, attributes, start, (void *)argument) == 0);
	CHECK(pthread_join(thread, &result) == 0);
	CHECK((size_t)result == argument);
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = {16 * 1024, 20 * 1024, 64 * 1024, 100000, 300 * 1024, 1 << 20, 3 << 20};
	size_t wanted = argc > 1 ? strtoul(argv[1], NULL, 0) : 8 << 20;
	pthread_attr_t attributes;

	check_own_stack(wanted);
	run_thread(NULL, check_default, 7);
	for (unsigned n = 0; argc > 2 && n < sizeof sizes / sizeof sizes[0]; n++) {
		CHECK(pthread_attr_init(&attributes) == 0);
		CHECK(pthread_attr_setstacksize(&attributes, sizes[n]) == 0);
		run_thread(&attributes, use_all, sizes[n]);
		run_thread(&attributes, use_all, sizes[n]); /* a used one */
	}
	return check_result("stacks");
}
