/* SPDX-License-Identifier: MIT */
/* move.c's loops, for more than 2 * sizeof(V) bytes. In: V, WIDTH, NAME(word), TARGET. */

/* Up to eight vectors: all is read before anything is written, so any overlap is right. */
TARGET static inline void NAME(move_some)(char *to, const char *from, size_t bytes)
{
    V a = NAME(load)(from), b = NAME(load)(from + WIDTH);
    V y = NAME(load)(from + bytes - 2 * WIDTH), z = NAME(load)(from + bytes - WIDTH);

    if (bytes > 4 * WIDTH) {
        V c = NAME(load)(from + 2 * WIDTH), d = NAME(load)(from + 3 * WIDTH);
        V w = NAME(load)(from + bytes - 4 * WIDTH), x = NAME(load)(from + bytes - 3 * WIDTH);

        NAME(store)(to + 2 * WIDTH, c);
        NAME(store)(to + 3 * WIDTH, d);
        NAME(store)(to + bytes - 4 * WIDTH, w);
        NAME(store)(to + bytes - 3 * WIDTH, x);
    }
    NAME(store)(to, a);
    NAME(store)(to + WIDTH, b);
    NAME(store)(to + bytes - 2 * WIDTH, y);
    NAME(store)(to + bytes - WIDTH, z);
}

/* The ends are read first; between them aligned blocks of four vectors, from the end that is not overwritten unread. */
TARGET static void NAME(move_up)(char *to, const char *from, size_t bytes)
{
    V first = NAME(load)(from), w = NAME(load)(from + bytes - 4 * WIDTH), x = NAME(load)(from + bytes - 3 * WIDTH);
    V y = NAME(load)(from + bytes - 2 * WIDTH), z = NAME(load)(from + bytes - WIDTH);
    char *const end = to + bytes, *at = (char *)(((uintptr_t)to + WIDTH) & -(uintptr_t)WIDTH);

    from += at - to;
    for (; at < end - 4 * WIDTH; at += 4 * WIDTH, from += 4 * WIDTH) {
        V a = NAME(load)(from), b = NAME(load)(from + WIDTH);
        V c = NAME(load)(from + 2 * WIDTH), d = NAME(load)(from + 3 * WIDTH);

        NAME(store)(at, a);
        NAME(store)(at + WIDTH, b);
        NAME(store)(at + 2 * WIDTH, c);
        NAME(store)(at + 3 * WIDTH, d);
    }
    NAME(store)(end - 4 * WIDTH, w);
    NAME(store)(end - 3 * WIDTH, x);
    NAME(store)(end - 2 * WIDTH, y);
    NAME(store)(end - WIDTH, z);
    NAME(store)(to, first);
}

TARGET static void NAME(move_down)(char *to, const char *from, size_t bytes)
{
    V a = NAME(load)(from), b = NAME(load)(from + WIDTH), c = NAME(load)(from + 2 * WIDTH), d = NAME(load)(from + 3 * WIDTH);
    V last = NAME(load)(from + bytes - WIDTH);
    char *at = (char *)((uintptr_t)(to + bytes - 1) & -(uintptr_t)WIDTH);

    from += at - to;
    for (; at > to + 4 * WIDTH; ) {
        V w, x, y, z;

        at -= 4 * WIDTH;
        from -= 4 * WIDTH;
        w = NAME(load)(from), x = NAME(load)(from + WIDTH), y = NAME(load)(from + 2 * WIDTH), z = NAME(load)(from + 3 * WIDTH);
        NAME(store)(at, w);
        NAME(store)(at + WIDTH, x);
        NAME(store)(at + 2 * WIDTH, y);
        NAME(store)(at + 3 * WIDTH, z);
    }
    NAME(store)(to + bytes - WIDTH, last);
    NAME(store)(to, a);
    NAME(store)(to + WIDTH, b);
    NAME(store)(to + 2 * WIDTH, c);
    NAME(store)(to + 3 * WIDTH, d);
}

TARGET static void *NAME(move_long)(char *to, const char *from, size_t bytes)
{
    if (bytes <= 8 * WIDTH)
        NAME(move_some)(to, from, bytes);
    else if ((uintptr_t)to - (uintptr_t)from >= bytes)
        NAME(move_up)(to, from, bytes);
    else
        NAME(move_down)(to, from, bytes);
    return to;
}

#undef V
#undef WIDTH
#undef NAME
#undef TARGET
