// SPDX-License-Identifier: MIT
// A cancel that is signalled exactly once ends the call, whichever instruction the signal falls on.
#include "caller/interruptible.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <signal.h>
#include <ucontext.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "doctest/doctest.h"
#include "test/slowness.h"

using namespace future;

extern "C" const char future_interruptible_end[];

namespace {

struct Sleeper {
    std::atomic<uint32_t> cancelled{0};
    std::atomic<uint32_t> round{0}, done{0};
    std::atomic<pid_t> tid{0};
    std::atomic<bool> wrong{false};

    void run(uint32_t rounds) {
        tid = gettid();
        for (uint32_t i = 1; i <= rounds; i++) {
            cancelled = 0;
            round = i;
            if (interruptible_syscall(&cancelled, SYS_pause, 0, 0, 0, 0, 0, 0) != -EINTR) wrong = true;
            done = i;
        }
    }
    bool finished(uint32_t i) {
        const auto end = std::chrono::steady_clock::now() + test::slowness() * std::chrono::seconds(3);
        while (done < i)
            if (std::chrono::steady_clock::now() > end) return false;
        return true;
    }
};

// Single-steps into the window between the look at the flag and `syscall`, and cancels there.
std::atomic<uint32_t> stepped_cancel{0};
std::atomic<int> steps{0};

void step(int, siginfo_t*, void* context) {
    greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    steps++;
    const auto before_end = reinterpret_cast<uintptr_t>(future_interruptible_end) - static_cast<uintptr_t>(registers[REG_RIP]);
    if (before_end != 2 && steps < 1000) return;  // `syscall` is two bytes long
    registers[REG_EFL] &= ~0x100;
    stepped_cancel = 1;
    interrupt(gettid());  // delivered when this handler returns: the next instruction is `syscall`
}

// A handler with SA_RESTART, as any other reason for which Linux begins a call anew: the program counter is back at
// `syscall`, which has changed registers by then. Its signal in turn brings the interrupt, at just that place.
void begin_anew(int) { interrupt(gettid()); }

}  // namespace

TEST_CASE("a signal between the look and the system call is enough") {
    install_interrupt_handler();
    struct sigaction action = {};
    action.sa_sigaction = step;
    action.sa_flags = SA_SIGINFO;
    sigfillset(&action.sa_mask);  // the interrupt waits until the stepped thread goes on
    sigaction(SIGTRAP, &action, nullptr);
    std::atomic<bool> lost{false}, over{false};
    const pid_t self = gettid();
    std::thread rescue([&] {
        for (int i = 0; i < 2000 * test::slowness() && !over; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        lost = !over;
        while (!over) {
            interrupt(self);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    asm volatile("sub $128, %%rsp; pushfq; orq $0x100, (%%rsp); popfq; add $128, %%rsp" ::: "memory", "cc");
    const long result = interruptible_syscall(&stepped_cancel, SYS_pause, 0, 0, 0, 0, 0, 0);
    over = true;
    rescue.join();
    signal(SIGTRAP, SIG_DFL);
    CHECK(result == -EINTR);
    CHECK(steps > 5);
    CHECK_FALSE(lost.load());
}

TEST_CASE("one signal is enough, whenever it comes") {
    install_interrupt_handler();
    constexpr uint32_t kRounds = 20000;
    Sleeper sleeper;
    std::thread thread([&] { sleeper.run(kRounds); });
    uint32_t i = 1;
    for (; i <= kRounds; i++) {
        while (sleeper.round < i) continue;
        sleeper.cancelled = 1;
        interrupt(sleeper.tid);
        if (!sleeper.finished(i)) break;
    }
    CHECK(i == kRounds + 1);
    CHECK_FALSE(sleeper.wrong.load());
    while (sleeper.done < kRounds) {
        sleeper.cancelled = 1;
        interrupt(sleeper.tid);
    }
    thread.join();
}

TEST_CASE("a signal without a cancel changes nothing") {
    install_interrupt_handler();
    Sleeper sleeper;
    std::thread thread([&] { sleeper.run(1); });
    while (sleeper.round < 1) continue;
    for (int i = 0; i < 100; i++) interrupt(sleeper.tid);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(sleeper.done == 0);
    sleeper.cancelled = 1;
    interrupt(sleeper.tid);
    CHECK(sleeper.finished(1));
    thread.join();
}

TEST_CASE("a call that Linux begins anew can be interrupted before it does") {
    install_interrupt_handler();
    struct sigaction action = {};
    action.sa_handler = begin_anew;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);  // the interrupt waits until the call is begun anew
    sigaction(SIGUSR1, &action, nullptr);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    std::atomic<uint32_t> cancelled{0};
    std::atomic<pid_t> tid{0};
    std::atomic<long> result{0};
    std::thread thread([&] {
        char byte;
        tid = gettid();
        result = interruptible_syscall(&cancelled, SYS_read, ends[0], reinterpret_cast<long>(&byte), 1, 0, 0, 0);
    });
    while (tid == 0) continue;
    for (int i = 0; i < 3; i++) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (i == 2) cancelled = 1;
        tgkill(getpid(), tid, SIGUSR1);
    }
    thread.join();
    CHECK(result == -EINTR);
    signal(SIGUSR1, SIG_DFL);
    close(ends[0]), close(ends[1]);
}

TEST_CASE("a call that completed keeps its result") {
    const std::atomic<uint32_t> cancelled{0};
    CHECK(interruptible_syscall(&cancelled, SYS_getpid, 0, 0, 0, 0, 0, 0) == getpid());
    const std::atomic<uint32_t> before{1};
    CHECK(interruptible_syscall(&before, SYS_getpid, 0, 0, 0, 0, 0, 0) == -EINTR);
}
