/* SPDX-License-Identifier: MIT
 * sbrk, for programs that call it; malloc does not. Its place is an eighth of the program's memory, taken at the first growth: like
 * all memory it costs something where it is touched only. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "idl/wire/channel.h"
#include "start.h"

static uintptr_t begin, next, end;

static int make_place(void)
{
    uintptr_t bytes = (future_start->arena_bytes / 8 + FUTURE_PAGE_BYTES - 1) & -(uintptr_t)FUTURE_PAGE_BYTES;
    long at = kernel_call(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, bytes);

    if (at < 0)
        return 0;
    begin = next = at;
    end = begin + bytes;
    return 1;
}

void *sbrk(ptrdiff_t increment)
{
    uintptr_t before;

    if ((!end && !make_place()) || (increment > 0 ? (uintptr_t)increment > end - next : -(uintptr_t)increment > next - begin)) {
        if (increment > 0) /* for `future run` to name the option */
            __atomic_fetch_or(&((struct wire_channel *)future_start->channel_base)->program.limits_hit, WIRE_LIMIT_MEMORY,
                              __ATOMIC_RELAXED);
        errno = ENOMEM;
        return (void *)-1;
    }
    before = next;
    next += increment;
    return (void *)before;
}
