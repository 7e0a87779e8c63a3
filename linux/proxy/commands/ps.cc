// SPDX-License-Identifier: MIT
// future ps: the programs on a machine, as a table for people or JSON for machines.
#include <nlohmann/json.hpp>

#include "command.h"
#include "fmt/format.h"

namespace future {
namespace {

void print_table(const future_device_status& status, const std::vector<future_device_process>& processes) {
    fmt::print("{} machine: {} of {} cores free, {} of {} MiB free\n",
               status.machine_kind == FUTURE_MACHINE_NATIVE ? "native" : "hosted", status.free_cores, status.cores, status.free_bytes >> 20,
               status.memory_bytes >> 20);
    if (processes.empty()) return;
    fmt::print("{:>5} {:>9}  {:<8} {:<10} {:>9} {:>9}  {}\n", "PID", "LINUX PID", "STATE", "CORES", "MEMORY", "AGE", "NAME");
    for (const future_device_process& p : processes)
        fmt::print("{:>5} {:>9}  {:<8} {:<10} {:>5} MiB {:>7.1f} s  {}\n", p.pid, p.linux_pid, state_name(p.state),
                   core_list(p.core_mask), p.memory_bytes >> 20, static_cast<double>(p.age_ns) / 1e9, p.name);
}

void print_json(const future_device_status& status, const std::vector<future_device_process>& processes) {
    nlohmann::json rows = nlohmann::json::array();
    for (const future_device_process& p : processes)
        rows.push_back({{"pid", p.pid}, {"linux_pid", p.linux_pid}, {"state", state_name(p.state)}, {"cores", p.cores},
                        {"core_mask", p.core_mask}, {"memory", p.memory_bytes}, {"age_ns", p.age_ns}, {"name", p.name}});
    const nlohmann::json all = {{"machine", status.machine_kind == FUTURE_MACHINE_NATIVE ? "native" : "hosted"},
                                {"cores", status.cores}, {"free_cores", status.free_cores},
                                {"memory", status.memory_bytes}, {"free", status.free_bytes},
                                {"linux_pid", status.linux_pid}, {"uptime_ns", status.uptime_ns}, {"processes", rows}};
    fmt::print("{}\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void add_ps(CLI::App& app, int&) {
    auto options = std::make_shared<MachineOptions>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("ps", "List the programs on a booted machine");
    add_machine_options(*command, *options);
    command->add_flag("--json", *json, "As JSON");
    command->callback([options, json] {
        const std::unique_ptr<Device> device = visit_machine(*options);
        const future_device_status status = status_of(*device);
        (*json ? print_json : print_table)(status, processes_of(*device));
    });
}

}  // namespace future
