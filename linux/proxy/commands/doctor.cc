// SPDX-License-Identifier: MIT
// future doctor: what this computer can do, what is missing, and what to do about it.
#include <nlohmann/json.hpp>

#include "command.h"
#include "doctor_program.h"
#include "fmt/format.h"
#include "doctor/requirements.h"

namespace future {
namespace {

const char* verdict(const Requirement& row, bool has) { return has ? "ok" : row.need == Need::needed ? "MISSING" : "weaker"; }

void print_row(const Requirement& row, const Finding& finding) {
    const std::string name = std::string(row.machine) == "native" ? fmt::format("native: {}", row.name) : row.name;
    fmt::print("{:<8} {:<34} {}\n", verdict(row, finding.has), name, finding.found);
    if (!finding.has) fmt::print("{:<8} {:<34} → {}: {}\n", "", "", row.without, row.advice);
}

nlohmann::json json_row(const Requirement& row, const Finding& finding) {
    return {{"what", row.name},         {"machine", row.machine},
            {"verdict", verdict(row, finding.has)}, {"found", finding.found},
            {"without", finding.has ? "" : row.without}, {"advice", finding.has ? "" : row.advice}};
}

// 1: something needed is missing.
int look_through(bool json) {
    nlohmann::json rows = nlohmann::json::array();
    int status = 0;
    for (const Requirement& row : requirements()) {
        if (!row.look) continue;
        const Finding finding = row.look();
        if (!finding.has && row.need == Need::needed) status = 1;
        if (json)
            rows.push_back(json_row(row, finding));
        else
            print_row(row, finding);
    }
    if (json)
        fmt::print("{}\n", rows.dump(2));
    else
        fmt::print("{}\n", status ? "something needed is missing" : "the hosted machine works here");
    return status;
}

}  // namespace

void add_doctor(CLI::App& app, int& status) {
    struct DoctorOptions {
        bool json = false, page = false, functions = false;
        std::string program;
    };
    auto options = std::make_shared<DoctorOptions>();
    CLI::App* command = app.add_subcommand("doctor", "Say what this computer, or a program built for Linux, lacks for Future");
    command->add_option("PROGRAM", options->program, "A Linux program, library or object file: which functions that it calls Future's C library lacks");
    command->add_flag("--json", options->json, "As JSON");
    command->add_flag("--page", options->page, "All that Future asks of a computer, as docs/requirements.md");
    command->add_flag("--functions", options->functions, "All standard functions and what Future has of them, as docs/functions.md");
    command->callback([options, &status] {
        if (options->functions)
            fmt::print("{}", options->json ? standard_functions_json() : standard_functions_page());
        else if (!options->program.empty())
            status = look_at_program(options->program, options->json);
        else if (options->page)
            fmt::print("{}", requirements_page());
        else
            status = look_through(options->json);
    });
}

}  // namespace future
