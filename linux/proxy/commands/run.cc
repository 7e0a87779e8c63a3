// SPDX-License-Identifier: MIT
// future run: one program, on the booted machine or on one of its own.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <cstring>
#include <optional>

#include <nlohmann/json.hpp>

#include "command.h"
#include "machine/computer_memory.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "words/say.h"
#include "program/session.h"

extern char** environ;

namespace future {
namespace {

struct RunOptions {
    MachineOptions machine;
    SessionOptions session;
    unsigned cores = 0;  // 0: choose
    unsigned max_files = 0;
    uint64_t stack_bytes = 0;
    std::optional<uint32_t> spin;
    bool private_machine = false;
    std::string stats;
    std::string capture;
    std::vector<std::string> command;
};

std::string stats_text(const Session& session, const RunOptions& options, double seconds) {
    uint64_t calls = 0, bytes = 0;
    std::string text;
    for (const auto& [name, count] : session.counts()) {
        calls += count.calls;
        bytes += count.bytes;
        text += fmt::format("  {:<20} {:>12}  {:>15}\n", name, count.calls, count.bytes ? fmt::format("{} B", count.bytes) : "");
    }
    const Usage usage = session.usage();
    return fmt::format("future: {}: {:.3f} s on {} core{}, {} thread{} created, {} at once, {} delegated calls, {} bytes worked on in "
                       "place\n{}",
                       options.command[0], seconds, options.session.cores, options.session.cores == 1 ? "" : "s",
                       usage.threads_created, usage.threads_created == 1 ? "" : "s", usage.threads_peak, calls, bytes, text);
}

std::string stats_json(const Session& session, const RunOptions& options, double seconds, int status) {
    nlohmann::json calls = nlohmann::json::object();
    uint64_t total = 0, bytes = 0;
    for (const auto& [name, count] : session.counts()) {
        calls[name] = {{"calls", count.calls}, {"bytes", count.bytes}};
        total += count.calls;
        bytes += count.bytes;
    }
    const Usage usage = session.usage();
    return nlohmann::json{{"program", options.command[0]}, {"seconds", seconds}, {"cores", options.session.cores},
                          {"threads_created", usage.threads_created}, {"threads_peak", usage.threads_peak}, {"status", status},
                          {"delegated_calls", total}, {"bytes_in_place", bytes}, {"calls", calls}}.dump(2) + "\n";
}

// Before the program runs: it may change its working directory, which is ours, and its descriptors.
Descriptor open_output(const std::string& path) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) throw Failure(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
    return internal(fd);
}

void report(const Session& session, const RunOptions& options, const Descriptor& stats, double seconds, int status) {
    if (options.stats == "-") say(stats_text(session, options, seconds));
    else if (stats && !write_patiently(stats.get(), stats_json(session, options, seconds, status)))
        say(fmt::format("future: cannot write {}: {}\n", options.stats, std::strerror(errno)));
}

// One for each call that may be parked, as many as there are threads; two for each worker (run_delay.cc, a file that it is
// about to judge); and those that there are once.
unsigned our_descriptors(const SessionOptions& session) { return session.max_threads + 2 * session.max_workers + 64; }

// Of a program that failed: which limits it met, and the option that moves each.
void name_limits(const Session& session, const RunOptions& options) {
    const Usage usage = session.usage();
    const auto name = [&options](const char* what, const std::string& limit) {
        say(fmt::format("future: {}: was refused more {} than {}\n", options.command[0], what, limit));
    };
    if (usage.wanted_threads) name("threads", fmt::format("--max-threads {}", options.session.max_threads));
    if (usage.wanted_descriptors) name("open files", fmt::format("--max-files {}", descriptor_limit()));
    if (usage.wanted_memory) name("memory", fmt::format("--memory {}M", options.session.memory_bytes >> 20));
}

// On a booted machine a program that does not say gets its cores' share, but not more than the computer has: the machine may
// have as many addresses for each core.
uint64_t fair_memory(Device& device, unsigned cores) {
    const future_device_status status = status_of(device);
    const uint64_t share = status.memory_bytes / std::max(status.cores, 1u) * cores >> 21 << 21;
    const uint64_t least = std::min(kLeastMemory, status.memory_bytes);
    return std::clamp(share, least, std::max(least, physical_memory()));
}

uint64_t whole_extents_above(uint64_t bytes) { return bytes + (-bytes & ((2 << 20) - 1)); }

std::unique_ptr<Device> choose_machine(RunOptions& options) {
    if (options.private_machine && options.machine.kind == "native")
        throw Failure("--private is a hosted machine of its own; the native one is shared");
    std::unique_ptr<Device> device = options.private_machine ? nullptr : find_machine(options.machine);
    if (!device && (options.machine.name != "default" || options.machine.kind == "native"))
        return booted_machine(options.machine);  // says how
    SessionOptions& session = options.session;
    session.cores = options.cores ? options.cores : device ? 1 : default_cores();
    if (!session.memory_bytes) session.memory_bytes = device ? fair_memory(*device, session.cores) : hosted_memory(1);
    // Machines hand memory out in whole pieces; what its program asks for has to fit into one of its own.
    return device ? std::move(device) : private_hosted(session.cores, whole_extents_above(session.memory_bytes));
}

int run(RunOptions& options) {
    own_open_descriptors(1 << 20);  // what we inherited, and nothing that we open
    StandardPlaces places;
    draw_descriptor_limit(options.max_files, our_descriptors(options.session));
    keep_standard_error();
    if (options.command[0].empty()) throw Failure("the program's name is empty", kNotFound);
    const ProgramFile file(options.command[0]);
    check_elf(file.bytes(), file.path());  // before a machine is started for it
    if (!options.capture.empty()) options.session.capture = open_output(options.capture).release();
    const Descriptor stats = options.stats.empty() || options.stats == "-" ? Descriptor() : open_output(options.stats);
    prctl(PR_SET_DUMPABLE, 0);  // from here on /proc/self/fd, and with it /dev/stdout, is not ours to open
    std::unique_ptr<Device> device = choose_machine(options);
    options.session.spin_turns = options.spin;
    Session session(std::move(device), file, options.session);
    const StartPlan plan{options.command, environ, options.stack_bytes};
    places.leave();
    const auto begin = std::chrono::steady_clock::now();
    const int status = session.run(plan);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (status != 0 && !session.ended_by()) name_limits(session, options);
    report(session, options, stats, took.count(), status);
    if (session.ended_by() && status == kSignalled + session.ended_by()) throw EndedBySignal{session.ended_by()};
    return status;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* command = app.add_subcommand("run", "Run a program on Future");
    command->add_option("--cores", options->cores, "Cores for the program (default: 1; all CPUs but one on a machine of its own)")
        ->check(CLI::Range(1u, unsigned{WIRE_MAX_CORES}));
    add_size_option(*command, "--memory", options->session.memory_bytes, "Memory for the program (default: what the computer has, or its cores' share of the machine's; taken as it is used)");
    add_size_option(*command, "--stack", options->stack_bytes, "Stack of main's thread (default: 8M, an eighth of a small memory; taken as it is used)", kLeastStack);
    add_machine_options(*command, options->machine);
    command->add_flag("--private", options->private_machine, "A machine of its own even if one is booted");
    command->add_flag("--wait", options->session.wait, "Wait until cores and memory are free");
    command->add_option("--max-threads", options->session.max_threads, "Most threads of the program")
        ->capture_default_str()
        ->check(CLI::Range(1u, 1u << 22));
    command->add_option("--max-files", options->max_files, "Most open files of the program (default: 8192)")
        ->check(CLI::Range(3u, 1u << 20));  // its first three are ours too; caller.cc knows no number beyond
    command->add_option("--stats", options->stats, "Say at the end what was done; =FILE: as JSON into FILE")
        ->expected(0, 1);
    command->add_option("--plugin", options->session.plugins, "Serve the interface in FILE too (repeatable)")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command->add_option("--spin", options->spin, "Turns either side spins before it sleeps (default: as each learns from its waits)");
    command->add_option("--capture", options->capture, "Write every request into FILE, as it was in the ring");
    command->add_option("program", options->command, "The program and its arguments")->required();
    command->callback([options, command, &status] {
        if (command->count("--stats") && options->stats.empty()) options->stats = "-";
        status = run(*options);
    });
}

// What follows the program is the program's, even if it looks like an option: `--` goes in front of it. An option's
// optional value comes behind `=` only.
std::vector<std::string> separate_program(const CLI::App& app, int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty() || words[0] != "run") return words;
    const CLI::App* command = app.get_subcommand("run");
    for (size_t i = 1; i < words.size(); i++) {
        if (words[i] == "--") break;
        if (words[i].size() < 2 || words[i][0] != '-') {
            words.insert(words.begin() + static_cast<std::ptrdiff_t>(i), "--");
            break;
        }
        const CLI::Option* option = command->get_option_no_throw(words[i]);
        if (words[i] == "--stats") words[i] = "--stats=-";
        else if (option && option->get_items_expected_min() > 0) i++;
    }
    return words;
}

}  // namespace future
