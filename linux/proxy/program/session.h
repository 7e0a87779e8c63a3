// SPDX-License-Identifier: MIT
// One program from create to exit confirmed; its control thread watches the machine, the signals and the pump at once.
#pragma once

#include <signal.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "machine/device.h"
#include "program/interfaces.h"
#include "program/loader.h"
#include "machine/notice.h"
#include "pump/pump.h"
#include "program/thread_report.h"

namespace future {

struct SessionOptions {
    unsigned cores = 1;
    uint64_t memory_bytes = 0;
    unsigned max_threads = 1 << 17;
    unsigned max_workers = 512;
    bool wait = false;
    int capture = -1;
    std::optional<uint32_t> spin_turns;  // of either side, before it sleeps; learnt if not given
    std::vector<std::string> plugins;  // files
};

// What the program says of its threads, and what it was refused because it had all of it.
struct Usage {
    uint64_t threads_created = 0, threads_peak = 0;
    bool wanted_threads = false, wanted_memory = false, wanted_descriptors = false;
};

class Session {
public:
    Session(std::unique_ptr<Device>, const ProgramFile&, const SessionOptions&);
    ~Session();

    // Runs the program to its end; the exit status for the shell. Signals that end or stop a process are blocked while it
    // runs.
    int run(const StartPlan&);
    std::map<std::string, CallCount> counts() const { return pump_ ? pump_->counts() : std::map<std::string, CallCount>(); }
    Usage usage() const;  // after run()
    int ended_by() const { return ending_signal_; }  // the user's signal to us that was to end the program; 0: none

private:
    void ask_for_process(const SessionOptions&);
    int control();
    bool await_awake(int& status);
    void attend(int milliseconds);
    void serve();
    void stop_serving();
    void watch_signals();
    void take_signal();
    void stop_for_a_while();
    void take_failure();
    void tell(const std::string& text);
    void tell_report(const std::function<std::string(Detail)>& report);
    bool take_notices(int& status);
    void say_how_it_ended(const ExitNotice&);

    const ProgramFile& file_;
    std::unique_ptr<Device> device_;
    ElfImage image_;
    Program program_;
    uint64_t start_block_ = 0;
    std::vector<Protections::Range> constant_;
    std::optional<Protections> protections_;  // the pump's
    std::optional<ExceptionNotice> exception_;
    std::vector<CoreStopped> stopped_;
    Handlers handlers_;
    PumpOptions pump_options_;
    std::vector<Interface> interfaces_;
    std::unique_ptr<Pump> pump_;  // from the program's first ring on
    sigset_t signal_set_;
    Descriptor signals_;          // from then on, or when the program has run for a moment
    int ending_signal_ = 0;
    std::chrono::steady_clock::time_point threads_shown_;  // by SIGQUIT
    bool gave_up_ = false;
    uint32_t spin_turns_ = 0, spin_cores_ = 0, awake_turns_ = 0;
};

// The signals that end or stop a program from outside; blocked before a session runs.
void block_ending_signals();

}  // namespace future
