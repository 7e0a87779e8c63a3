// SPDX-License-Identifier: MIT
// The time page: TSC ticks to CLOCK_MONOTONIC, measured at boot and pulled straight about once a second. Where the TSC is
// no clock, programs ask Linux through us.
#include <cpuid.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "arch/machine.h"
#include "host.h"

extern "C" uint64_t future_hosted_clock(uint64_t clock);  // entry.S: clock_ask from a program

namespace futurek::hosted {

namespace {

alignas(4096) union {
    future_time_page page;
    char whole[4096];
} clock_place;

struct Sample {
    uint64_t tsc, monotonic, realtime;
};

uint64_t now(clockid_t id) {
    timespec time;
    clock_gettime(id, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

// The tightest of a few readings: TSC on either side of the clock.
Sample take_sample() {
    Sample best = {};
    uint64_t narrowest = ~0ull;
    for (int turn = 0; turn < 8; turn++) {
        uint64_t before = future_tsc(), monotonic = now(CLOCK_MONOTONIC), after = future_tsc();
        if (after - before >= narrowest) continue;
        narrowest = after - before;
        best = {before + narrowest / 2, monotonic, now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC) + monotonic};
    }
    return best;
}

Sample first, last;

// The processor says that it never stops nor changes its pace, and Linux has not found it otherwise, or unequal on its CPUs
// (then it is no clock source to choose from; where there is no such list, in some containers, the processor's word counts).
bool tsc_is_a_clock() {
    constexpr unsigned invariant = 1 << 8;
    unsigned a, b, c, d;
    if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & invariant)) return false;
    FILE* file = fopen("/sys/devices/system/clocksource/clocksource0/available_clocksource", "re");
    char line[200] = " tsc ";
    if (file) {
        if (!fgets(line + 1, sizeof line - 2, file)) line[1] = 0;
        fclose(file);
        line[strcspn(line, "\n")] = ' ';
    }
    return strstr(line, " tsc ");
}

void publish(uint64_t tsc, uint64_t multiplier, uint64_t monotonic, uint64_t realtime) {
    future_time_page& page = clock_place.page;
    wire_exchange(&page.sequence, page.sequence + 1);
    wire_write(&page.tsc_base, tsc);
    wire_write(&page.multiplier, multiplier);
    wire_write(&page.monotonic_ns, monotonic);
    wire_write(&page.realtime_ns, realtime);
    wire_exchange(&page.sequence, page.sequence + 1);
}

uint64_t ratio(uint64_t ns, uint64_t ticks) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(ns) << 32) / ticks);
}

}  // namespace

const future_time_page* clock_page() { return &clock_place.page; }

uint64_t clock_ask(uint64_t clock) { return now(clock == FUTURE_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC); }

const char* clock_start(bool by_tsc) {
    if (!by_tsc || !tsc_is_a_clock()) clock_place.page.ask = future_hosted_clock;
    first = take_sample();
    timespec pause = {0, 2000000};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
    last = take_sample();
    if (last.tsc <= first.tsc || last.monotonic <= first.monotonic) return "the time stamp counter does not advance";
    publish(last.tsc, ratio(last.monotonic - first.monotonic, last.tsc - first.tsc), last.monotonic, last.realtime);
    return nullptr;
}

// The new line starts where the old one is now, so monotonic never steps back, and is bent to meet Linux's clock a
// second from here. A page that fell far behind (nobody refreshed it while nothing ran) steps forward instead.
void clock_refresh() {
    if (now(CLOCK_MONOTONIC) - last.monotonic < 900000000) return;
    Sample sample = take_sample();
    uint64_t rate = ratio(sample.monotonic - last.monotonic, sample.tsc - last.tsc);
    const future_time_page& page = clock_place.page;
    uint64_t shown =
        page.monotonic_ns +
        static_cast<uint64_t>(static_cast<unsigned __int128>(sample.tsc - page.tsc_base) * page.multiplier >> 32);
    last = sample;
    int64_t error = static_cast<int64_t>(sample.monotonic - shown);
    if (error > 1000000) return publish(sample.tsc, rate, sample.monotonic, sample.realtime);
    if (error < -100000000) error = -100000000;  // at most a tenth slower
    int64_t bend = static_cast<int64_t>(static_cast<__int128>(rate) * error / 1000000000);
    publish(sample.tsc, rate + static_cast<uint64_t>(bend), shown, sample.realtime - sample.monotonic + shown);
}

}  // namespace futurek::hosted

uint64_t arch_clock_ns() { return futurek::hosted::now(CLOCK_MONOTONIC); }
