// SPDX-License-Identifier: MIT
// future shutdown: ends a lasting machine.
#include <poll.h>

#include <csignal>
#include <cstring>

#include "command.h"
#include "ground/failure.h"
#include "fmt/format.h"

namespace future {
namespace {

void shut_down(const MachineOptions& options, bool force) {
    const std::unique_ptr<Device> device = visit_machine(options);
    const bool native = device->kind() == FUTURE_MACHINE_NATIVE;
    future_device_kill packet = {};
    packet.request = verb(FUTURE_VERB_SHUTDOWN);
    packet.signal = force ? SIGTERM : 0;
    const Answer answer = device->request(&packet, sizeof packet);
    if (answer.head.error == EBUSY)
        throw Failure("programs are running (see `future ps`); wait for them, or end them too with --force");
    if (answer.head.error == EPERM) throw Failure("shutting the native machine down needs root (CAP_SYS_ADMIN)");
    if (answer.head.error != 0) throw Failure(fmt::format("the machine refuses: {}", std::strerror(answer.head.error)));
    try {  // until the machine is gone
        for (;;) {
            pollfd gone = {device->descriptor(), POLLIN, 0};
            poll(&gone, 1, -1);
            while (device->notice()) continue;
        }
    } catch (const Failure&) {
        if (native) fmt::print("the native machine is shut down; its cores and memory are Linux's again\n");
        else fmt::print("machine `{}` is shut down\n", options.name);
    }
}

}  // namespace

void add_shutdown(CLI::App& app, int&) {
    auto options = std::make_shared<MachineOptions>();
    auto force = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("shutdown", "End a lasting machine");
    add_machine_options(*command, *options);
    command->add_flag("--force", *force, "Even if programs run on it: they are ended");
    command->callback([options, force] { shut_down(*options, *force); });
}

}  // namespace future
