// SPDX-License-Identifier: MIT
// What the subcommands of `future` share: how each one joins the command line, and options that several have.
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "machine/device.h"

namespace future {

// Each adds its subcommand to the application; its action stores the exit status in `status`.
void add_boot(CLI::App&, int& status);
void add_shutdown(CLI::App&, int& status);
void add_run(CLI::App&, int& status);
void add_ps(CLI::App&, int& status);
void add_top(CLI::App&, int& status);
void add_kill(CLI::App&, int& status);
void add_log(CLI::App&, int& status);
void add_trace(CLI::App&, int& status);
void add_doctor(CLI::App&, int& status);

// The words of the command line with `--` in front of the program that `run` shall run.
std::vector<std::string> separate_program(const CLI::App&, int argc, char** argv);

struct MachineOptions {
    std::string name = "default";
    std::string kind;  // "hosted", "native"; empty: whichever is booted, a hosted one first
    bool may_be(const char* what) const { return kind.empty() || kind == what; }
};
void add_machine_options(CLI::App&, MachineOptions&);
inline constexpr uint64_t kLeastMemory = 2 << 20, kLeastStack = 64 << 10;  // an extent; a libc's needs
void add_size_option(CLI::App&, const std::string& name, uint64_t& bytes, const std::string& help,
                     uint64_t least = kLeastMemory);

// The booted machine, null if there is none. Knocks for so many ms at most (-1: as long as it takes).
std::unique_ptr<Device> find_machine(const MachineOptions&, int patience = -1);
// The same, but a Failure that tells how to boot one.
std::unique_ptr<Device> booted_machine(const MachineOptions&, int patience = -1);
// The same, for who runs no program and has drawn no line between descriptors.
std::unique_ptr<Device> visit_machine(const MachineOptions&);
future_device_status status_of(Device&);
future_device_status read_status(const Answer&);
std::vector<future_device_process> read_processes(const Answer&);
const char* state_name(uint32_t process_state);
// "0,2,3"
std::string core_list(uint64_t mask);
// What is Future's if nobody says otherwise: all CPUs but one, which is Linux's, so that either side may spin. Natively
// also those that Linux was told not to use (maxcpus=).
unsigned default_cores(bool native = false);
// A number 1 … 64 or a name with or without SIG.
int parse_signal(const std::string& text);

}  // namespace future
