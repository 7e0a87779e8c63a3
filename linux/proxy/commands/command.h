// SPDX-License-Identifier: MIT
// What the subcommands of `future` share: how each one joins the command line, and options that several have.
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "device.h"

namespace future {

// Each adds its subcommand to the application; its action stores the exit status in `status`.
void add_boot(CLI::App&, int& status);
void add_shutdown(CLI::App&, int& status);
void add_run(CLI::App&, int& status);
void add_ps(CLI::App&, int& status);
void add_kill(CLI::App&, int& status);
void add_log(CLI::App&, int& status);
void add_doctor(CLI::App&, int& status);

// The words of the command line with `--` in front of the program that `run` shall run.
std::vector<std::string> separate_program(const CLI::App&, int argc, char** argv);

struct MachineOptions {
    std::string name = "default";
    std::string kind = "hosted";
    // Throws Failure for a machine that this build cannot make.
    void check() const;
};
void add_machine_options(CLI::App&, MachineOptions&);
void add_size_option(CLI::App&, const std::string& name, uint64_t& bytes, const std::string& help);

// The booted machine, else Failure that tells how to boot one.
std::unique_ptr<Device> booted_machine(const MachineOptions&);
// What is Future's if nobody says otherwise: all CPUs but one, which is Linux's, so that either side may spin.
unsigned default_cores();
// A number 1 … 64 or a name with or without SIG.
int parse_signal(const std::string& text);

}  // namespace future
