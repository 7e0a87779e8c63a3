// SPDX-License-Identifier: MIT
// A private machine is a process future-machine with --connection; its parent is the proxy, whose words name the program.
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "machines.h"
#include "words/printable.h"

namespace future {
namespace {

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string folder(pid_t pid) { return "/proc/" + std::to_string(pid); }

std::vector<std::string> words_of(pid_t pid) {
    std::istringstream text(contents(folder(pid) + "/cmdline"));
    std::vector<std::string> words;
    for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
    return words;
}

struct Life {
    char state = 0;  // as proc(5) has it
    pid_t parent = 0;
    uint64_t age_ns = 0;
};

// False: it has ended.
bool read_life(pid_t pid, Life& life) {
    const std::string text = contents(folder(pid) + "/stat");
    const size_t name_end = text.rfind(") ");  // a name may hold anything
    if (name_end == text.npos) return false;
    std::istringstream fields(text.substr(name_end + 2));
    std::string skipped;
    uint64_t started = 0;
    fields >> life.state >> life.parent;
    for (int field = 5; field < 22; field++) fields >> skipped;
    fields >> started;
    if (!fields || life.state == 'Z' || life.state == 'X') return false;
    timespec now = {};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const uint64_t tick = 1000000000u / static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
    const uint64_t now_ns = static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
    life.age_ns = now_ns - std::min(now_ns, started * tick);
    return true;
}

bool is_ours(pid_t pid) {
    std::ifstream status(folder(pid) + "/status");
    for (std::string word; status >> word;)
        if (uid_t uid = 0; word == "Uid:") return (status >> uid) && uid == getuid();
    return false;
}

uint64_t value_of(const std::vector<std::string>& words, const std::string& option) {
    const auto found = std::find(words.begin(), words.end(), option);
    return found == words.end() || found + 1 == words.end() ? 0 : strtoull((found + 1)->c_str(), nullptr, 10);
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// "future run --cores 2 ./squares 3" → "squares"
std::string program_of(pid_t proxy, const CLI::App& app) {
    std::vector<std::string> words = words_of(proxy);
    if (words.empty()) return "?";
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    const std::vector<std::string> separated = separate_program(app, static_cast<int>(argv.size()), argv.data());
    const auto dashes = std::find(separated.begin(), separated.end(), "--");
    if (dashes != separated.end() && dashes + 1 != separated.end()) return base_name(*(dashes + 1));
    return base_name(words[0]).rfind("future", 0) == 0 ? base_name(words[0]) : "?";  // one of our commands; or the proxy died
}

bool look(pid_t pid, const CLI::App& app, MachineView& view) {
    Life life;
    if (contents(folder(pid) + "/comm") != "future-machine\n" || !is_ours(pid) || !read_life(pid, life)) return false;
    const std::vector<std::string> words = words_of(pid);
    const uint64_t cores = std::min<uint64_t>(value_of(words, "--cores"), WIRE_MAX_CORES);
    if (std::find(words.begin(), words.end(), "--connection") == words.end() || cores == 0) return false;
    view.kind = "private";
    view.stopped = life.state == 'T';
    view.status.machine_kind = FUTURE_MACHINE_HOSTED;
    view.status.cores = static_cast<uint32_t>(cores);
    view.status.memory_bytes = value_of(words, "--memory");
    view.status.processes = 1;
    view.status.linux_pid = static_cast<uint32_t>(pid);
    view.status.uptime_ns = life.age_ns;
    future_device_process program = {};
    program.linux_pid = static_cast<uint32_t>(life.parent);
    program.state = FUTURE_PROCESS_RUNNING;
    program.cores = view.status.cores;
    program.core_mask = ~uint64_t{0} >> (WIRE_MAX_CORES - cores);
    program.memory_bytes = view.status.memory_bytes;
    program.age_ns = life.age_ns;
    const std::string name = printable(program_of(life.parent, app));
    std::memcpy(program.name, name.data(), std::min(name.size(), sizeof program.name - 1));
    view.processes.push_back(program);
    return true;
}

}  // namespace

std::vector<MachineView> private_machines(const CLI::App& app) {
    std::vector<MachineView> views;
    std::error_code error;
    for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
        const pid_t pid = static_cast<pid_t>(strtol(entry->path().filename().c_str(), nullptr, 10));
        MachineView view;
        if (pid > 0 && look(pid, app, view)) views.push_back(std::move(view));
    }
    return views;
}

}  // namespace future
