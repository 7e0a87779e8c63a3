// SPDX-License-Identifier: MIT
// What a person sees when his program goes wrong: which thread, where, and what everybody waits for.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
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

using test::has;
using test::Scratch;

Outcome shell(const std::string& line) { return test::run({.words = {"/bin/sh", "-c", line}}); }

// MiB: what the largest of all that this test has started had of the computer's memory.
long peak() {
    rusage usage = {};
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_maxrss >> 10;
}

// Of some 250 characters; what it stands for has a gigabyte: each part is a pair of the one before.
std::string name_without_end(char function) {
    const std::string digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string name = std::string("_Z1") + function + "St4pairIiiE";
    for (size_t part = 0; part < 24; part++) name += std::string("S_IS") + digits[part] + "_S" + digits[part] + "_E";
    return name;
}

// A copy of `stuck` whose functions have such names, one in each trace or more.
std::string with_endless_names(const Scratch& scratch, const std::vector<std::string>& functions) {
    std::string renamed;
    for (char letter = 'a'; const std::string& function : functions)
        renamed += " --redefine-sym " + function + "=" + name_without_end(letter++);
    REQUIRE(shell("objcopy" + renamed + " " + guest("stuck") + " " + (scratch / "names")).status == 0);
    return scratch / "names";
}

// Another copy whose names of functions lie in a file beside it, as dwz(1) does it. That file is a FIFO.
std::string with_names_elsewhere(const Scratch& scratch) {
    const std::string fifo = scratch / "fifo", abbreviations = scratch / "abbreviations", link = scratch / "link";
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    REQUIRE(shell("objcopy --dump-section .debug_abbrev=" + abbreviations + " " + guest("stuck") + " /dev/null").status == 0);
    std::ifstream file(abbreviations, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::string name_here = "\x03\x0e", name_there = "\x03\x1d";  // DW_AT_name, DW_FORM_strp or DW_FORM_strp_sup
    for (size_t at = 0; (at = bytes.find(name_here, at)) != bytes.npos;) bytes.replace(at, 2, name_there);
    std::ofstream(abbreviations, std::ios::binary) << bytes;
    std::ofstream(link, std::ios::binary) << fifo << '\0' << std::string(20, 'i');
    REQUIRE(shell("objcopy --update-section .debug_abbrev=" + abbreviations + " --add-section .gnu_debugaltlink=" + link + " " +
                  guest("stuck") + " " + (scratch / "elsewhere")).status == 0);
    return scratch / "elsewhere";
}

// Waits until this `future run` has a child of its own name, which reads the program file for it.
bool tells(pid_t proxy) {
    for (int look = 0; look < 2000 * test::slowness(); look++, usleep(5000))
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            std::ifstream file(entry.path() / "stat");
            std::string name, state;
            pid_t process = 0, parent = 0;
            if (file >> process >> name >> state >> parent && parent == proxy && name == "(future)") return true;
        }
    return false;
}

std::vector<std::string> run_words(const std::string& program, const std::string& how) {
    return {binary("future"), "run", "--cores", "2", program, how};
}

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

TEST_CASE("a name that stands for gigabytes is shown as it is in the file, or not at all where that takes too long") {
    Scratch scratch;
    const Outcome outcome = test::run({.words = run_words(with_endless_names(scratch, {"at_the_bottom"}), "null"), .time_out_seconds = 60});
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    CHECK((in_order(outcome.err, {"SIGSEGV", "#0", "inlined_store at ", "#0", name_without_end('a') + " at ", "#1", "in_between at ",
                                  "#2", "main at ", "\n  rax "}) ||
           in_order(outcome.err, {"SIGSEGV", "\n  rax ", "took longer than 10 s"})));
    CHECK(peak() < 600);
}

TEST_CASE("no other file is opened, whatever the program file says") {
    Scratch scratch;
    const Outcome outcome = test::run({.words = run_words(with_names_elsewhere(scratch), "null")});
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    CHECK(in_order(outcome.err, {"SIGSEGV", "#0", "#0", "at_the_bottom at ", "#1", "in_between at ", "#2", "main at ", "\n  rax "}));
}

TEST_CASE("of a large file no more is read than a trace needs") {
    Scratch scratch;
    const std::string sparse = scratch / "sparse";
    REQUIRE(shell("cp " + guest("stuck") + " " + sparse + " && truncate -s 1G " + sparse).status == 0);
    const Outcome outcome = test::run({.words = run_words(sparse, "null")});
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    CHECK(in_order(outcome.err, {"#0", "at_the_bottom at ", "stuck.c:", "main at ", "\n  rax "}));
    CHECK(peak() < 600);
}

// These make a report without end.
const std::vector<std::string> everywhere = {"at_the_bottom", "in_between", "waits", "main", "take_both"};

TEST_CASE("a report that has no end is given up, and the rest is told") {
    Scratch scratch;
    const std::string program = with_endless_names(scratch, everywhere);
    const Outcome outcome = test::run({.words = run_words(program, "null"), .time_out_seconds = 60});
    INFO(outcome.err);
    CHECK(outcome.status == 139);
    CHECK(in_order(outcome.err, {"SIGSEGV", "at address 0x0", "thread 0\n  rax ", "its calls are not shown: reading its file took longer than 10 s\n"}));
    CHECK_FALSE(has(outcome.err, "#0"));
    const Outcome deadlock = test::run({.words = run_words(program, "crossed"), .time_out_seconds = 60});
    INFO(deadlock.err);
    CHECK(deadlock.status == 134);
    CHECK(in_order(deadlock.err, {"deadlock: ", "thread 0 waits for the mutex 0x", ", which thread 1 (\"crossed\") has\n", "took longer"}));
}

TEST_CASE("Ctrl-C ends a run at once while its end is being told") {
    Scratch scratch;
    test::Running running({.words = run_words(with_endless_names(scratch, everywhere), "null"), .time_out_seconds = 60});
    REQUIRE(tells(running.pid()));
    running.kill_group(SIGINT);
    const Outcome outcome = running.wait();
    INFO(outcome.err);
    CHECK(outcome.signal == SIGINT);
    CHECK(in_order(outcome.err, {"SIGSEGV", "thread 0\n  rax "}));
    CHECK_FALSE(has(outcome.err, "longer"));
}

TEST_CASE("so do a second Ctrl-\\, and Ctrl-C, while all threads are being shown") {
    for (const int signal : {SIGQUIT, SIGINT}) {
        Scratch scratch;
        test::Running running({.words = run_words(with_endless_names(scratch, everywhere), "busy"), .time_out_seconds = 60});
        REQUIRE(running.wait_for_output("ready"));
        running.kill_group(SIGQUIT);
        REQUIRE(tells(running.pid()));
        std::this_thread::sleep_for(std::chrono::milliseconds(1200));  // more than the second in which a second one would do so anyway
        running.kill_group(signal);
        const Outcome outcome = running.wait();
        INFO(outcome.err);
        CHECK(outcome.signal == signal);
        CHECK(in_order(outcome.err, {"all threads", "thread 0 ", "thread 1 (\"patient\") waits for the condition variable 0x"}));
        CHECK_FALSE(has(outcome.err, "longer"));
    }
}
