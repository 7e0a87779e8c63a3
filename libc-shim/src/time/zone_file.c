/* SPDX-License-Identifier: MIT
 * Reads time zones of Linux's files. What a file says is not trusted: a wrong one is no zone. */
#include "zone_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 44, MOST_BYTES = 1 << 20 };

static uint32_t word(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t time_at(const struct zone_file *zone, uint32_t i)
{
    return (int64_t)((uint64_t)word(zone->times + 8 * i) << 32 | word(zone->times + 8 * i + 4));
}

/* A header's counts. */
struct counts {
    uint32_t utc, standard, leaps, times, types, characters;
};

/* Where the data behind the header at `from` ends, or 0. */
static size_t read_counts(const unsigned char *bytes, size_t size, size_t from, size_t time_bytes, struct counts *counts)
{
    const unsigned char *header = bytes + from;
    uint64_t end;

    if (size < from + HEADER || memcmp(header, "TZif", 4))
        return 0;
    *counts = (struct counts){ word(header + 20), word(header + 24), word(header + 28), word(header + 32), word(header + 36),
                               word(header + 40) };
    end = from + HEADER + (uint64_t)counts->times * (time_bytes + 1) + (uint64_t)counts->types * 6 + counts->characters +
          (uint64_t)counts->leaps * (time_bytes + 4) + counts->standard + counts->utc;
    return end <= size ? (size_t)end : 0;
}

static bool parse(struct zone_file *zone, size_t size)
{
    struct counts counts;
    size_t begin = read_counts(zone->bytes, size, 0, 4, &counts), end;
    const unsigned char *types, *characters;
    uint32_t i;

    if (!begin || zone->bytes[4] < '2')
        return false;
    end = read_counts(zone->bytes, size, begin, 8, &counts);
    if (!end || !counts.types || counts.types > MOST_TYPES || !counts.characters)
        return false;
    zone->count = counts.times;
    zone->types = counts.types;
    zone->times = zone->bytes + begin + HEADER;
    zone->type_of_time = zone->times + 8 * (size_t)counts.times;
    types = zone->type_of_time + counts.times;
    characters = types + 6 * (size_t)counts.types;
    for (i = 0; i < counts.types; i++, types += 6) {
        const char *name = (const char *)characters + types[5];

        if (types[5] >= counts.characters)
            return false;
        zone->type[i] = (struct local){ (int32_t)word(types), types[4] != 0,
                                        zone_name(name, strnlen(name, counts.characters - types[5])) };
    }
    for (i = 0; i < counts.times; i++)
        if (zone->type_of_time[i] >= counts.types)
            return false;
    /* The bytes end in a null of ours; the rule stands between two line feeds. */
    if (zone->bytes[end] == '\n') {
        char *rule = (char *)zone->bytes + end + 1, *feed = strchr(rule, '\n');

        if (feed) {
            *feed = 0;
            zone->has_rule = *rule && rule_read(&zone->rule, rule);
        }
    }
    return true;
}

/* The bytes of a file, with a null behind; how many is in *size. Null if it cannot be read. */
static unsigned char *contents(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    unsigned char *bytes = NULL;
    ssize_t got = 1;

    *size = 0;
    if (fd < 0)
        return NULL;
    if (!fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size < MOST_BYTES)
        bytes = malloc((size_t)status.st_size + 1);
    while (bytes && *size < (size_t)status.st_size && got > 0) {
        got = read(fd, bytes + *size, (size_t)status.st_size - *size);
        *size += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    if (bytes)
        bytes[*size] = 0;
    return bytes;
}

static bool load(struct zone_file *zone, const char *path)
{
    size_t size;
    int state;

    /* The caller's lock would stay behind if its thread were cancelled in one of these calls. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    zone->bytes = contents(path, &size);
    pthread_setcancelstate(state, NULL);
    if (!zone->bytes)
        return false;
    if (parse(zone, size))
        return true;
    free(zone->bytes);
    zone->bytes = NULL;
    return false;
}

bool zone_file_read(struct zone_file *zone, const char *name)
{
    const char *folder = getenv("TZDIR");
    char path[512];

    *zone = (struct zone_file){ 0 };
    if (*name == '/')
        return load(zone, name);
    if (snprintf(path, sizeof path, "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo", name) >= (int)sizeof path)
        return false;
    return load(zone, path);
}

struct local zone_file_at(const struct zone_file *zone, int64_t time)
{
    uint32_t low = 0, high = zone->count, i;

    /* low: how many times are not after this one. */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (time_at(zone, middle) <= time)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->count && zone->has_rule)
        return rule_at(&zone->rule, time);
    if (low)
        return zone->type[zone->type_of_time[low - 1]];
    for (i = 0; i < zone->types; i++)
        if (!zone->type[i].summer)
            return zone->type[i];
    return zone->type[0];
}

void zone_file_newest(const struct zone_file *zone, struct local newest[2])
{
    uint32_t i;

    if (!zone->count)
        newest[zone->type[0].summer] = zone->type[0];
    for (i = 0; i < zone->count; i++) {
        struct local type = zone->type[zone->type_of_time[i]];

        newest[type.summer] = type;
    }
    if (!zone->has_rule)
        return;
    for (i = 0; i <= zone->rule.has_summer; i++)
        newest[i] = (struct local){ zone->rule.offset[i], i, zone->rule.name[i] };
}
