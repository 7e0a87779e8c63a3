// SPDX-License-Identifier: MIT
// The native machine's figures: the paper's Table 5, and calls beside a bare line and a bare interrupt of the same run.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "case.h"
#include "life_cycle.h"
#include "linux/kmod/uapi/future_ioctl.h"
#include "loader.h"
#include "notice.h"
#include "raw_peer.h"
#include "samples.h"

namespace bench {
namespace {

std::unique_ptr<future::Device> connect() {
    auto device = future::connect_native();
    if (!device) throw std::runtime_error("no native machine is booted: future boot --machine native");
    return device;
}

// A program that was created and loaded, and that no pump serves: for programs that ask for nothing.
class Program {
public:
    explicit Program(const std::filesystem::path& path) : file_(path), device_(connect()) {
        const future::ElfImage image = future::check_elf(file_.bytes(), file_.path());
        future_device_create wish = {};
        wish.request = future::verb(FUTURE_VERB_CREATE);
        wish.memory_bytes = 16 << 20;
        wish.cores = 1;
        wish.max_threads = 16;
        device_->send(&wish, sizeof wish);
        if (const int error = device_->created(program_).error) fail("create", error);
        char* environment[] = {nullptr};
        run_ = future::load(file_, image, {{file_.path()}, environment, 0}, program_);
    }
    void run() {
        if (const int error = device_->request(&run_, sizeof run_).head.error) fail("run", error);
    }
    // Asleep until the exit notice.
    void wait() {
        for (;;) {
            while (const auto notice = device_->notice())
                if (future::notice_type(*notice) == CONTROL_EXIT_NOTICE_TYPE) return;
            pollfd more = {device_->descriptor(), POLLIN, 0};
            poll(&more, 1, -1);
        }
    }
    wire_channel* channel() const { return program_.channel; }

private:
    [[noreturn]] static void fail(const char* what, int error) {
        throw std::runtime_error(std::string(what) + ": " + std::strerror(error));
    }
    future::ProgramFile file_;
    future::Program program_;
    std::unique_ptr<future::Device> device_;  // closed before the program's descriptors
    future_device_run run_;
};

// A line's round trip between this CPU and a core of Future's.
Samples raw_line(const Options& o) {
    Program peer(o.bin / "bench-raw-peer");
    const double scale = ns_per_tick();
    const int rounds = o.quick ? 5000 : 50000, warm_up = 1000;
    std::vector<double> values;
    peer.run();
    for (uint32_t i = 1; i <= static_cast<uint32_t>(rounds + warm_up); i++) {
        const uint64_t start = ticks();
        wire_store32(raw_ping(peer.channel()), i);
        while (wire_load32(raw_pong(peer.channel())) != i) wire_pause();
        if (i > warm_up) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    wire_store32(raw_ping(peer.channel()), RAW_STOP);
    peer.wait();
    return Samples(std::move(values));
}

// Interrupts both ways, measured by the module, nothing else done.
Samples bare_interrupts(const Options& o) {
    std::vector<uint32_t> ns(o.quick ? 500 : 5000);
    future_ioc_echo echo = {};
    echo.rounds = static_cast<uint32_t>(ns.size());
    echo.ns = reinterpret_cast<uint64_t>(ns.data());
    const int device = open(FUTURE_DEVICE_PATH, O_RDWR | O_CLOEXEC);
    if (device < 0 || ioctl(device, FUTURE_IOC_ECHO, &echo) != 0)
        throw std::runtime_error(std::string("FUTURE_IOC_ECHO: ") + std::strerror(errno));
    close(device);
    return Samples(std::vector<double>(ns.begin(), ns.end()));
}

Row round_trip(const Options& o) {
    const double scale = ns_per_tick();
    std::vector<double> values;
    for (int i = -20; i < (o.quick ? 50 : 500); i++) {
        Program program(o.bin / "bench-nothing");
        const uint64_t start = ticks();
        program.run();
        program.wait();
        if (i >= 0) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    return {"run request, exit notice", figure(Samples(std::move(values))), "ns", "the paper, SH-4A 600 MHz", 90e3, 0, true};
}

Row life(const Options& o) {
    const int rounds = o.quick ? 50 : 500;
    const Samples fork_exec = fork_exec_wait(o.bin / "bench-static-exit", rounds, false);
    return {"load, create, run, exit confirmed", figure(lives(o.bin / "bench-nothing", rounds, connect)), "ns",
            "fork+exec+wait, static glibc", fork_exec.median(), 0};
}

Row awake(const Options& o) {
    const Samples raw = raw_line(o);
    return {"null call, both awake", guest(o, "--spin 100000", o.quick ? "null 5000" : "null 50000"), "ns",
            "raw line, the same two CPUs", raw.median(), 3};
}

Row asleep(const Options& o) {
    const Samples bare = bare_interrupts(o);
    return {"null call, both asleep", guest(o, "--spin 0", o.quick ? "null 500" : "null 5000"), "ns",
            "bare interrupts both ways", bare.median(), 2};
}

constexpr Case kCases[] = {{"round-trip", round_trip}, {"life-cycle", life}, {"awake", awake}, {"asleep", asleep}};

}  // namespace

std::span<const Case> native_cases() { return kCases; }

}  // namespace bench
