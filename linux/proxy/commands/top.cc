// SPDX-License-Identifier: MIT
// future top: ps again and again, and which core belongs to whom.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "command.h"
#include "fmt/format.h"

namespace future {
namespace {

std::string owner_of(unsigned core, const std::vector<future_device_process>& processes) {
    for (const future_device_process& process : processes)
        if (process.core_mask >> core & 1) return fmt::format("{} ({})", process.pid, process.name);
    return "free";
}

std::string age(uint64_t ns) {
    const double seconds = static_cast<double>(ns) / 1e9;
    if (seconds < 120) return fmt::format("{:.0f} s", seconds);
    if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

std::string picture(const future_device_status& status, const std::vector<future_device_process>& processes) {
    std::string text = fmt::format("{} machine, up {}: {} process{}, {} of {} cores free, {} of {} MiB free\n\n",
                                   status.machine_kind == FUTURE_MACHINE_NATIVE ? "native" : "hosted",
                                   age(status.uptime_ns), status.processes, status.processes == 1 ? "" : "es", status.free_cores, status.cores, status.free_bytes >> 20,
                                   status.memory_bytes >> 20);
    text += fmt::format("{:>5} {:>9}  {:<8} {:>9} {:>9}  {}\n", "PID", "LINUX PID", "STATE", "MEMORY", "AGE", "NAME");
    for (const future_device_process& p : processes)
        text += fmt::format("{:>5} {:>9}  {:<8} {:>5} MiB {:>7.1f} s  {}\n", p.pid, p.linux_pid, state_name(p.state),
                            p.memory_bytes >> 20, static_cast<double>(p.age_ns) / 1e9, p.name);
    text += fmt::format("\n{:>5}  {}\n", "CORE", "PID (NAME)");
    for (unsigned core = 0; core < status.cores; core++)
        text += fmt::format("{:>5}  {}\n", core, owner_of(core, processes));
    return text;
}

// As many lines as the terminal has, less the one of the cursor: more would scroll the first ones away.
std::string fitting(std::string text) {
    winsize size = {};
    if (ioctl(1, TIOCGWINSZ, &size) != 0 || size.ws_row < 2) return text;
    size_t end = 0;
    for (unsigned line = 1; line < size.ws_row && end != text.npos; line++) end = text.find('\n', end ? end + 1 : 0);
    return end == text.npos ? text : text.substr(0, end + 1);
}

void show(const MachineOptions& options, double seconds, bool once) {
    const std::unique_ptr<Device> device = visit_machine(options);
    const char* terminal = getenv("TERM");
    const bool screen = !once && isatty(1) && terminal && *terminal && std::string_view(terminal) != "dumb";
    for (;;) {
        const std::string text = picture(status_of(*device), processes_of(*device));
        fmt::print("{}{}", screen ? "\033[H\033[J" : "", screen ? fitting(text) : text);
        if (std::fflush(stdout) != 0 || once) return;  // main says what went wrong
        pollfd gone = {device->descriptor(), POLLIN, 0};
        if (poll(&gone, 1, static_cast<int>(seconds * 1000)) > 0) device->notice();  // a Failure if the machine ended
    }
}

}  // namespace

void add_top(CLI::App& app, int&) {
    struct TopOptions {
        MachineOptions machine;
        double seconds = 1;
        bool once = false;
    };
    auto options = std::make_shared<TopOptions>();
    CLI::App* command = app.add_subcommand("top", "Show a booted machine, its cores and programs, until Ctrl-C");
    add_machine_options(*command, options->machine);
    command->add_option("-d,--delay", options->seconds, "Seconds between two looks")
        ->capture_default_str()
        ->check(CLI::Range(0.1, 3600.0));
    command->add_flag("-1,--once", options->once, "Look once");
    command->callback([options] { show(options->machine, options->seconds, options->once); });
}

}  // namespace future
