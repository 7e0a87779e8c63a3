// SPDX-License-Identifier: MIT
// create → load → run → serve → exit notice → no call in flight → exit confirmed (by closing the device).
#include "session.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crash_report.h"
#include "failure.h"
#include "fmt/format.h"
#include "notice.h"
#include "plugins.h"
#include "say.h"

namespace future {
namespace {

// About 100 µs: what two wake-ups cost here, and more than Linux needs to read a MiB from its cache.
constexpr uint32_t kSpinTurns = 4000;

sigset_t ending_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        struct sigaction inherited = {};
        sigaction(signal, nullptr, &inherited);
        if (inherited.sa_handler != SIG_IGN) sigaddset(&set, signal);  // nohup(1) and shells' background jobs
    }
    return set;
}

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

// How long anybody may spin: not at all if Linux's CPUs are too few for the program's cores and a thread of ours.
uint32_t choose_spin_turns(const Program& program) {
    return program.own_cores || cpus() > program.created.cores ? kSpinTurns : 0;
}

}  // namespace

void block_ending_signals() {
    const sigset_t set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Session::Session(std::unique_ptr<Device> device, const ProgramFile& file, const SessionOptions& options)
    : file_(file), device_(std::move(device)), image_(check_elf(file.bytes(), file.path())) {
    std::vector<Interface> interfaces = handlers_.interfaces();
    for (const std::string& plugin : options.plugins) interfaces.push_back(load_plugin(plugin, interfaces));
    check_calls(image_, interfaces, file.path());
    create(options);
    for (const Descriptor& shared : program_.shared) handlers_.file.forbid(shared.get());
    block_ending_signals();
    const sigset_t set = ending_signals();
    signals_ = internal(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));

    PumpOptions pump;
    const future_device_created& created = program_.created;
    pump.memory = guest_memory(program_.arena, created.arena_address, created.arena_bytes, program_.unpinnable);
    pump.channel = program_.channel;
    pump.ring_lines = created.ring_lines;
    pump.cores = created.cores;
    pump.max_calls = created.max_threads;
    pump.doorbell = program_.doorbell.get();
    pump.descriptor_limit = descriptor_limit();
    pump.max_workers = options.max_workers;
    spin_turns_ = options.spin_turns ? *options.spin_turns : choose_spin_turns(program_);
    pump.spin_turns = spin_turns_;
    awake_turns_ = spin_turns_ / 40;  // a turn of poll(2) takes about as long as 40 of the pump's
    pump.bell = program_.bell;
    pump.capture = options.capture;
    struct sigaction pipe_action = {};
    sigaction(SIGPIPE, nullptr, &pipe_action);
    pump.pipe_signal = pipe_action.sa_handler != SIG_IGN;
    pump_ = std::make_unique<Pump>(pump, interfaces);
}

Session::~Session() {
    pump_.reset();    // no call is in flight any more: only now
    device_.reset();  // may the machine give the memory to others
}

void Session::create(const SessionOptions& options) {
    future_device_create wish = {};
    wish.request = verb(FUTURE_VERB_CREATE);
    wish.memory_bytes = options.memory_bytes;
    wish.cores = options.cores;
    wish.max_threads = options.max_threads;
    wish.flags = options.wait ? FUTURE_CREATE_WAIT : 0;
    wish.linux_pid = static_cast<uint32_t>(getpid());
    const std::string name = file_.path().substr(file_.path().rfind('/') + 1);
    std::memcpy(wish.name, name.data(), std::min(name.size(), sizeof wish.name - 1));
    const future_device_answer answer = device_->create(wish, program_);
    if (answer.error != 0) cannot_create(answer, options);
}

int Session::run(const StartPlan& plan) {
    const future_device_run run = load(file_, image_, plan, program_);
    const Answer answer = device_->request(&run, sizeof run);
    if (answer.head.error != 0)
        throw Failure(fmt::format("the machine refuses to run {}: {}", file_.path(), std::strerror(answer.head.error)));
    const int status = control();
    pump_->stop();
    return status;
}

// Until the exit notice; what it waits for can always come, whatever the pump's threads are doing. The pump's first
// thread starts when the program rings for the first time (until then its ring reads "nobody attends"): a program that
// asks nothing costs none. A program that ends at once is awaited awake for a moment.
int Session::control() {
    bool serving = false;
    for (uint32_t turns = 0;;) {
        int status = 0;
        if (take_notices(status)) return status;
        pollfd watched[] = {{device_->descriptor(), POLLIN, 0}, {signals_.get(), POLLIN, 0},
                            {gave_up_ ? -1 : pump_->failure_event(), POLLIN, 0},
                            {serving ? -1 : program_.doorbell.get(), POLLIN, 0}};
        const bool awake = !serving && turns++ < awake_turns_;
        if (awake) sched_yield();  // the program's core may be queued behind us
        if (poll(watched, 4, awake ? 0 : -1) <= 0) continue;
        if (watched[1].revents) take_signal();
        if (watched[2].revents) take_failure();
        if (watched[3].revents) {
            pump_->start();
            serving = true;
        }
    }
}

// The first one asks the machine to end the program; the second does not wait for that.
void Session::take_signal() {
    signalfd_siginfo info;
    if (read(signals_.get(), &info, sizeof info) != sizeof info) return;
    const int signal = static_cast<int>(info.ssi_signo);
    if (ending_signal_) _exit(kSignalled + signal);
    ending_signal_ = signal;
    device_->kill_own(static_cast<uint32_t>(signal));
}

void Session::take_failure() {
    gave_up_ = true;
    const Pump::Failure failure = pump_->failure();
    if (!failure.why.empty())
        tell(fmt::format("future: {}: broke the protocol and was ended: {}\n", file_.path(), failure.why));
    device_->kill_own(static_cast<uint32_t>(failure.signal));
}

// Not longer than until a signal comes: nobody may read.
void Session::tell(const std::string& text) { say(text, signals_.get()); }

// True: the program has ended.
bool Session::take_notices(int& status) {
    while (const std::optional<Notice> notice = device_->notice()) {
        switch (notice_type(*notice)) {
            case CONTROL_EXIT_NOTICE_TYPE: {
                const ExitNotice exit = read_exit(*notice);
                status = exit.kind == CONTROL_EXITED ? exit.value & 0xff : kSignalled + exit.value;
                return true;
            }
            case CONTROL_EXCEPTION_TYPE:
                tell(crash_report(read_exception(*notice), file_, program_));
                break;
            case CONTROL_LOG_TYPE:
                tell(fmt::format("future: {}: {}\n", file_.path(), read_log(*notice).text));
                break;
        }
    }
    return false;
}

}  // namespace future
