// SPDX-License-Identifier: MIT
// `future run`: what goes in, what comes out, and what is said when something is wrong.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "command.h"

using test::binary;
using test::guest;
using test::Outcome;
using test::Scratch;

namespace {

Outcome future_run(std::vector<std::string> words, test::Command command = {}) {
    command.words = {binary("future"), "run"};
    command.words.insert(command.words.end(), words.begin(), words.end());
    return test::run(std::move(command));
}

int lines(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// One clear line, and not a word on stdout.
void refused(const Outcome& outcome, int status, const std::string& saying) {
    INFO("stderr: ", outcome.err);
    CHECK(outcome.status == status);
    CHECK(outcome.out.empty());
    CHECK(has(outcome.err, saying));
    CHECK(lines(outcome.err) >= 1);
    CHECK(lines(outcome.err) <= 2);
}

}  // namespace

TEST_CASE("arguments, environment, streams and status pass through") {
    const Outcome outcome = future_run({guest("arguments"), "one", "", "--help", "three words here"},
                                       {.input = "to be copied\n", .environment = {"STATUS=42"}});
    CHECK(outcome.status == 42);
    CHECK(outcome.out == "1:one\n2:\n3:--help\n4:three words here\nto be copied\n");
    CHECK(outcome.err == "done\n");
}

TEST_CASE("a megabyte through stdin and stdout arrives whole") {
    std::string text;
    for (int i = 0; text.size() < (1u << 20); i++) text += std::to_string(i * 2654435761u) + "\n";
    const Outcome outcome = future_run({guest("arguments")}, {.input = text});
    CHECK(outcome.status == 0);
    CHECK(outcome.out == text);
}

TEST_CASE("the same program files, on one core and on several") {
    for (const char* cores : {"1", "2", "4"}) {
        CAPTURE(cores);
        Scratch scratch;
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{guest("files"), scratch.path()}, {guest("threads")}, {guest("many_threads"), "2000"},
              {guest("blocked"), "pipes", "1000"}, {guest("stacks")}, {guest("thread_local")},
              {guest("tls_torture"), "1000"}, {guest("barriers")}, {guest("rwlocks")}, {guest("semaphores")},
              {guest("cancel")}, {guest("attributes")}, {guest("masks")},
              {guest("c11_threads")}, {guest("allocator"), "50"}}) {
            std::vector<std::string> all{"--cores", cores};
            all.insert(all.end(), words.begin(), words.end());
            const Outcome outcome = future_run(all, {.time_out_seconds = 60});
            INFO(words[0], ": ", outcome.out, outcome.err);
            CHECK(outcome.status == 0);
            CHECK(has(outcome.out, " 0 failed"));
            CHECK(outcome.err.empty());
        }
    }
}

// Natively this is the hosted computer's Linux again, ten times slower.
TEST_CASE("the same checks hold on Linux itself, so they are right" * doctest::skip(test::native())) {
    Scratch scratch;
    CHECK(test::run({.words = {guest("native/files"), scratch.path()}}).status == 0);
    CHECK(test::run({.words = {guest("native/threads")}}).status == 0);
    CHECK(test::run({.words = {guest("native/blocked"), "pipes", "200"}}).status == 0);
    CHECK(test::run({.words = {guest("native/stacks")}}).status == 0);
    CHECK(test::run({.words = {guest("native/memory"), "600"}}).status == 0);
    CHECK(test::run({.words = {guest("native/thread_local")}}).status == 0);
    CHECK(test::run({.words = {guest("native/tls_torture"), "500"}}).status == 0);
    for (const char* program : {"barriers", "rwlocks", "semaphores", "cancel", "attributes", "c11_threads", "masks", "allocator"}) {
        CAPTURE(program);
        CHECK(test::run({.words = {guest(std::string("native/") + program)}}).status == 0);
    }
}

TEST_CASE("one malloc may be nearly as large as the program's memory, in whatever order sizes are asked for") {
    for (const auto& [memory, block] : {std::pair{"64M", "40"}, {"600M", "512"}, {"6G", "5900"}}) {
        if (test::native() && std::string(memory) == "6G") continue;
        const Outcome outcome = future_run({"--cores", "1", "--memory", memory, guest("memory"), block});
        INFO(outcome.out, outcome.err);
        CHECK(outcome.status == 0);
    }
    CHECK(future_run({"--memory", "33M", guest("arguments")}).status == 0);
    const Outcome less = future_run({"--memory", "600M", guest("memory"), "700"});
    CHECK(less.status == 1);
    CHECK(has(less.err, "no block of 700 MiB"));
}

// Natively all memory is taken at boot, and a program has its cores' share.
TEST_CASE("who does not say gets what the computer has, and what it leaves alone costs nothing" * doctest::skip(test::native())) {
    const long mib = sysconf(_SC_PHYS_PAGES) / 256;
    const Outcome outcome = future_run({"--private", guest("memory"), std::to_string(mib - mib / 8)}, {.time_out_seconds = 60});
    INFO(outcome.out, outcome.err);
    CHECK(outcome.status == 0);
    const Outcome limited = test::run({.words = {"sh", "-c", "ulimit -v 4000000; exec \"$@\"", "sh", binary("future"), "run",
                                                 "--private", guest("memory"), "900"}});
    INFO(limited.out, limited.err);
    CHECK(limited.status == 0);
}

TEST_CASE("main's stack is as large as one asks, and a thread may use all that it asked for") {
    const std::string small = std::to_string(100 << 10), large = std::to_string(64 << 20), eighth = std::to_string(2 << 20);
    CHECK(future_run({"--stack", "64M", guest("stacks"), large, "all"}).status == 0);
    CHECK(future_run({"--stack", "100K", guest("stacks"), small}).status == 0);
    CHECK(future_run({"--memory", "16M", guest("stacks"), eighth}).status == 0);
    CHECK(future_run({"--stack", "100K", guest("stacks")}).status == 139);
    refused(future_run({"--stack", "10K", guest("arguments")}), 125, "--stack");
    refused(future_run({"--stack", "8M", "--memory", "8M", guest("arguments")}), 126, "stack");
}

TEST_CASE("direct I/O, where Linux has it") {
    Scratch scratch;
    const Outcome theirs = test::run({.words = {guest("native/direct"), scratch.path()}});
    if (theirs.status == 77) {
        MESSAGE("skipped: ", scratch.path().string(), " has no direct I/O; set TMPDIR to a folder on a disk");
        return;
    }
    INFO("Linux: ", theirs.out, theirs.err);
    CHECK(theirs.status == 0);
    for (const char* cores : {"1", "2"}) {
        const Outcome ours = future_run({"--cores", cores, guest("direct"), scratch.path()}, {.time_out_seconds = 60});
        INFO("Future: ", ours.out, ours.err);
        CHECK(ours.status == 0);
        CHECK(ours.out == theirs.out);
    }
}

TEST_CASE("threads blocked where nothing can be polled do not stop the others") {
    Scratch scratch;
    for (int i = 0; i < 16; i++) REQUIRE(mkfifo((scratch / std::to_string(i)).c_str(), 0600) == 0);
    for (const char* cores : {"1", "3"}) {
        const Outcome outcome = future_run({"--cores", cores, guest("blocked"), "fifos", "16", scratch.path()});
        INFO(outcome.out, outcome.err);
        CHECK(outcome.status == 0);
    }
}

TEST_CASE("100,000 threads alive in one process") {
    const Outcome outcome = future_run({"--memory", "4G", "--max-threads", "110000", guest("many_threads"), "100000"},
                                       {.time_out_seconds = 120});
    INFO(outcome.out, outcome.err);
    CHECK(outcome.status == 0);
    MESSAGE("100,000 threads: ", outcome.seconds, " s");
}

TEST_CASE("more threads than the process may have: an error the program can handle") {
    const Outcome outcome = future_run({"--max-threads", "50", guest("many_threads"), "100"});
    CHECK(outcome.status == 1);
    CHECK(has(outcome.err, "thread 49:"));
    CHECK(has(outcome.err, "more threads than --max-threads 50\n"));
}

TEST_CASE("wordcount gives what coreutils give") {
    Scratch scratch;
    const std::string files = "/usr/share/common-licenses/*";
    const Outcome theirs = test::run({.words = {"sh", "-c", "cat " + files + " | tr -cs A-Za-z '\\n' | tr A-Z a-z | grep . | "
                                                "LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2"}});
    const Outcome ours = test::run({.words = {"sh", "-c", binary("future") + " run --cores 2 " + binary("wordcount") + " " + files}});
    CHECK(ours.status == 0);
    CHECK(ours.out == theirs.out);
    CHECK(lines(ours.out) > 1000);
}

TEST_CASE("a call added by one declaration is served by its plug-in, and refused in words without it") {
    const Outcome outcome = future_run({"--plugin", std::string(FUTURE_BIN) + "/../lib/host.so", binary("add_a_call")});
    CHECK(outcome.status == 0);
    CHECK(outcome.out.rfind("served by Linux ", 0) == 0);
    refused(future_run({binary("add_a_call")}), 126, "host.uname");
    refused(future_run({"--plugin", "/nowhere.so", binary("add_a_call")}), 125, "/nowhere.so");
    refused(future_run({"--plugin", guest("arguments"), binary("add_a_call")}), 125, "plug-in");
}

TEST_CASE("mandelbrot draws the picture that it draws on Linux") {
    Scratch scratch;
    CHECK(future_run({"--cores", "2", binary("mandelbrot"), "-w", "300", "-h", "200", scratch / "future.png"}).status == 0);
    CHECK(test::run({.words = {guest("native/mandelbrot"), "-w", "300", "-h", "200", scratch / "linux.png"}}).status == 0);
    CHECK(test::run({.words = {"cmp", scratch / "future.png", scratch / "linux.png"}}).status == 0);
}

TEST_CASE("a crash ends the program with signal, address and place, on any thread") {
    struct Case {
        const char* how;
        int status;
        const char* signal;
    };
    for (const Case& each : {Case{"null", 139, "SIGSEGV"}, {"constant", 139, "SIGSEGV"}, {"divide", 136, "SIGFPE"}, {"illegal", 132, "SIGILL"},
                             {"noncanonical", 139, "SIGSEGV"}, {"overflow", 139, "SIGSEGV"}})
        for (const bool on_thread : {false, true}) {
            CAPTURE(each.how);
            CAPTURE(on_thread);
            std::vector<std::string> words{"--cores", "2", guest("crash"), each.how};
            if (on_thread) words.push_back("thread");
            const Outcome outcome = future_run(words);
            INFO(outcome.err);
            CHECK(outcome.status == each.status);
            CHECK(outcome.out == "about to end badly\n");
            CHECK(has(outcome.err, each.signal));
            CHECK(has(outcome.err, std::string(each.how) == "overflow" ? "overflow" : "crash_here"));
            CHECK(has(outcome.err, "crash.c:"));
            CHECK(has(outcome.err, "rip"));
        }
    CHECK(future_run({guest("crash"), "jump"}).status == 139);
    CHECK(future_run({guest("crash"), "abort"}).status == 134);
    CHECK(future_run({guest("crash"), "exit", "thread"}).status == 7);
}

TEST_CASE("a raw system call in a program does not reach Linux") {
    const Outcome outcome = future_run({guest("crash"), "syscall"});
    CHECK(outcome.status == 128 + 31);
    CHECK(has(outcome.err, "SIGSYS"));
}

TEST_CASE("Ctrl-C and SIGTERM end a program whatever it does, and it is gone") {
    for (const char* what : {"loop", "sleep", "read"})
        for (const auto& [signal, status] : {std::pair{SIGINT, 130}, {SIGTERM, 143}, {SIGHUP, 129}}) {
            CAPTURE(what);
            CAPTURE(signal);
            std::string input;
            test::Running running({.words = {binary("future"), "run", "--cores", "2", guest("crash"), what, "thread"},
                                   .input = what == std::string("read") ? std::string(1 << 26, 'x') : ""});
            REQUIRE(running.wait_for_output("about to end badly"));
            running.kill_group(signal);
            const Outcome outcome = running.wait();
            CHECK(outcome.status == status);
            CHECK(outcome.seconds < 10 * test::slowness());
        }
}

TEST_CASE("a signal that was ignored stays ignored, as nohup wants it") {
    test::Running running({.words = {"sh", "-c", "trap '' HUP; exec \"$@\"", "sh", binary("future"), "run", "--private",
                                     "--cores", "1", guest("crash"), "loop"}});
    REQUIRE(running.wait_for_output("about to end badly"));
    running.kill(SIGHUP);
    usleep(100000);
    running.kill(SIGTERM);
    CHECK(running.wait().status == 143);
}

TEST_CASE("a folder of the program's name is not what PATH means") {
    Scratch scratch;
    REQUIRE(mkdir((scratch / "hello").c_str(), 0755) == 0);
    CHECK(test::run({.words = {"sh", "-c", "PATH=" + scratch.path().string() + ":" FUTURE_BIN " future run hello"}}).status == 0);
}

TEST_CASE("what cannot be run is refused in one line") {
    Scratch scratch;
    refused(future_run({"/nowhere/at/all"}), 127, "/nowhere/at/all");
    refused(future_run({scratch.path()}), 126, "not a regular file");
    REQUIRE(mkfifo((scratch / "pipe").c_str(), 0755) == 0);  // nobody will ever write
    refused(future_run({scratch / "pipe"}, {.time_out_seconds = 5 * test::slowness()}), 126, "not a regular file");
    std::ofstream(scratch / "text") << "#!/bin/sh\necho hello\n";
    chmod((scratch / "text").c_str(), 0755);
    refused(future_run({scratch / "text"}), 126, "no ELF");
    std::ofstream(scratch / "empty");
    chmod((scratch / "empty").c_str(), 0755);
    refused(future_run({scratch / "empty"}), 126, "empty");
    refused(future_run({"/bin/true"}), 126, "future-cc");
    std::filesystem::copy_file(guest("arguments"), scratch / "secret");
    refused(future_run({"--memory", "lots", guest("arguments")}), 125, "--memory");
    refused(future_run({"--max-files", "2", guest("arguments")}), 125, "--max-files");  // 2 is where we speak
    refused(future_run({"--memory", "2M", binary("wordcount")}), 134, "--memory");
}

TEST_CASE("unknown options and missing words say what to do") {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"run", "--coers", "2", "x"}, {"run"}, {"rum"}, {"run", "--cores", "0", "x"},
                                               {"run", "--cores", "two", "x"}, {"run", "--cores", "9999", "x"}, {"kill"},
                                               {"kill", "abc"}, {"kill", "99999999"}}) {
        std::vector<std::string> all{binary("future")};
        all.insert(all.end(), words.begin(), words.end());
        const Outcome outcome = test::run({.words = all});
        INFO(words[0], " ", words.size() > 1 ? words[1] : "", ": ", outcome.err);
        CHECK(outcome.status != 0);
        CHECK(outcome.status < 128);
        CHECK(!outcome.err.empty());
        CHECK(lines(outcome.err) <= 4);
    }
}

TEST_CASE("every command has help") {
    for (const char* command : {"boot", "shutdown", "run", "ps", "kill", "doctor"}) {
        const Outcome outcome = test::run({.words = {binary("future"), command, "--help"}});
        CHECK(outcome.status == 0);
        CHECK(has(outcome.out, "sage"));
    }
    CHECK(has(test::run({.words = {binary("future"), "--help"}}).out, "doctor"));
    CHECK(test::run({.words = {binary("future"), "--version"}}).status == 0);
}

TEST_CASE("a full disk is the program's to report, and it can") {
    const Outcome outcome = future_run({binary("wordcount"), "/etc/passwd"}, {.out_file = "/dev/full"});
    CHECK(outcome.status == 1);
    CHECK(has(outcome.err, "No space left"));
}

