// SPDX-License-Identifier: MIT
// Every way a program can end, many times: the other side notices, the exit status tells, and nothing is left behind.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "test/slowness.h"

extern char** environ;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kRounds = 200;

struct Process {
    pid_t pid, parent, session;
    std::string name;
};

std::vector<Process> machines() {
    std::vector<Process> found;
    DIR* all = opendir("/proc");
    while (const dirent* entry = readdir(all)) {
        std::ifstream file(std::string("/proc/") + entry->d_name + "/stat");
        std::string line;
        if (!std::getline(file, line)) continue;
        const size_t open = line.find('('), close = line.rfind(')');
        Process p = {atoi(line.c_str()), 0, 0, line.substr(open + 1, close - open - 1)};
        char state;
        int group;
        if (sscanf(line.c_str() + close + 1, " %c %d %d %d", &state, &p.parent, &group, &p.session) == 4 &&
            p.name == "future-machine" && state != 'Z' && p.session == getsid(0))
            found.push_back(p);
    }
    closedir(all);
    return found;
}

std::set<std::string> shared_memory() {
    std::set<std::string> names;
    DIR* all = opendir("/dev/shm");
    while (const dirent* entry = all ? readdir(all) : nullptr) names.insert(entry->d_name);
    if (all) closedir(all);
    return names;
}

// FUTURE_TEST_MACHINE=native: all programs run on the native machine, which the caller has booted.
bool native() {
    const char* machine = getenv("FUTURE_TEST_MACHINE");
    return machine && std::string(machine) == "native";
}

// A program with a core of its own; on a hosted machine of its own, too.
std::vector<std::string> run_victim(const std::string& mode) {
    std::vector<std::string> words{"run", "--cores", "1", "--memory", "16M", VICTIM, mode};
    if (native()) words.insert(words.begin() + 1, {"--machine", "native", "--wait"});
    else words.insert(words.begin() + 1, "--private");
    return words;
}

std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    for (char piece[512]; pipe && fgets(piece, sizeof piece, pipe);) text += piece;
    if (pipe) pclose(pipe);
    return text;
}

// All cores and all memory of a native machine are free.
bool all_free() {
    const std::string ps = output_of("'" FUTURE_COMMAND "' ps --machine native");
    unsigned free_cores, cores;
    unsigned long free_memory, memory;
    return sscanf(ps.c_str(), "native: native, up %*[^,], %u of %u cores free, %lu of %lu MiB", &free_cores, &cores, &free_memory,
                  &memory) == 4 && free_cores == cores && free_memory == memory;
}

bool nothing_left() {
    for (const auto end = Clock::now() + test::slowness() * std::chrono::seconds(5); Clock::now() < end;) {
        if (native() ? all_free() : machines().empty()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

class Run {
public:
    explicit Run(std::vector<std::string> arguments) {
        int out[2], in[2];
        REQUIRE(pipe2(out, O_CLOEXEC) == 0);
        REQUIRE(pipe2(in, O_CLOEXEC) == 0);
        arguments.insert(arguments.begin(), FUTURE_COMMAND);
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        posix_spawn_file_actions_adddup2(&actions, fileno(errors_), 2);
        REQUIRE(posix_spawn(&pid, FUTURE_COMMAND, &actions, nullptr, argv.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        close(out[1]);
        close(in[0]);
        output_ = out[0];
        input_ = in[1];
    }
    ~Run() {
        fclose(errors_);
        if (!reaped_) {
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, 0);
        }
        close(output_);
        close(input_);
    }
    bool ready() {
        char text[6];
        size_t have = 0;
        pollfd wait = {output_, POLLIN, 0};
        while (have < sizeof text && poll(&wait, 1, static_cast<int>(5000 * test::slowness())) == 1) {
            const ssize_t got = read(output_, text + have, sizeof text - have);
            if (got <= 0) break;
            have += static_cast<size_t>(got);
        }
        if (have < sizeof text) MESSAGE("not ready: " << errors());
        return have == sizeof text;
    }
    // As a shell sees it; -1: it did not end in time.
    int status() {
        for (const auto end = Clock::now() + test::slowness() * std::chrono::seconds(5); Clock::now() < end;) {
            int status;
            if (waitpid(pid, &status, WNOHANG) == pid) {
                reaped_ = true;
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            }
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
        return -1;
    }
    // What it said on standard error so far.
    std::string errors() {
        std::string text;
        char piece[512];
        rewind(errors_);
        while (const size_t got = fread(piece, 1, sizeof piece, errors_)) text.append(piece, got);
        return text;
    }
    pid_t pid = -1;

private:
    FILE* errors_ = tmpfile();
    int output_, input_;
    bool reaped_ = false;
};

const char* const kModes[] = {"nops", "read", "loop", "writes into the log"};

void end_by(int signal, int status) {
    const auto before = shared_memory();
    for (int round = 0; round < kRounds; round++) {
        Run run(run_victim(kModes[static_cast<unsigned>(round) % std::size(kModes)]));
        REQUIRE(run.ready());
        kill(run.pid, signal);
        INFO(run.errors());
        REQUIRE(run.status() == status);
        if (signal == SIGKILL || round % 20 == 0) REQUIRE(nothing_left());
    }
    CHECK(nothing_left());
    CHECK(shared_memory() == before);
}

}  // namespace

TEST_CASE("kill -9 of the proxy") { end_by(SIGKILL, 137); }
TEST_CASE("Ctrl-C") { end_by(SIGINT, 130); }
TEST_CASE("SIGTERM") { end_by(SIGTERM, 143); }

// Linux lets nobody interrupt a thread that writes the capture into a pipe which nobody reads.
TEST_CASE("a second Ctrl-C does not wait for a call that cannot be interrupted" * doctest::skip(native())) {
    char folder[] = "/tmp/future-endings-XXXXXX";
    REQUIRE(mkdtemp(folder));
    const std::string pipe = std::string(folder) + "/pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    const int reader = open(pipe.c_str(), O_RDWR | O_CLOEXEC);
    std::vector<std::string> words = run_victim("nops");
    words.insert(words.begin() + 1, {"--capture", pipe});
    Run run(words);
    REQUIRE(run.ready());
    for (int i = 0; i < 2; i++) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        kill(run.pid, SIGINT);
    }
    CHECK(run.status() == 130);
    CHECK(nothing_left());
    close(reader);
    unlink(pipe.c_str());
    rmdir(folder);
}

TEST_CASE("kill -9 of the machine" * doctest::skip(native())) {
    for (int round = 0; round < kRounds; round++) {
        Run run(run_victim(kModes[static_cast<unsigned>(round) % std::size(kModes)]));
        REQUIRE(run.ready());
        for (const Process& machine : machines())
            if (machine.parent == run.pid) kill(machine.pid, SIGKILL);
        INFO(run.errors());
        REQUIRE(run.status() == 125);
    }
    CHECK(nothing_left());
}

TEST_CASE("a program begins with nothing of the machine's in its registers") {
    CHECK(Run(run_victim("begin")).status() == 0);
}

TEST_CASE("a crash, a malformed message, an exit") {
    const struct { const char* mode; int status; } endings[] = {{"crash", 139}, {"malformed", 159}, {"exit", 7}};
    for (int round = 0; round < kRounds; round++)
        for (const auto& ending : endings) {
            // Emulated, each run takes 0.1 s: there the ends that are no accidents are fewer.
            if (native() && std::string(ending.mode) != "crash" && round % 10) continue;
            Run run(run_victim(ending.mode));
            INFO(run.errors());
            REQUIRE(run.status() == ending.status);
        }
    CHECK(nothing_left());
}

TEST_CASE("a lasting machine has all its cores back after each ending, and its name after its own" * doctest::skip(native())) {
    const std::string name = "fault-" + std::to_string(getpid());
    REQUIRE(Run({"boot", "--cores", "2", "--memory", "64M", "--name", name}).status() == 0);
    for (int round = 0; round < 100; round++) {
        // Both cores: the next round gets them only if this one's came back (it waits until they do).
        Run run({"run", "--name", name, "--wait", "--cores", "2", "--memory", "32M", VICTIM, kModes[static_cast<unsigned>(round) % std::size(kModes)]});
        REQUIRE(run.ready());
        const int signal = round % 2 ? SIGKILL : SIGTERM;
        kill(run.pid, signal);
        INFO(run.errors());
        REQUIRE(run.status() == 128 + signal);
    }
    CHECK(Run({"shutdown", "--force", "--name", name}).status() == 0);
    CHECK(Run({"ps", "--name", name}).status() == 125);
    std::ifstream sockets("/proc/net/unix");
    for (std::string line; std::getline(sockets, line);) CHECK(line.find(name) == std::string::npos);
}
