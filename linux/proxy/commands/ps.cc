// SPDX-License-Identifier: MIT
// future ps: the programs on a machine, as a table for people or JSON for machines.
#include <cstring>

#include <nlohmann/json.hpp>

#include "command.h"
#include "failure.h"
#include "fmt/format.h"

namespace future {
namespace {

const char* state_name(uint32_t state) {
    switch (state) {
        case FUTURE_PROCESS_CREATED: return "created";
        case FUTURE_PROCESS_RUNNING: return "running";
        case FUTURE_PROCESS_DYING: return "dying";
        case FUTURE_PROCESS_DEAD: return "dead";
        default: return "?";
    }
}

std::string core_list(uint64_t mask) {
    std::string text;
    for (int core = 0; core < 64; core++)
        if (mask >> core & 1) text += (text.empty() ? "" : ",") + std::to_string(core);
    return text;
}

std::vector<future_device_process> list(Device& device) {
    const future_device_request packet = verb(FUTURE_VERB_LIST);
    const Answer answer = device.request(&packet, sizeof packet);
    if (answer.head.error != 0) throw Failure(fmt::format("the machine refuses: {}", std::strerror(answer.head.error)));
    std::vector<future_device_process> processes(
        std::min<size_t>(answer.head.count, answer.rest.size() / sizeof(future_device_process)));
    std::memcpy(processes.data(), answer.rest.data(), processes.size() * sizeof(future_device_process));
    for (future_device_process& process : processes) process.name[FUTURE_DEVICE_NAME_BYTES - 1] = 0;
    return processes;
}

future_device_status status_of(Device& device) {
    const future_device_request packet = verb(FUTURE_VERB_STATUS);
    const Answer answer = device.request(&packet, sizeof packet);
    future_device_status status = {};
    if (answer.head.error != 0 || answer.rest.size() < sizeof status) throw Failure("the machine does not say how it is");
    std::memcpy(&status, answer.rest.data(), sizeof status);
    return status;
}

void print_table(const future_device_status& status, const std::vector<future_device_process>& processes) {
    fmt::print("{} of {} cores free, {} of {} MiB free\n", status.free_cores, status.cores, status.free_bytes >> 20,
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
    const nlohmann::json all = {{"cores", status.cores}, {"free_cores", status.free_cores},
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
        const std::unique_ptr<Device> device = booted_machine(*options);
        const future_device_status status = status_of(*device);
        (*json ? print_json : print_table)(status, list(*device));
    });
}

}  // namespace future
