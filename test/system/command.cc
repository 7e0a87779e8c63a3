// SPDX-License-Identifier: MIT
// Spawning, feeding and collecting a command with time-outs.
#include "command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

extern char** environ;

namespace test {
namespace {

double now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::array<int, 2> make_pipe() {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    return ends;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (std::string& word : words) result.push_back(word.data());
    result.push_back(nullptr);
    return result;
}

void close_end(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
}

// Takes what is there; closes the end at its end.
void take(int& fd, std::string& to) {
    char buffer[65536];
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got > 0)
        to.append(buffer, static_cast<size_t>(got));
    else if (got == 0 || errno != EAGAIN)
        close_end(fd);
}

}  // namespace

Running::Running(Command command) : command_(std::move(command)), started_(now()) {
    command_.time_out_seconds *= slowness();
    signal(SIGPIPE, SIG_IGN);
    auto in = make_pipe(), out = make_pipe(), err = make_pipe();
    if (!command_.out_file.empty()) {
        close(out[1]);
        out[1] = open(command_.out_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (int each : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&defaults, each);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> environment;
    for (char** each = environ; *each; each++) environment.push_back(*each);
    environment.insert(environment.end(), command_.environment.begin(), command_.environment.end());
    const int error = posix_spawnp(&pid_, command_.words[0].c_str(), &actions, &attributes,
                                   pointers(command_.words).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    for (int fd : {in[0], out[1], err[1]}) close(fd);
    in_ = in[1], out_ = out[0], err_ = err[0];
    for (int fd : {in_, out_, err_}) fcntl(fd, F_SETFL, O_NONBLOCK);
    if (error != 0) throw std::runtime_error("cannot start " + command_.words[0]);
}

Running::~Running() {
    if (pid_ > 0) {
        kill_group(SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    close_end(in_), close_end(out_), close_end(err_);
}

void Running::kill(int signal) const { ::kill(pid_, signal); }
void Running::kill_group(int signal) const { ::kill(-pid_, signal); }

bool Running::pump(int wait_ms) {
    pollfd polled[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}, {fed_ < command_.input.size() ? in_ : -1, POLLOUT, 0}};
    poll(polled, 3, wait_ms);
    if (polled[0].revents) take(out_, outcome_.out);
    if (polled[1].revents) take(err_, outcome_.err);
    if (polled[2].revents) {
        const ssize_t put = write(in_, command_.input.data() + fed_, command_.input.size() - fed_);
        fed_ = put > 0 ? fed_ + static_cast<size_t>(put) : command_.input.size();
    }
    if (fed_ >= command_.input.size()) close_end(in_);
    return out_ >= 0 || err_ >= 0;
}

bool Running::wait_for_output(const std::string& text) {
    while (outcome_.out.find(text) == std::string::npos)
        if (now() - started_ > command_.time_out_seconds || !pump(50)) return false;
    return true;
}

Outcome Running::wait() {
    int status = 0;
    bool ended = false;
    // A background child (a lasting machine) may hold the pipes: what counts is that the command itself has ended.
    while (!ended && now() - started_ < command_.time_out_seconds) {
        pump(5);
        ended = waitpid(pid_, &status, WNOHANG) == pid_;
    }
    for (int i = 0; i < 100 && ended && pump(0); i++) {
    }
    if (ended) {
        outcome_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        outcome_.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        pid_ = -1;
    }
    outcome_.seconds = now() - started_;
    return outcome_;
}

Outcome future(std::vector<std::string> words) {
    words.insert(words.begin(), binary("future"));
    return run({.words = std::move(words)});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Outcome run(Command command) { return Running(std::move(command)).wait(); }

bool native() {
    const char* machine = getenv("FUTURE_TEST_MACHINE");
    return machine && std::string(machine) == "native";
}

std::string binary(const std::string& name) { return std::string(FUTURE_BIN) + "/" + name; }
std::string guest(const std::string& name) { return std::string(FUTURE_BIN) + "/guest/" + name; }

Scratch::Scratch() {
    std::string name = std::filesystem::temp_directory_path() / "future-test-XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
}

Scratch::~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace test
