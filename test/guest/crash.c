/* SPDX-License-Identifier: MIT */
/* Ends badly, in the way its argument names; on a thread other than the first if a second argument says so. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int zero;
static const char how_constants_look[] = "like this";

__attribute__((noinline)) static int overflow(int depth)
{
	volatile char frame[1024];

	frame[0] = (char)depth;
	return overflow(depth + 1) + frame[0];
}

/* The test looks for this name in the report. */
__attribute__((noinline)) void crash_here(const char *how)
{
	if (strcmp(how, "null") == 0)
		*(volatile int *)16 = 1;
	else if (strcmp(how, "constant") == 0)
		*(volatile char *)(uintptr_t)how_constants_look = 'x';
	else if (strcmp(how, "divide") == 0)
		zero = 7 / zero;
	else if (strcmp(how, "illegal") == 0)
		__builtin_trap();
	else if (strcmp(how, "jump") == 0)
		((void (*)(void))0x1230)();
	else if (strcmp(how, "overflow") == 0)
		overflow(0);
	else if (strcmp(how, "noncanonical") == 0)
		*(volatile int *)(uintptr_t)0x8000000000000000 = 1;
	else if (strcmp(how, "abort") == 0)
		abort();
	else if (strcmp(how, "syscall") == 0)
		__asm__ volatile("syscall" : : "a"(39) : "rcx", "r11", "memory");
	else if (strcmp(how, "loop") == 0)
		for (;;)
			zero = 0;
	else if (strcmp(how, "exit") == 0)
		exit(7);
	else if (strcmp(how, "sleep") == 0)
		for (;;)
			sleep(1000);
	else if (strcmp(how, "read") == 0)
		while (read(0, &(char){0}, 1) >= 0)
			;
}

static void *on_thread(void *how)
{
	crash_here(how);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc < 2)
		return 2;
	puts("about to end badly");
	fflush(stdout);
	if (argc == 2) {
		crash_here(argv[1]);
		return 0;
	}
	if (pthread_create(&thread, NULL, on_thread, argv[1]) != 0)
		return 3;
	pthread_join(thread, NULL);
	return 0;
}
