/* SPDX-License-Identifier: MIT
 * A time zone as POSIX spells it: one or two names with their offsets, and when the one follows the other. */
#ifndef LIBC_RULE_H
#define LIBC_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A day of each year, and the local time on it. */
struct change {
    enum { WITHOUT_29_FEBRUARY, COUNTED, WEEKDAY } kind;
    int month, week, day;
    int32_t seconds;
};

/* [0] is standard time, [1] summer time. Offsets are seconds east of Greenwich. */
struct rule {
    const char *name[2];
    int32_t offset[2];
    bool has_summer;
    struct change to[2]; /* to[1] begins summer time */
};

/* A time's offset, name and kind. */
struct local {
    int32_t offset;
    bool summer;
    const char *name;
};

/* As much of it as makes sense; false if that is not all. Without any sense in it, UTC. */
bool rule_read(struct rule *rule, const char *text);

struct local rule_at(const struct rule *rule, int64_t time);

/* One copy of a name for as long as the program lives: struct tm points to it. */
const char *zone_name(const char *name, size_t bytes);

#endif
