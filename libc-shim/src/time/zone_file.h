/* SPDX-License-Identifier: MIT
 * A time zone of Linux's files (RFC 8536). */
#ifndef LIBC_ZONE_FILE_H
#define LIBC_ZONE_FILE_H

#include "rule.h"

enum { MOST_TYPES = 256 };

struct zone_file {
    unsigned char *bytes; /* the file; null without one */
    const unsigned char *times, *type_of_time;
    uint32_t count, types;
    struct local type[MOST_TYPES];
    bool has_rule; /* for what comes after the last time */
    struct rule rule;
};

/* Reads the file at that path, or that name below the system's folder; false if it cannot, or if it is no such file. */
bool zone_file_read(struct zone_file *zone, const char *name);

struct local zone_file_at(const struct zone_file *zone, int64_t time);

/* The newest offset of standard ([0]) and summer time ([1]); what it has not is left alone. */
void zone_file_newest(const struct zone_file *zone, struct local newest[2]);

#endif
