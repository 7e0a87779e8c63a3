// SPDX-License-Identifier: MIT
// What a person sees when his program goes wrong: which thread, where, and what everybody waits for.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "command.h"

using test::binary;
using test::guest;
using test::Outcome;

namespace {

std::vector<std::string> command(const std::string& cores, const std::string& program, const std::string& how) {
    return {binary("future"), "run", "--cores", cores, guest(program), how};
}

Outcome stuck(const std::string& how, const std::string& cores = "2") {
    return test::run({.words = command(cores, "stuck", how)});
}

// The parts in this order, each behind the one before.
bool in_order(const std::string& text, const std::vector<std::string>& parts) {
    size_t at = 0;
    for (const std::string& part : parts) {
        at = text.find(part, at);
        if (at == text.npos) return false;
        at += part.size();
    }
    return true;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("an optimised program without frame pointers is traced to main, through inlined calls") {
    const Outcome outcome = stuck("null");
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    CHECK(in_order(outcome.err, {"SIGSEGV", "at address 0x0", "thread 0\n", "#0", "inlined_store at ", "stuck.c:", "(inlined)",
                                 "#0", "at_the_bottom at ", "stuck.c:", "#1", "in_between at ", "stuck.c:", "#2", "main at ",
                                 "stuck.c:", "\n  rax "}));
    CHECK_FALSE(has(outcome.err, "future_main"));  // what calls main is nobody's business
}

TEST_CASE("a crash inside libc, and a call of nothing, are traced to the caller") {
    const Outcome inside = stuck("strlen");
    INFO(inside.err);
    CHECK(in_order(inside.err, {"#0", "strlen", "null_string at ", "main at "}));
    const Outcome nothing = test::run({.words = command("1", "crash", "jump")});
    INFO(nothing.err);
    CHECK(in_order(nothing.err, {"#0", "0x000000001230  ?", "#1", "crash_here at ", "#2", "main at "}));
}

TEST_CASE("a stack overflow is called that, with thread, size and both ends of the trace") {
    const Outcome outcome = stuck("deep");
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    const std::string named = "thread 1 (\"worker\") has overflowed its stack of ";
    CHECK(in_order(outcome.err, {named, " KiB (pthread_attr_setstacksize gives more): SIGSEGV", "#0", "deeper at ",
                                 "more calls from there", "recurses at "}));
    // The default of 256 KiB, and what its last page has room for beyond that.
    const int kib = has(outcome.err, named) ? std::stoi(outcome.err.substr(outcome.err.find(named) + named.size())) : 0;
    CHECK(kib >= 256);
    CHECK(kib < 384);
    CHECK_FALSE(has(stuck("null").err, "overflowed"));
}

TEST_CASE("abort, assert and raise say where") {
    const Outcome aborted = test::run({.words = {binary("future"), "run", guest("crash"), "abort", "thread"}});
    INFO(aborted.err);
    CHECK(aborted.status == 134);
    CHECK(in_order(aborted.err, {"SIGABRT (Aborted) raised by thread 1", "abort at ", "crash_here at ", "on_thread at "}));
    const Outcome asserted = stuck("assert");
    INFO(asserted.err);
    CHECK(asserted.status == 134);
    CHECK(in_order(asserted.err, {"value == 42", "SIGABRT", "abort at ", "fails at ", "main at "}));
    const Outcome raised = stuck("raise");
    INFO(raised.err);
    CHECK(raised.status == 136);
    CHECK(in_order(raised.err, {"SIGFPE", "raised by thread 0", "main at "}));
}

TEST_CASE("a deadlock ends with who waits for what, and where") {
    for (const char* cores : {"1", "2", "3"}) {
        CAPTURE(cores);
        const Outcome crossed = stuck("crossed", cores);
        INFO(crossed.err);
        CHECK(crossed.status == 134);
        CHECK(in_order(crossed.err, {"deadlock: ", "thread 0 waits for the mutex second, which thread 1 (\"crossed\") has\n",
                                     "#0", "take_both at ", "#1", "main at ",
                                     "thread 1 (\"crossed\") waits for the mutex first, which thread 0 has\n", "#0",
                                     "take_both at ", "crossed at "}));
        const Outcome cond = stuck("cond", cores);
        CHECK(cond.status == 134);
        CHECK(in_order(cond.err, {"thread 0 waits for thread 1 (\"patient\") to end\n", "main at ",
                                  "thread 1 (\"patient\") waits for the condition variable never\n", "waits at "}));
        const Outcome join = stuck("join", cores);
        CHECK(join.status == 134);
        CHECK(in_order(join.err, {"thread 0 waits for thread 1 to end", "thread 1 waits for thread 0 to end"}));
        const Outcome objects = stuck("objects", cores);
        CHECK(objects.status == 134);
        for (const char* words : {"thread 0 waits for the semaphore units\n", "thread 1 waits for others at the barrier meeting\n",
                                  "thread 2 waits to read under the lock shared\n", "thread 3 waits to write under the lock shared\n"})
            CHECK(in_order(objects.err, {"deadlock: ", words}));
    }
}

TEST_CASE("a crash tells what ran on the other cores, and where") {
    const Outcome outcome = stuck("busy-crash");
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    CHECK(in_order(outcome.err, {"SIGSEGV", "at_the_bottom at ", "main at ", "thread 2 (\"busy\") ran on core ", "#0", "spins at ",
                                 "1 more thread did not run\n"}));
}

TEST_CASE("Ctrl-\\ shows all threads and lets the program go on; twice at once ends it") {
    test::Running running({.words = command("2", "stuck", "busy")});
    REQUIRE(running.wait_for_output("ready"));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    running.kill(SIGQUIT);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    running.kill(SIGQUIT);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    running.kill(SIGQUIT);
    const Outcome outcome = running.wait();
    INFO(outcome.err);
    CHECK(outcome.status == 131);
    for (int time = 0, at = 0; time < 2; time++) {
        const std::string said = outcome.err.substr(outcome.err.find("all threads", static_cast<size_t>(at)));
        CHECK(in_order(said, {"thread 0 waits for Linux\n", "main at ", "thread 1 (\"patient\") waits for the condition variable never\n",
                              "waits at ", "thread 2 (\"busy\") runs on core "}));
        at = static_cast<int>(outcome.err.size() - said.size()) + 1;
    }
}

TEST_CASE("a line for stderr is one call, of however many pieces") {
    const Outcome outcome = test::run({.words = {binary("future"), "run", "--stats", guest("stuck"), "pieces"}});
    INFO(outcome.err);
    CHECK(in_order(outcome.err, {"1 and two and 3,  4.50%\npieces: No such file or directory\nwhole line\n", "3 delegated calls"}));
}
