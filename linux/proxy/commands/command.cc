// SPDX-License-Identifier: MIT
// Options that several subcommands have.
#include "command.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "ground/failure.h"
#include "fmt/format.h"
#include "machine/hosted_socket.h"
#include "words/printable.h"
#include "words/say.h"
#include "words/size.h"

namespace future {
namespace {

constexpr uint64_t kMostMemory = uint64_t{1} << 45;  // what a hosted machine maps

// Of the machines that run under other names, or nothing.
std::string booted_names() {
    std::string text;
    for (const std::string& name : hosted_machine_names()) text += (text.empty() ? "" : ", ") + printable(name);
    return text.empty() ? text : fmt::format("; booted under another --name: {}", text);
}

}  // namespace

void add_machine_options(CLI::App& command, MachineOptions& options) {
    command.add_option("--name", options.name, "Which booted hosted machine")
        ->capture_default_str()
        ->check([](const std::string& name) { return name.empty() ? "a machine's name is not empty" : ""; });
    command.add_option("--machine", options.kind, "What kind of machine (default: hosted, or native if only that is booted)")
        ->check(CLI::IsMember({"hosted", "native"}));
}

void add_size_option(CLI::App& command, const std::string& name, uint64_t& bytes, const std::string& help,
                     uint64_t least) {
    command
        .add_option_function<std::string>(
            name,
            [&bytes, name, least](const std::string& text) {
                const std::optional<uint64_t> size = parse_size(text);
                if (!size) throw CLI::ValidationError(name, fmt::format("`{}` is no size; write 512M or 2G", text));
                if (*size < least || *size > kMostMemory)
                    throw CLI::ValidationError(name, fmt::format("`{}` is out of range; from {}K to 32T", text, least >> 10));
                bytes = *size;
            },
            help)
        ->type_name("SIZE");
}

std::unique_ptr<Device> find_machine(const MachineOptions& options, int patience) {
    std::unique_ptr<Device> device;
    try {
        if (options.may_be("hosted")) device = connect_hosted(options.name, patience);
    } catch (const ForeignMachine& foreign) {
        if (options.name != "default") throw;
        // Anybody may take an abstract name. Who took the one that nobody asked for keeps nobody from working.
        say(fmt::format("future: {}; it is passed over\n", foreign.what()));
    }
    if (!device && options.may_be("native") && options.name == "default") device = connect_native();
    return device;
}

std::unique_ptr<Device> booted_machine(const MachineOptions& options, int patience) {
    if (auto device = find_machine(options, patience)) return device;
    if (options.may_be("native") && options.name == "default" && native_is_denied())
        throw Failure("no machine is booted that you may use: /dev/future is not yours to open (docs/native.md, \"Who may use it\")");
    if (options.kind == "native") throw Failure("the native machine is not booted; boot it with `future boot --machine native`");
    throw Failure(options.name == "default"
                      ? "no machine is booted; boot one with `future boot`" + booted_names()
                      : fmt::format("no machine `{0}` is booted; boot it with `future boot --name {0}`{1}", options.name, booted_names()));
}

std::unique_ptr<Device> visit_machine(const MachineOptions& options) {
    draw_descriptor_limit();
    return booted_machine(options);
}

future_device_status status_of(Device& device) {
    const future_device_request packet = verb(FUTURE_VERB_STATUS);
    return read_status(device.request(&packet, sizeof packet));
}

future_device_status read_status(const Answer& answer) {
    future_device_status status = {};
    if (answer.head.error == EPROTO) throw Failure("the machine is of another version; end it with that version's `future shutdown`");
    if (answer.head.error != 0 || answer.rest.size() < sizeof status) throw Failure("the machine does not say how it is");
    std::memcpy(&status, answer.rest.data(), sizeof status);
    return status;
}

std::vector<future_device_process> read_processes(const Answer& answer) {
    if (answer.head.error != 0) throw Failure(fmt::format("the machine refuses: {}", std::strerror(answer.head.error)));
    std::vector<future_device_process> processes(
        std::min<size_t>(answer.head.count, answer.rest.size() / sizeof(future_device_process)));
    std::memcpy(processes.data(), answer.rest.data(), processes.size() * sizeof(future_device_process));
    for (future_device_process& process : processes) process.name[FUTURE_DEVICE_NAME_BYTES - 1] = 0;
    return processes;
}

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

unsigned default_cores(bool native) {
    const long cpus = sysconf(native ? _SC_NPROCESSORS_CONF : _SC_NPROCESSORS_ONLN);
    return static_cast<unsigned>(std::clamp(cpus - 1, 1L, long{WIRE_MAX_CORES}));
}

int parse_signal(const std::string& text) {
    const std::string name = text.rfind("SIG", 0) == 0 ? text.substr(3) : text;
    for (int signal = 1; signal <= 64; signal++) {
        const char* known = sigabbrev_np(signal);
        if (text == std::to_string(signal) || (known && name == known)) return signal;
    }
    throw Failure(fmt::format("`{}` is no signal; write TERM, KILL or a number from 1 to 64", text));
}

}  // namespace future
