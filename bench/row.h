// SPDX-License-Identifier: MIT
// One line of the table: a figure, the reference of the same run, the mark, the verdict.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reference.h"

namespace bench {

struct Figure {
    double minimum, median, p99;
};

inline Figure figure(const Samples& samples) { return {samples.minimum(), samples.median(), samples.p99()}; }

struct Row {
    std::string name;
    Figure ours;
    std::string unit;       // what a sample is
    std::string reference;  // what ours is compared with
    double reference_median;    // 0: this computer does not have it
    double mark;            // ours / reference must not exceed it (or 0: shown, not judged)
    bool reference_is_limit = false;  // the reference is an absolute figure, not a measurement

    bool judged() const { return mark != 0 && reference_median != 0; }
    double ratio() const { return reference_median == 0 ? 0 : ours.median / reference_median; }
    bool ok() const { return !judged() || ratio() <= mark; }
};

void print_head();
void print(const Row& row);
nlohmann::json to_json(const Row& row);

}  // namespace bench
