// SPDX-License-Identifier: MIT
// future top: all machines again and again, with the load and the threads of each program.
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "fmt/format.h"
#include "keyboard.h"
#include "load.h"
#include "machines.h"

namespace future {
namespace {

constexpr useconds_t kFirstLook = 200000;  // µs: load is what happens between two looks

struct TopOptions {
    MachineOptions machine;
    bool named = false;
    double seconds = 1;
    bool once = false;
};

// Only Linux's own CPUs are counted by Linux.
bool is_measured(const MachineView& view) { return view.kind != "native" && view.silent.empty(); }

std::string or_dash(uint64_t number) { return number ? std::to_string(number) : "-"; }

std::string row(const MachineView& view, const future_device_process& p, const LoadMeter& meter) {
    std::optional<double> load;
    if (is_measured(view)) load = meter.of(static_cast<pid_t>(view.status.linux_pid), p.core_mask);
    return fmt::format("{:<12} {:>5} {:>9}  {:<16} {:<10} {:>6} {:>8} {:>8} {:>5} MiB  {:<8} {:>7}\n",
                       view.name.empty() ? "(private)" : view.name, p.pid ? std::to_string(p.pid) : "-", p.linux_pid, p.name,
                       core_list(p.core_mask), load ? fmt::format("{:.0f} %", *load * 100) : "-", or_dash(p.threads),
                       or_dash(p.threads_peak), p.memory_bytes >> 20, view.stopped ? "stopped" : state_name(p.state), age(p.age_ns));
}

std::string picture(const std::vector<MachineView>& views, const LoadMeter& meter) {
    std::string text;
    for (const MachineView& view : views)
        if (view.kind != "private") text += summary(view) + "\n";
    if (views.empty()) text += "no machine is booted, and no program runs on one of its own\n";
    text += fmt::format("\n{:<12} {:>5} {:>9}  {:<16} {:<10} {:>6} {:>8} {:>8} {:>9}  {:<8} {:>7}\n", "MACHINE", "PID",
                        "LINUX PID", "NAME", "CORES", "LOAD", "THREADS", "PEAK", "MEMORY", "STATE", "AGE");
    for (const MachineView& view : views)
        for (const future_device_process& process : view.processes) text += row(view, process, meter);
    return text;
}

std::vector<MachineView> look(const TopOptions& options, const CLI::App& app, LoadMeter& meter) {
    std::vector<MachineView> views = look_at_machines(options.machine, options.named, app);
    for (const MachineView& view : views)
        if (is_measured(view)) meter.look(static_cast<pid_t>(view.status.linux_pid));
    return views;
}

// As many lines as the terminal has, less the one of the cursor: more would scroll the first ones away.
std::string fitting(std::string text) {
    winsize size = {};
    if (ioctl(1, TIOCGWINSZ, &size) != 0 || size.ws_row < 2) return text;
    size_t end = 0;
    for (unsigned line = 1; line < size.ws_row && end != text.npos; line++) end = text.find('\n', end ? end + 1 : 0);
    return end == text.npos ? text : text.substr(0, end + 1);
}

void show(const TopOptions& options, const CLI::App& app) {
    draw_descriptor_limit();
    const char* terminal = getenv("TERM");
    const bool screen = !options.once && isatty(1) && terminal && *terminal && std::string_view(terminal) != "dumb";
    LoadMeter meter;
    look(options, app, meter);
    usleep(kFirstLook);
    std::optional<Keyboard> keyboard;
    if (screen) keyboard.emplace();
    for (;;) {
        const std::string text = picture(look(options, app, meter), meter);
        fmt::print("{}{}", screen ? "\033[H\033[J" : "", screen ? fitting(text + "\nq ends\n") : text);
        if (std::fflush(stdout) != 0 || options.once) return;  // main says what went wrong
        if (!screen) usleep(static_cast<useconds_t>(options.seconds * 1e6));
        else if (keyboard->wait_for_quit(static_cast<int>(options.seconds * 1000))) return;
    }
}

}  // namespace

void add_top(CLI::App& app, int&) {
    auto options = std::make_shared<TopOptions>();
    CLI::App* command = app.add_subcommand("top", "Show your machines and the programs on them, until q");
    add_machine_options(*command, options->machine);
    command->get_option("--name")->description("Only this booted machine (default: all, and machines of a program's own)")->default_str("");
    command->get_option("--machine")->description("Only machines of this kind (default: both)");
    command->add_option("-d,--delay", options->seconds, "Seconds between two looks")
        ->capture_default_str()
        ->check(CLI::Range(0.1, 3600.0));
    command->add_flag("-1,--once", options->once, "Look once");
    command->callback([options, command, &app] {
        options->named = command->count("--name") > 0;
        show(*options, app);
    });
}

}  // namespace future
