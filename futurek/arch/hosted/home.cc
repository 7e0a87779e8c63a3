// SPDX-License-Identifier: MIT
#include "home.h"

#include <sched.h>

#include "../../core/limits.h"

namespace futurek::hosted {

namespace {

cpu_set_t everywhere;
cpu_set_t home[max_cores];
unsigned homes = 0;

}  // namespace

void homes_take(unsigned cores) {
    if (sched_getaffinity(0, sizeof everywhere, &everywhere) != 0) return;
    if (cores >= static_cast<unsigned>(CPU_COUNT(&everywhere))) return;
    cpu_set_t others = everywhere;
    unsigned found = 0;
    for (int cpu = CPU_SETSIZE - 1; found < cores; cpu--) {
        if (!CPU_ISSET(cpu, &everywhere)) continue;
        CPU_CLR(cpu, &others);
        CPU_SET(cpu, &home[found++]);
    }
    if (sched_setaffinity(0, sizeof others, &others) == 0) homes = cores;
}

void home_enter(unsigned core) {
    if (core < homes) sched_setaffinity(0, sizeof home[core], &home[core]);
}

void home_leave() {
    if (homes) sched_setaffinity(0, sizeof everywhere, &everywhere);
}

}  // namespace futurek::hosted
