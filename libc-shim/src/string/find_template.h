/* SPDX-License-Identifier: MIT */
/* find.c's loops. In: V, WIDTH, MASK (its type: a bit a byte), NAME(word), TARGET. */

/* The first byte that is `byte`, or (if or_zero) that or zero: there is one. */
TARGET static inline const char *NAME(find)(const char *from, int byte, const bool or_zero)
{
    const V wanted = NAME(fill)(byte), zero = NAME(fill)(0);
    const char *at = (const char *)((uintptr_t)from & -(uintptr_t)WIDTH);
    V x = NAME(load)(at);
    MASK mask = NAME(equal)(x, wanted);

    if (or_zero)
        mask |= NAME(equal)(x, zero);
    mask = (MASK)(mask >> (from - at));
    if (mask)
        return from + __builtin_ctz(mask);
    for (;;) {
        at += WIDTH;
        x = NAME(load)(at);
        mask = NAME(equal)(x, wanted);
        if (or_zero)
            mask |= NAME(equal)(x, zero);
        if (mask)
            return at + __builtin_ctz(mask);
        if (((uintptr_t)at & (4 * WIDTH - 1)) != 3 * WIDTH)
            continue;
        /* Four at a time, in blocks that cross no page. */
        for (;;) {
            V a = NAME(load)(at + WIDTH), b = NAME(load)(at + 2 * WIDTH);
            V c = NAME(load)(at + 3 * WIDTH), d = NAME(load)(at + 4 * WIDTH), all;

            if (byte == 0)
                all = NAME(both)(NAME(both)(a, b), NAME(both)(c, d));
            else if (or_zero)
                all = NAME(both)(NAME(both)(NAME(both)(a, NAME(differ)(a, wanted)), NAME(both)(b, NAME(differ)(b, wanted))),
                                 NAME(both)(NAME(both)(c, NAME(differ)(c, wanted)), NAME(both)(d, NAME(differ)(d, wanted))));
            else
                all = NAME(both)(NAME(both)(NAME(differ)(a, wanted), NAME(differ)(b, wanted)),
                                 NAME(both)(NAME(differ)(c, wanted), NAME(differ)(d, wanted)));
            if (NAME(equal)(all, zero))
                break;
            at += 4 * WIDTH;
        }
    }
}

TARGET static const char *NAME(find_byte)(const char *from, int byte) { return NAME(find)(from, byte, false); }
TARGET static const char *NAME(find_zero)(const char *from) { return NAME(find)(from, 0, false); }
TARGET static const char *NAME(find_byte_or_zero)(const char *from, int byte) { return NAME(find)(from, byte, true); }

/* The first one before `end`, or NULL. */
TARGET static const char *NAME(find_before)(const char *from, const char *end, int byte)
{
    const V wanted = NAME(fill)(byte);
    const char *at = (const char *)((uintptr_t)from & -(uintptr_t)WIDTH), *found;
    MASK mask = (MASK)(NAME(equal)(NAME(load)(at), wanted) >> (from - at));

    if (mask) {
        found = from + __builtin_ctz(mask);
        return found < end ? found : 0;
    }
    for (at += WIDTH; at < end; at += WIDTH) {
        if (((uintptr_t)at & (4 * WIDTH - 1)) == 0 && end - at >= 4 * WIDTH) { /* crosses no page: the byte may come first */
            V a = NAME(differ)(NAME(load)(at), wanted), b = NAME(differ)(NAME(load)(at + WIDTH), wanted);
            V c = NAME(differ)(NAME(load)(at + 2 * WIDTH), wanted), d = NAME(differ)(NAME(load)(at + 3 * WIDTH), wanted);

            if (!NAME(equal)(NAME(both)(NAME(both)(a, b), NAME(both)(c, d)), NAME(fill)(0))) {
                at += 3 * WIDTH;
                continue;
            }
        }
        mask = NAME(equal)(NAME(load)(at), wanted);
        if (mask) {
            found = at + __builtin_ctz(mask);
            return found < end ? found : 0;
        }
    }
    return 0;
}

#undef V
#undef WIDTH
#undef MASK
#undef NAME
#undef TARGET
