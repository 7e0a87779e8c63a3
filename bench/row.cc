// SPDX-License-Identifier: MIT
// The table for people, the JSON for machines.
#include "row.h"

#include <fmt/core.h>

#include <cstdio>

namespace bench {
namespace {

std::string time_text(double ns) {
    if (ns < 100) return fmt::format("{:.1f} ns", ns);
    if (ns < 10e3) return fmt::format("{:.0f} ns", ns);
    if (ns < 10e6) return fmt::format("{:.1f} us", ns / 1e3);
    return fmt::format("{:.1f} ms", ns / 1e6);
}

}  // namespace

void print_head() {
    fmt::print("{:<34} {:>9} {:>9} {:>9}   {:<30} {:>9}  {:>7}  {:>6}\n", "", "minimum", "median", "p99", "reference",
               "median", "ratio", "mark");
}

void print(const Row& row) {
    const bool has = row.reference_median != 0;
    fmt::print("{:<34} {:>9} {:>9} {:>9}   {:<30} {:>9}  {:>7}  {:>6}  {}\n", row.name, time_text(row.ours.minimum),
               time_text(row.ours.median), time_text(row.ours.p99), row.reference, has ? time_text(row.reference_median) : "none",
               has ? fmt::format("{:.3f}", row.ratio()) : "-", row.mark == 0 ? "-" : fmt::format("{:.3f}", row.mark),
               !row.judged() ? "" : row.ok() ? "ok" : "MISS");
    std::fflush(stdout);
}

nlohmann::json to_json(const Row& row) {
    return {{"name", row.name},       {"minimum_ns", row.ours.minimum},
            {"median_ns", row.ours.median}, {"p99_ns", row.ours.p99},
            {"reference", row.reference},   {"reference_median_ns", row.reference_median},
            {"reference_measured", !row.reference_is_limit},
            {"ratio", row.ratio()},         {"mark", row.mark ? nlohmann::json(row.mark) : nlohmann::json()},
            {"ok", row.ok()}};
}

}  // namespace bench
