/* SPDX-License-Identifier: MIT
 * <sched.h> with sets of cores, under glibc's names and in its size; Linux's further policies. */
#ifndef FUTURE_SCHED_H
#define FUTURE_SCHED_H

#include_next <sched.h>

#if __GNU_VISIBLE
#undef SCHED_BATCH /* another number in newlib's */
#define SCHED_BATCH 3
#define SCHED_IDLE  5

#define CPU_SETSIZE 1024
typedef struct { unsigned long __bits[CPU_SETSIZE / 64]; } cpu_set_t;

#define __CPU_IS(cpu, set)       ((size_t)(cpu) < CPU_SETSIZE)
#define __CPU_WORD(cpu, set)     ((set)->__bits[(size_t)(cpu) / 64])
#define __CPU_BIT(cpu)           (1ul << (size_t)(cpu) % 64)
#define CPU_ZERO(set)            __builtin_memset((set), 0, sizeof(cpu_set_t))
#define CPU_SET(cpu, set)        ((void)(__CPU_IS(cpu, set) ? __CPU_WORD(cpu, set) |= __CPU_BIT(cpu) : 0ul))
#define CPU_CLR(cpu, set)        ((void)(__CPU_IS(cpu, set) ? __CPU_WORD(cpu, set) &= ~__CPU_BIT(cpu) : 0ul))
#define CPU_ISSET(cpu, set)      (__CPU_IS(cpu, set) && (__CPU_WORD(cpu, set) & __CPU_BIT(cpu)) != 0)
#define CPU_EQUAL(one, other)    (__builtin_memcmp((one), (other), sizeof(cpu_set_t)) == 0)
#define CPU_COUNT(set)           __future_cpu_count(set)

static inline int __future_cpu_count(const cpu_set_t *set)
{
    int count = 0;

    for (unsigned i = 0; i < sizeof set->__bits / sizeof *set->__bits; i++)
        count += __builtin_popcountl(set->__bits[i]);
    return count;
}
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if __GNU_VISIBLE
int sched_getcpu(void);
int sched_setaffinity(pid_t, size_t, const cpu_set_t *);
int sched_getaffinity(pid_t, size_t, cpu_set_t *);
#endif

#ifdef __cplusplus
}
#endif

#endif
