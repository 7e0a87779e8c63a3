// SPDX-License-Identifier: MIT
// future boot: a lasting machine that many runs share.
#include <unistd.h>

#include <algorithm>

#include "command.h"
#include "failure.h"
#include "fmt/format.h"

namespace future {
namespace {

// Half of the computer's memory; pages are taken only as programs use them.
uint64_t half_of_memory() {
    const uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    return std::max(uint64_t{2} << 30, bytes / 2 >> 21 << 21);
}

struct BootOptions {
    MachineOptions machine;
    unsigned cores = default_cores();
    uint64_t memory_bytes = half_of_memory();
    bool foreground = false;
};

void boot(const BootOptions& options) {
    options.machine.check();
    if (connect_hosted(options.machine.name))
        throw Failure(fmt::format("machine `{}` is booted already; run on it, or end it with `future shutdown`",
                                  options.machine.name));
    if (options.foreground) become_hosted(options.machine.name, options.cores, options.memory_bytes);
    boot_hosted(options.machine.name, options.cores, options.memory_bytes);
    fmt::print("machine `{}` is booted: {} cores, {} MiB\n", options.machine.name, options.cores,
               options.memory_bytes >> 20);
}

}  // namespace

void add_boot(CLI::App& app, int&) {
    auto options = std::make_shared<BootOptions>();
    CLI::App* command = app.add_subcommand("boot", "Boot a lasting machine");
    command->add_option("--cores", options->cores, "Cores of the machine")
        ->capture_default_str()
        ->check(CLI::Range(1u, unsigned{WIRE_MAX_CORES}));
    add_size_option(*command, "--memory", options->memory_bytes, "Memory of the machine (default: half of the computer's, taken as it is used)");
    add_machine_options(*command, options->machine);
    command->add_flag("--foreground", options->foreground, "Stay in the foreground, with the log on stderr");
    command->callback([options] {
        draw_descriptor_limit();
        boot(*options);
    });
}

}  // namespace future
