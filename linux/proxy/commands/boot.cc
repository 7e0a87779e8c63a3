// SPDX-License-Identifier: MIT
// future boot: a lasting machine that many runs share.
#include <unistd.h>

#include <algorithm>

#include "command.h"
#include "failure.h"
#include "fmt/format.h"

namespace future {
namespace {

uint64_t memory_of_computer() {
    return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// Half of the computer's memory; pages are taken only as programs use them. Natively a quarter: all of it is taken.
uint64_t default_memory(bool native) {
    const uint64_t bytes = memory_of_computer();
    return native ? bytes / 4 >> 21 << 21 : std::max(uint64_t{2} << 30, bytes / 2 >> 21 << 21);
}

struct BootOptions {
    MachineOptions machine;
    unsigned cores = 0;         // 0: default_cores
    uint64_t memory_bytes = 0;  // 0: default_memory
    bool foreground = false;
};

void boot_the_native(const BootOptions& options) {
    if (options.foreground) throw Failure("the native machine has no foreground; its log: `future log -f --machine native`");
    const uint64_t bytes = boot_native(options.cores, options.memory_bytes);
    fmt::print("the native machine is booted: {} core{}, {} MiB for programs\n", options.cores, options.cores == 1 ? "" : "s", bytes >> 20);
}

void boot(BootOptions options) {
    const bool native = options.machine.kind == "native";
    if (!options.cores) options.cores = default_cores(native);
    if (!options.memory_bytes) options.memory_bytes = default_memory(native);
    if (native) return boot_the_native(options);
    if (connect_hosted(options.machine.name))
        throw Failure(fmt::format("machine `{}` is booted already; run on it, or end it with `future shutdown`",
                                  options.machine.name));
    if (options.foreground) become_hosted(options.machine.name, options.cores, options.memory_bytes);
    boot_hosted(options.machine.name, options.cores, options.memory_bytes);
    fmt::print("machine `{}` is booted: {} core{}, {} MiB\n", options.machine.name, options.cores, options.cores == 1 ? "" : "s",
               options.memory_bytes >> 20);
}

}  // namespace

void add_boot(CLI::App& app, int&) {
    auto options = std::make_shared<BootOptions>();
    CLI::App* command = app.add_subcommand("boot", "Boot a lasting machine");
    command->add_option("--cores", options->cores, "Cores of the machine (default: all CPUs but one)")
        ->check(CLI::Range(1u, unsigned{WIRE_MAX_CORES}));
    add_size_option(*command, "--memory", options->memory_bytes, "Memory of the machine (default: half of the computer's, taken as it is used; natively a quarter, taken at once)");
    add_machine_options(*command, options->machine);
    command->add_flag("--foreground", options->foreground, "Stay in the foreground, with the log on stderr");
    command->callback([options] {
        draw_descriptor_limit();
        boot(*options);
    });
}

}  // namespace future
