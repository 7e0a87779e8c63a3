/* SPDX-License-Identifier: MIT
 * From MULiTh's main thread to main(): environment, constructors, main, exit. */
#include <reent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idl/wire/note.h"
#include "start.h"
#include "string/choose.h"

WIRE_ASSERT(FUTURE_ABI_VERSION == 1); /* crt0.S writes the number into the program's note */

/* Written by crt0 before relocated data may be trusted by anyone else. */
const struct future_start_block *future_start;

/* newlib's getenv and the program share it. */
extern char **environ;

typedef void (*initialiser)(int, char **, char **);
typedef void (*finaliser)(void);

/* The linker's own names; absent arrays have equal ends. */
extern initialiser __preinit_array_start[], __preinit_array_end[] __attribute__((visibility("hidden")));
extern initialiser __init_array_start[], __init_array_end[] __attribute__((visibility("hidden")));
extern finaliser __fini_array_start[], __fini_array_end[] __attribute__((visibility("hidden")));

extern int main(int argc, char **argv, char **envp);

/* newlib's set-up of the streams; null in a program that uses none. */
extern void __sinit(struct _reent *) __attribute__((weak));

/*
 * newlib opens it for reading too, as POSIX has it, and then takes it for a stream that a printf must not gather for: each
 * piece of a format would be a delegated call. Nobody reads from it by stdio.
 */
static void write_to_stderr_only(void)
{
    FILE *stream = _stderr_r(_GLOBAL_REENT);

    stream->_flags = (short)((stream->_flags & ~__SRW) | __SWR);
}

/* libgcc and __cxa_atexit name the program by this address. */
void *const __dso_handle __attribute__((visibility("hidden"))) = (void *)&__dso_handle;

/* libc itself asks for these texts (perror), and would find newlib's own first. This brings ours in before; the linker drops
 * it again, and the texts too where nothing reaches them. */
char *(*const future_error_texts)(int) = strerror;

static void run_finalisers(void)
{
    finaliser *next = __fini_array_end;

    while (next > __fini_array_start)
        (*--next)();
}

/* clock.c */
void clock_program_begins(void);

/* Called once, by multh_start, on the main thread, whose struct _reent is ready. */
int future_main(const struct future_start_block *block)
{
    int argc = block->argc;
    char **argv = block->argv;
    initialiser *next;

    future_choose_vectors();
    clock_program_begins();
    /* exit() flushes the streams only if the global reent knows of them, which newlib tells it at the first fopen. */
    if (__sinit) {
        __sinit(_GLOBAL_REENT);
        write_to_stderr_only();
    }
    environ = block->envp;
    for (next = __preinit_array_start; next < __preinit_array_end; next++)
        (*next)(argc, argv, environ);
    /* Registered first, so that it runs after whatever the constructors register. */
    atexit(run_finalisers);
    for (next = __init_array_start; next < __init_array_end; next++)
        (*next)(argc, argv, environ);
    exit(main(argc, argv, environ));
}
