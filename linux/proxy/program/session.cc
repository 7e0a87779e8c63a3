// SPDX-License-Identifier: MIT
// create → load → run → serve → exit notice → no call in flight → exit confirmed (by closing the device).
#include "program/session.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "apart/apart.h"
#include "machine/computer_memory.h"
#include "program/crash_report.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "futurek/abi/start_block.h"
#include "machine/notice.h"
#include "program/plugins.h"
#include "words/printable.h"
#include "words/say.h"
#include "program/signals.h"

namespace future {
namespace {

constexpr uint32_t kAwakeTurns = 50;  // a turn takes about 2 µs

unsigned cpus() {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
}

[[noreturn]] void cannot_create(const future_device_answer& answer, const SessionOptions& options) {
    if (answer.error == EBUSY)
        throw Failure(fmt::format("{} cores asked for, {} are free; ask for fewer with --cores, or wait with --wait",
                                  options.cores, answer.detail));
    if (answer.error == ENOMEM)
        throw Failure(fmt::format("{} MiB of memory asked for, the largest free piece has {}; ask for less with --memory, "
                                  "or wait with --wait", options.memory_bytes >> 20, answer.detail >> 20));
    if (answer.error == EPROTO) throw Failure("the machine is of another version; `future shutdown`, then `future boot`");
    throw Failure(fmt::format("the machine made no process: {}", std::strerror(answer.error)));
}

// The arena is a sealed file, all of which may be touched: SIGBUS there means that Linux had no page for it.
bool ran_out_of_memory(const ExceptionNotice& exception, const Program& program) {
    return exception.signal == SIGBUS && exception.address - program.created.arena_address < program.created.arena_bytes;
}

// So many of the program's cores may be awake while one of them spins: one of Linux's CPUs is ours.
uint32_t spin_cores(const Program& program) {
    return program.own_cores ? program.created.cores : cpus() - 1;
}

}  // namespace

void block_ending_signals() {
    const sigset_t set = users_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Session::Session(std::unique_ptr<Device> device, const ProgramFile& file, const SessionOptions& options)
    : file_(file), device_(std::move(device)) {
    ask_for_process(options);
    // While the machine makes it:
    image_ = check_elf(file.bytes(), file.path());
    interfaces_ = handlers_.interfaces();
    for (const std::string& plugin : options.plugins) interfaces_.push_back(load_plugin(plugin, interfaces_));
    check_calls(image_, interfaces_, file.path());
    signal_set_ = users_signals();
    if (const future_device_answer answer = device_->created(program_); answer.error != 0) cannot_create(answer, options);
    for (const Descriptor& shared : program_.shared) handlers_.file.forbid(shared.get());

    PumpOptions& pump = pump_options_;
    const future_device_created& created = program_.created;
    pump.ring_lines = created.ring_lines;
    pump.cores = created.cores;
    pump.max_calls = created.max_threads;
    pump.doorbell = program_.doorbell.get();
    pump.descriptor_limit = descriptor_limit();
    pump.max_workers = options.max_workers;
    spin_cores_ = spin_cores(program_);
    spin_turns_ = options.spin_turns ? *options.spin_turns : uint32_t{WIRE_SPIN_LEARNS};
    pump.spin_turns = spin_turns_ == WIRE_SPIN_LEARNS && spin_cores_ == 0 ? 0 : spin_turns_;
    awake_turns_ = pump.spin_turns == 0 ? 0 : kAwakeTurns;
    pump.capture = options.capture;
}

Session::~Session() {
    stop_serving();
    pump_.reset();    // no call is in flight any more: only now
    device_.reset();  // may the machine give the memory to others
}

// The program is gone, and nobody watches signals any more: from here on they end us at once, since a call that Linux does
// not interrupt may keep us for ever.
void Session::stop_serving() {
    pthread_sigmask(SIG_UNBLOCK, &signal_set_, nullptr);
    if (!pump_) return;
    pump_->stop([this](const std::string& calls) {
        say(fmt::format("future: {}: waiting for {}; Ctrl-C{} to leave it\n", file_.path(), calls, ending_signal_ ? " again" : ""));
    });
}

void Session::ask_for_process(const SessionOptions& options) {
    future_device_create wish = {};
    wish.request = verb(FUTURE_VERB_CREATE);
    wish.memory_bytes = options.memory_bytes;
    wish.cores = options.cores;
    wish.max_threads = options.max_threads;
    wish.flags = options.wait ? FUTURE_CREATE_WAIT : 0;
    wish.linux_pid = static_cast<uint32_t>(getpid());
    const std::string name = file_.path().substr(file_.path().rfind('/') + 1);
    std::memcpy(wish.name, name.data(), std::min(name.size(), sizeof wish.name - 1));
    device_->send(&wish, sizeof wish);
}

int Session::run(const StartPlan& plan) {
    StartPlan whole = plan;
    whole.spin_limit = spin_turns_;
    whole.spin_cores = spin_cores_;
    Loaded loaded = load(file_, image_, whole, program_);
    start_block_ = loaded.run.start_block;
    constant_ = std::move(loaded.constant);
    device_->send(&loaded.run, sizeof loaded.run);
    // While the program begins:
    device_->map(program_);
    for (Descriptor& shared : program_.shared) shared = Descriptor();
    const Answer answer = device_->answer();
    if (answer.head.error != 0)
        throw Failure(fmt::format("the machine refuses to run {}: {}", file_.path(), std::strerror(answer.head.error)));
    pthread_sigmask(SIG_BLOCK, &signal_set_, nullptr);  // not before: who waits for cores, or an answer, can be interrupted
    const int status = control();
    stop_serving();
    if (pump_ && pump_->capture_error())
        tell(fmt::format("future: the capture ends early: {}\n", std::strerror(pump_->capture_error())));
    return status;
}

// The program's own words, which are shown and believed by nobody.
Usage Session::usage() const {
    const wire_program_line& said = program_.channel->program;
    const uint64_t threads = wire_load(&said.threads), limits = wire_load(&said.limits_hit);
    return {wire_threads_created(threads), wire_load(&said.threads_peak), (limits & WIRE_LIMIT_THREADS) != 0,
            (limits & WIRE_LIMIT_MEMORY) != 0, pump_ && pump_->wanted_descriptors()};
}

// Until the exit notice; what it waits for can always come, whatever the pump's threads are doing. The pump is made when
// the program rings for the first time (until then its ring reads "nobody attends"): a program that asks nothing costs
// none of its threads, descriptors and memory.
int Session::control() {
    int status = 0;
    if (await_awake(status)) return status;
    watch_signals();
    while (!take_notices(status)) attend(-1);
    return status;
}

// To everything but notices, for which it waits too: so many milliseconds, or as long as it takes.
void Session::attend(int milliseconds) {
    pollfd watched[] = {{device_->descriptor(), POLLIN, 0}, {signals_.get(), POLLIN, 0},
                        {gave_up_ || !pump_ ? -1 : pump_->failure_event(), POLLIN, 0},
                        {pump_ ? -1 : program_.doorbell.get(), POLLIN, 0}};
    if (poll(watched, 4, milliseconds) <= 0) return;
    if (watched[1].revents) take_signal();
    if (watched[2].revents) take_failure();
    if (watched[3].revents) serve();
}

// A program that ends at once, or asks something at once, is awaited awake for a moment; signals wait as long. True: it
// has ended.
bool Session::await_awake(int& status) {
    for (uint32_t turns = 0; turns < awake_turns_; turns++) {
        if (take_notices(status)) return true;
        if (pump_) return false;
        for (int turn = 0; turn < 20; turn++) wire_pause();
        pollfd watched[] = {{device_->descriptor(), POLLIN, 0}, {program_.doorbell.get(), POLLIN, 0}};
        if (poll(watched, 2, 0) > 0 && watched[1].revents) return serve(), false;
    }
    return false;
}

void Session::serve() {
    const future_device_created& created = program_.created;
    const std::byte* const block = program_.arena + (start_block_ - created.arena_address);
    protections_.emplace(std::move(constant_), program_.arena, created.arena_address, created.arena_bytes,
                         reinterpret_cast<const uint64_t*>(block + offsetof(future_start_block, protections)));
    pump_options_.memory = guest_memory(program_.arena, created.arena_address, created.arena_bytes, program_.unpinnable,
                                        &*protections_);
    pump_options_.channel = program_.channel;
    pump_options_.bell = program_.bell;
    struct sigaction pipe_action = {};
    sigaction(SIGPIPE, nullptr, &pipe_action);
    pump_options_.pipe_signal = pipe_action.sa_handler != SIG_IGN;
    watch_signals();  // no descriptor of ours has a low number, not for an instant, once the program can be served
    pump_ = std::make_unique<Pump>(pump_options_, interfaces_);
    pump_->start();
}

void Session::watch_signals() {
    if (!signals_) signals_ = internal(signalfd(-1, &signal_set_, SFD_CLOEXEC | SFD_NONBLOCK));
}

// Ctrl-\ shows all threads and lets the program go on; a second one within a second is a signal like the others. Of those
// the first one asks the machine to end the program; the second does not wait for that.
void Session::take_signal() {
    signalfd_siginfo info;
    if (read(signals_.get(), &info, sizeof info) != sizeof info) return;
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGTSTP) return stop_for_a_while();
    const auto now = std::chrono::steady_clock::now();
    if (signal == SIGQUIT && !ending_signal_ && now > threads_shown_ + std::chrono::seconds(1)) {
        const Subject running{file_, program_, start_block_, {}};
        tell_report([&](Detail detail) { return threads_report(running, detail); });
        threads_shown_ = std::chrono::steady_clock::now();  // one that comes while they are being shown is the second, too
        return;
    }
    if (ending_signal_) die_by(signal);
    ending_signal_ = signal;
    device_->kill_own(static_cast<uint32_t>(signal));
}

// A machine of the program's own stops with us, and goes on first of all: nothing can come in between that leaves it
// stopped for ever (if we are killed meanwhile, Linux continues it: PR_SET_PDEATHSIG of future-machine; and it ends). On a machine that
// others share the program goes on until its next delegated call, which waits for us.
void Session::stop_for_a_while() {
    device_->hold(true);
    stop_ourselves();
    device_->hold(false);
}

void Session::take_failure() {
    gave_up_ = true;
    const Ending::Failure failure = pump_->failure();
    if (!failure.why.empty())
        tell(fmt::format("future: {}: broke the protocol and was ended: {}\n", file_.path(), failure.why));
    device_->kill_own(static_cast<uint32_t>(failure.signal));
}

// Not longer than until a signal comes: nobody may read.
void Session::tell(const std::string& text) {
    watch_signals();
    say(printable(text), signals_.get());
}

// Traces come from the program file, which may be an enemy's: a process apart reads it. Should that fail, we say what is
// known without.
void Session::tell_report(const std::function<std::string(Detail)>& report) {
    watch_signals();
    const ApartWork work = {[&] { return report(Detail::traced); }, [&] { device_->map_in_child(program_); }};
    const Apart made = made_apart(work, signals_.get());
    if (made.why.empty()) return tell(made.text);
    tell(report(Detail::plain) + (made.interrupted ? "" : fmt::format("future: {}: its calls are not shown: reading its file {}\n",
                                                                      file_.path(), made.why)));
}

// All its cores have stopped: what its memory says is exact.
void Session::say_how_it_ended(const ExitNotice& exit) {
    const Subject ended{file_, program_, start_block_, stopped_};
    if (exception_) return tell_report([&](Detail detail) { return crash_report(ended, *exception_, detail); });
    if (exit.kind != CONTROL_EXITED || exit.value <= kSignalled || last_report(ended, Detail::plain).empty()) return;
    tell_report([&](Detail detail) { return last_report(ended, detail); });
}

// True: the program has ended.
bool Session::take_notices(int& status) {
    while (const std::optional<Notice> notice = device_->notice()) {
        switch (notice_type(*notice)) {
            case CONTROL_EXIT_NOTICE_TYPE: {
                const ExitNotice exit = read_exit(*notice);
                say_how_it_ended(exit);
                status = exit.kind == CONTROL_EXITED ? exit.value & 0xff : kSignalled + exit.value;
                return true;
            }
            case CONTROL_EXCEPTION_TYPE:
                exception_ = read_exception(*notice);
                // No report: to look at the program's memory, and to tell of it, takes memory too.
                if (ran_out_of_memory(*exception_, program_)) {
                    exception_.reset();
                    tell(memory_is_gone(file_.path(), program_.created.arena_bytes));
                }
                break;
            case CONTROL_CORE_STOPPED_TYPE:
                if (stopped_.size() < WIRE_MAX_CORES) stopped_.push_back(read_core_stopped(*notice));
                break;
            case CONTROL_LOG_TYPE:
                tell(fmt::format("future: {}: {}\n", file_.path(), read_log(*notice).text));
                attend(0);  // a program that writes line after line must not keep us from anything
                break;
        }
    }
    return false;
}

}  // namespace future
