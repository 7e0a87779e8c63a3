/* SPDX-License-Identifier: MIT
 * A Future program that Linux has started as if it were one of its own: says what to do. Nothing is relocated yet, and there
 * is no thread: this file uses its arguments, its own text, and Linux. */
#include <stddef.h>

enum { LINUX_WRITE = 1, LINUX_EXIT_GROUP = 231, NOT_RUNNABLE = 126 };

static long linux_call(long number, long a, long b, long c)
{
    long result;

    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static void say(const char *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    linux_call(LINUX_WRITE, 2, (long)text, (long)length);
}

__attribute__((noreturn)) void future_started_by_linux(char **argv)
{
    const char *name = argv[0] ? argv[0] : "program";

    say(name);
    say(": this is a program of Future; use: future run ");
    say(name);
    say("\n");
    for (;;)
        linux_call(LINUX_EXIT_GROUP, NOT_RUNNABLE, 0, 0);
}
