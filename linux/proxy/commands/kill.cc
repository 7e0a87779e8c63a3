// SPDX-License-Identifier: MIT
// future kill: ends a program on a booted machine.
#include <cstring>

#include "command.h"
#include "ground/failure.h"
#include "fmt/format.h"

namespace future {

void add_kill(CLI::App& app, int&) {
    struct KillOptions {
        MachineOptions machine;
        uint32_t pid = 0;
        std::string signal = "TERM";
    };
    auto options = std::make_shared<KillOptions>();
    CLI::App* command = app.add_subcommand("kill", "End a program on a booted machine");
    command->add_option("pid", options->pid, "Which one: the PID that `future ps` shows")
        ->required()
        ->check([](const std::string& text) {
            const bool number = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == text.npos;
            return number ? std::string() : fmt::format("`{}` is no PID; see `future ps`", text);
        });
    command->add_option("-s,--signal", options->signal, "What its exit status shall say: 128 + signal")->capture_default_str();
    add_machine_options(*command, options->machine);
    command->callback([options] {
        const int signal = parse_signal(options->signal);
        const std::unique_ptr<Device> device = visit_machine(options->machine);
        future_device_kill packet = {};
        packet.request = verb(FUTURE_VERB_KILL);
        packet.pid = options->pid;
        packet.signal = static_cast<uint32_t>(signal);
        const int error = device->request(&packet, sizeof packet).head.error;
        if (error == ESRCH) throw Failure(fmt::format("no program has PID {}; see `future ps`", options->pid), 1);
        if (error == EPERM) throw Failure(fmt::format("the program with PID {} is another user's", options->pid), 1);
        if (error != 0) throw Failure(fmt::format("the machine refuses: {}", std::strerror(error)), 1);
    });
}

}  // namespace future
