// SPDX-License-Identifier: MIT
// Options that several subcommands have.
#include "command.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "failure.h"
#include "fmt/format.h"
#include "size.h"

namespace future {

void MachineOptions::check() const {
    if (kind == "native")
        throw Failure("the native machine is not in this build yet; use --machine hosted, which needs no root and no module");
}

void add_machine_options(CLI::App& command, MachineOptions& options) {
    command.add_option("--name", options.name, "Which booted machine")->capture_default_str();
    command.add_option("--machine", options.kind, "What kind of machine")
        ->capture_default_str()
        ->check(CLI::IsMember({"hosted", "native"}));
}

void add_size_option(CLI::App& command, const std::string& name, uint64_t& bytes, const std::string& help) {
    command
        .add_option_function<std::string>(
            name,
            [&bytes, name](const std::string& text) {
                const std::optional<uint64_t> size = parse_size(text);
                if (!size) throw CLI::ValidationError(name, fmt::format("`{}` is no size; write 512M or 2G", text));
                bytes = *size;
            },
            help)
        ->type_name("SIZE");
}

std::unique_ptr<Device> booted_machine(const MachineOptions& options) {
    options.check();
    if (auto device = connect_hosted(options.name)) return device;
    throw Failure(options.name == "default"
                      ? std::string("no machine is booted; boot one with `future boot`")
                      : fmt::format("no machine `{0}` is booted; boot it with `future boot --name {0}`", options.name));
}

unsigned default_cores() { return static_cast<unsigned>(std::clamp(sysconf(_SC_NPROCESSORS_ONLN) - 1, 1L, long{WIRE_MAX_CORES})); }

int parse_signal(const std::string& text) {
    const std::string name = text.rfind("SIG", 0) == 0 ? text.substr(3) : text;
    for (int signal = 1; signal <= 64; signal++) {
        const char* known = sigabbrev_np(signal);
        if (text == std::to_string(signal) || (known && name == known)) return signal;
    }
    throw Failure(fmt::format("`{}` is no signal; write TERM, KILL or a number from 1 to 64", text));
}

}  // namespace future
