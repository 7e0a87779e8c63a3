// SPDX-License-Identifier: MIT
// future boot: a lasting machine that many runs share.
#include "command.h"
#include "machine/computer_memory.h"
#include "ground/failure.h"
#include "fmt/format.h"

namespace future {
namespace {

// Enough for as many programs as there are cores, each of which may use all that the computer can give: pages are taken
// only as programs use them. Natively a quarter of the computer's memory: all of it is taken.
uint64_t default_memory(bool native, unsigned cores) {
    return native ? physical_memory() / 4 >> 21 << 21 : hosted_memory(cores);
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
    if (!options.memory_bytes) options.memory_bytes = default_memory(native, options.cores);
    if (native) return boot_the_native(options);
    if (connect_hosted(options.machine.name))
        throw Failure(fmt::format("machine `{}` is booted already; run on it, or end it with `future shutdown`",
                                  options.machine.name));
    if (options.foreground) become_hosted(options.machine.name, options.cores, options.memory_bytes);
    boot_hosted(options.machine.name, options.cores, options.memory_bytes);
    fmt::print("machine `{}` is booted: {} core{}, each with {} MiB for its program, taken as they are used\n",
               options.machine.name, options.cores, options.cores == 1 ? "" : "s", options.memory_bytes / options.cores >> 20);
}

}  // namespace

void add_boot(CLI::App& app, int&) {
    auto options = std::make_shared<BootOptions>();
    CLI::App* command = app.add_subcommand("boot", "Boot a lasting machine");
    command->add_option("--cores", options->cores, "Cores of the machine (default: all CPUs but one)")
        ->check(CLI::Range(1u, unsigned{WIRE_MAX_CORES}));
    add_size_option(*command, "--memory", options->memory_bytes, "Memory of the machine (default: the computer's for each core's program, taken as it is used; natively a quarter of it, taken at once)");
    add_machine_options(*command, options->machine);
    command->get_option("--name")->description("The name of a hosted machine, one of several");
    command->get_option("--machine")->description("What kind of machine (default: hosted)");
    command->add_flag("--foreground", options->foreground, "Stay in the foreground, with the log on stderr");
    command->callback([options] {
        draw_descriptor_limit();
        boot(*options);
    });
}

}  // namespace future
