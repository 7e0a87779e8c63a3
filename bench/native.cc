// SPDX-License-Identifier: MIT
// The native machine's figures: the paper's Table 5, and calls beside a bare line and a bare interrupt of the same run.
#include "bare_program.h"
#include "bare_ring.h"
#include "case.h"
#include "fmt/format.h"
#include "life_cycle.h"
#include "native_floor.h"
#include "samples.h"

namespace bench {
namespace {

constexpr unsigned kLongAsleepUs = 500;

Row round_trip(const Options& o) {
    const double scale = ns_per_tick();
    std::vector<double> values;
    for (int i = -20; i < (o.quick ? 50 : 500); i++) {
        BareProgram program(o.bin / "bench-nothing", connect_native_machine());
        const uint64_t start = ticks();
        program.run();
        program.wait();
        if (i >= 0) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    return {"run request, exit notice", figure(Samples(std::move(values))), "ns", "the paper, SH-4A 600 MHz", 90e3, 0, true};
}

Row life(const Options& o) {
    const int rounds = o.quick ? 50 : 500;
    const Samples fork_exec = fork_exec_wait(o.bin / "bench-static-exit", rounds, false);
    return {"load, create, run, exit confirmed", figure(lives(o.bin / "bench-nothing", rounds, connect_native_machine)), "ns",
            "fork+exec+wait, static glibc", fork_exec.median(), 0};
}

Row awake(const Options& o) {
    const Samples raw = raw_line(o);
    return {"null call, both awake", guest(o, "--spin 100000", o.quick ? "null 5000" : "null 50000"), "ns",
            "raw line, the same two CPUs", raw.median(), 3};
}

Row floor_awake(const Options& o) {
    const Samples raw = raw_line(o);
    return {"the wire alone, both awake", figure(bare_ring(o, connect_native_machine())), "ns", "raw line, the same two CPUs", raw.median(), 0};
}

Row asleep(const Options& o) {
    const Samples bare = bare_interrupts(o);
    return {"null call, both asleep", guest(o, "--spin 0", o.quick ? "null 500" : "null 5000"), "ns",
            "bare interrupts both ways", bare.median(), 2};
}

// After half a millisecond without anything to do both sides are known to sleep. In a row of bare interrupts each comes before
// the other side has fallen asleep, or it does not, and everything takes ten times as long.
Row long_asleep(const Options& o) {
    const Samples bare = bare_interrupts(o, kLongAsleepUs);
    return {"null call, both long asleep", guest(o, "--spin 0", fmt::format("null {} {}", o.quick ? 200 : 2000, kLongAsleepUs)), "ns",
            "bare interrupts, long asleep", bare.median(), 2};
}

Row floor_asleep(const Options& o) {
    const Samples bare = bare_interrupts(o);
    return {"doorbells alone, both asleep", figure(bare_bells(o)), "ns", "bare interrupts both ways", bare.median(), 0};
}

constexpr Case kCases[] = {{"round-trip", round_trip}, {"life-cycle", life}, {"awake", awake},
                           {"floor-awake", floor_awake}, {"asleep", asleep}, {"long-asleep", long_asleep},
                           {"floor-asleep", floor_asleep}};

}  // namespace

std::span<const Case> native_cases() { return kCases; }

}  // namespace bench
