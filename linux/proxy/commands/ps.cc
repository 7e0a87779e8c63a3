// SPDX-License-Identifier: MIT
// future ps: the programs on all machines, as a table for people or JSON for machines.
#include <nlohmann/json.hpp>

#include "fmt/format.h"
#include "machines.h"

namespace future {
namespace {

using nlohmann::json;

bool has_programs(const std::vector<MachineView>& views) {
    for (const MachineView& view : views)
        if (!view.processes.empty()) return true;
    return false;
}

void print_row(const MachineView& view, const future_device_process& p) {
    fmt::print("{:<12} {:>5} {:>9}  {:<16} {:<10} {:>5} MiB  {:<8} {:>9}\n", view.name.empty() ? "(private)" : view.name,
               p.pid ? std::to_string(p.pid) : "-", p.linux_pid, p.name, core_list(p.core_mask), p.memory_bytes >> 20,
               view.stopped ? "stopped" : state_name(p.state), age(p.age_ns));
}

void print_table(const std::vector<MachineView>& views) {
    if (views.empty()) fmt::print("no machine is booted, and no program runs on one of its own\n");
    for (const MachineView& view : views)
        if (view.kind != "private") fmt::print("{}\n", summary(view));
    if (!has_programs(views)) return;
    fmt::print("{:<12} {:>5} {:>9}  {:<16} {:<10} {:>9}  {:<8} {:>9}\n", "MACHINE", "PID", "LINUX PID", "NAME", "CORES",
               "MEMORY", "STATE", "AGE");
    for (const MachineView& view : views)
        for (const future_device_process& process : view.processes) print_row(view, process);
}

json as_json(const MachineView& view, const future_device_process& p) {
    return {{"pid", p.pid ? json(p.pid) : json()}, {"linux_pid", p.linux_pid},
            {"state", view.stopped ? "stopped" : state_name(p.state)}, {"cores", p.cores}, {"core_mask", p.core_mask},
            {"memory", p.memory_bytes}, {"age_ns", p.age_ns}, {"name", p.name},
            {"threads", p.threads ? json(p.threads) : json()}, {"threads_peak", p.threads ? json(p.threads_peak) : json()}};
}

json as_json(const MachineView& view) {
    json machine = {{"name", view.name.empty() ? json() : json(view.name)}, {"machine", view.kind},
                    {"answers", view.silent.empty()}};
    if (!view.silent.empty()) return machine["why"] = view.silent, machine;
    const future_device_status& status = view.status;
    machine.update({{"cores", status.cores}, {"free_cores", status.free_cores}, {"memory", status.memory_bytes},
                    {"free", status.free_bytes}, {"linux_pid", status.linux_pid}, {"uptime_ns", status.uptime_ns}});
    json& rows = machine["processes"] = json::array();
    for (const future_device_process& process : view.processes) rows.push_back(as_json(view, process));
    return machine;
}

void print_json(const std::vector<MachineView>& views) {
    json machines = json::array();
    for (const MachineView& view : views) machines.push_back(as_json(view));
    fmt::print("{}\n", json{{"machines", machines}}.dump(2, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void add_ps(CLI::App& app, int&) {
    auto options = std::make_shared<MachineOptions>();
    auto as_json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("ps", "List your machines and the programs on them");
    add_machine_options(*command, *options);
    command->get_option("--name")->description("Only this booted machine (default: all, and machines of a program's own)")->default_str("");
    command->get_option("--machine")->description("Only machines of this kind (default: both)");
    command->add_flag("--json", *as_json, "As JSON");
    command->callback([options, as_json, command, &app] {
        draw_descriptor_limit();
        const std::vector<MachineView> views = look_at_machines(*options, command->count("--name") > 0, app);
        (*as_json ? print_json : print_table)(views);
    });
}

}  // namespace future
