// SPDX-License-Identifier: MIT
// future log: what a booted machine's kernel has said.
#include <poll.h>

#include <cstdio>

#include "command.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "machine/notice.h"

namespace future {
namespace {

// The machine sends what it has at once; a pause means that this was all. So does a line more than any machine keeps (256,
// today): it is a new one.
constexpr int kPauseMilliseconds = 50;
constexpr unsigned kMostLines = 1024;

void show(Device& device, bool follow) {
    for (unsigned lines = 0;;) {
        while (const std::optional<Notice> notice = device.notice()) {
            if (notice_type(*notice) != CONTROL_LOG_TYPE) continue;
            if (!follow && lines++ == kMostLines) return;
            fmt::print("{}\n", read_log(*notice).text);
        }
        if (std::fflush(stdout) != 0) return;  // main says what went wrong
        pollfd more = {device.descriptor(), POLLIN, 0};
        if (poll(&more, 1, follow ? -1 : kPauseMilliseconds) == 0) return;
    }
}

void print_log(const MachineOptions& options, bool follow) {
    const std::unique_ptr<Device> device = visit_machine(options);
    const future_device_request packet = verb(FUTURE_VERB_LOG);
    if (device->request(&packet, sizeof packet).head.error != 0) throw Failure("the machine does not show its log");
    try {
        show(*device, follow);
    } catch (const Failure&) {  // the machine is dead: this was all, and what was asked for
        if (follow) throw;
    }
}

}  // namespace

void add_log(CLI::App& app, int&) {
    auto options = std::make_shared<MachineOptions>();
    auto follow = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("log", "Show the kernel's log of a booted machine");
    add_machine_options(*command, *options);
    command->add_flag("-f,--follow", *follow, "Go on until the machine ends");
    command->callback([options, follow] { print_log(*options, *follow); });
}

}  // namespace future
