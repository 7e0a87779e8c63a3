// SPDX-License-Identifier: MIT
// Which defences are taken of what a processor announces. No emulator at hand announces any: processors by their manuals.
#include "futurek/arch/x86_64/speculation.h"

#include <doctest/doctest.h>

using namespace futurek::native;

namespace {

constexpr uint32_t bit(unsigned n) { return 1u << n; }

struct Processor {
    const char* name;
    Announced announced;
    bool flush, has_control;
    uint64_t control, efer;
};

}  // namespace

TEST_CASE("each kind of processor gets what it announces, and no register is written that it may not have") {
    const Processor all[] = {
        {"none at all: qemu64, or no microcode", {}, false, false, 0, 0},
        {"Skylake: IBRS, IBPB, STIBP, SSBD", {bit(26) | bit(27) | bit(31), 0, 0, 0}, true, true, 0, 0},
        {"one with capabilities, but no enhanced IBRS", {bit(26) | bit(27) | bit(29), 0, 0, 1}, true, true, 0, 0},
        {"Cascade Lake: enhanced IBRS", {bit(26) | bit(27) | bit(29) | bit(31), 0, 0, 0x2b}, true, true, 1, 0},
        {"a hypervisor that shows capabilities alone", {bit(29), 0, 0, 2}, false, false, 0, 0},
        {"SSBD alone", {bit(31), 0, 0, 0}, false, true, 0, 0},
        {"Zen: IBPB alone, which is no control register", {0, bit(12), 0, 0}, true, false, 0, 0},
        {"Zen 2: IBPB, IBRS, STIBP", {0, bit(12) | bit(14) | bit(15), 0, 0}, true, true, 0, 0},
        {"Zen 3: STIBP is to be always on", {0, bit(12) | bit(14) | bit(15) | bit(17) | bit(24), 0, 0}, true, true, 2, 0},
        {"Zen 4: automatic IBRS", {0, bit(12) | bit(14) | bit(15) | bit(17) | bit(24), bit(8), 0}, true, true, 2, bit(21)},
        {"says always, and has none", {0, bit(17), 0, 0}, false, false, 0, 0},
        {"every bit", {~0u, ~0u, ~0u, ~0ull}, true, true, 3, bit(21)},
    };
    for (const Processor& one : all) {
        CAPTURE(one.name);
        const Defences taken = defences_of(one.announced);
        CHECK(taken.flush_branches == one.flush);
        CHECK(taken.has_control == one.has_control);
        CHECK(taken.control == one.control);
        CHECK(taken.efer == one.efer);
    }
}
