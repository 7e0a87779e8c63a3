// SPDX-License-Identifier: MIT
// Runs a command as a person would, and keeps all that it said.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "../slowness.h"

namespace test {

struct Outcome {
    int status = -1;  // as a shell shows it: 128 + signal when a signal ended it; -1: it had to be killed (time-out)
    int signal = 0;   // that one
    std::string out, err;
    double seconds = 0;
};

struct Command {
    std::vector<std::string> words;
    std::string input;
    std::vector<std::string> environment;  // NAME=value, added to ours
    double time_out_seconds = 30;  // times slowness()
    std::string out_file;  // stdout goes here instead
};

// One that was started and not yet waited for; killed when it goes out of scope. In a process group of its own, so that
// kill_group does what a terminal's Ctrl-C does.
class Running {
public:
    explicit Running(Command command);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    pid_t pid() const { return pid_; }
    void kill(int signal) const;
    void kill_group(int signal) const;
    // Reads on until stdout holds `text`; false on time-out or end.
    bool wait_for_output(const std::string& text);
    Outcome wait();

private:
    bool pump(int wait_ms);  // false: both pipes ended

    Command command_;
    pid_t pid_ = -1;
    int in_ = -1, out_ = -1, err_ = -1;
    size_t fed_ = 0;
    double started_;
    Outcome outcome_;
};

Outcome run(Command command);
// The `future` command with these words behind it.
Outcome future(std::vector<std::string> words);

bool has(const std::string& text, const std::string& part);

// build/bin/<name>, and build/bin/guest/<name>.
std::string binary(const std::string& name);
std::string guest(const std::string& name);

// FUTURE_TEST_MACHINE=native: a lasting machine is the native one (in QEMU, where it is the only one), and programs without
// a machine of their own run on the one that the caller has booted.
bool native();

// A folder of its own for one test, gone afterwards.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace test
