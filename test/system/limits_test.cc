// SPDX-License-Identifier: MIT
// A limit of `future run` that a program met is named with its option; and what --stats says of threads.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "command.h"

using test::guest;
using test::Outcome;

namespace {

Outcome run(std::vector<std::string> words) {
    words.insert(words.begin(), {test::binary("future"), "run"});
    return test::run({.words = words});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// As /proc shows it, which asks for no permission.
rlimit most_files(pid_t process) {
    std::ifstream limits("/proc/" + std::to_string(process) + "/limits");
    for (std::string line; std::getline(limits, line);) {
        rlimit limit = {};
        if (sscanf(line.c_str(), "Max open files %lu %lu", &limit.rlim_cur, &limit.rlim_max) == 2) return limit;
    }
    return {};
}

// The only child of this `future run`.
pid_t machine_of(pid_t proxy) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "stat");
        std::string name, state, rest;
        pid_t process = 0, parent = 0;
        if (file >> process >> name >> state >> parent && parent == proxy) return process;
    }
    return -1;
}

}  // namespace

TEST_CASE("a program that fails for a limit: the option that moves it is named") {
    struct Case {
        std::vector<std::string> limit;
        const char* what;
        const char* said;
    };
    for (const Case& each : {Case{{"--max-threads", "20"}, "threads", "more threads than --max-threads 20\n"},
                             {{"--max-files", "50"}, "files", "more open files than --max-files 50\n"},
                             {{"--memory", "32M"}, "memory", "more memory than --memory 32M\n"}}) {
        CAPTURE(each.what);
        std::vector<std::string> words = each.limit;
        words.insert(words.end(), {guest("greedy"), each.what});
        const Outcome failed = run(words);
        INFO(failed.err);
        CHECK(failed.status == 1);
        CHECK(has(failed.err, each.said));
        CHECK(has(failed.err, "greedy: "));
        for (const char* other : {"--max-threads", "--max-files", "--memory"})
            CHECK(has(failed.err, other) == has(each.said, other));
        words.push_back("content");
        const Outcome content = run(words);
        CHECK(content.status == 0);
        CHECK(content.out == failed.out);
        CHECK(!has(content.err, "was refused"));
    }
    const Outcome other = run({guest("crash"), "exit"});
    CHECK(other.status == 7);
    CHECK(!has(other.err, "was refused"));
}

TEST_CASE("no more descriptors are asked of Linux than a program and its proxy need, nor by their machine") {
    const rlim_t hard = most_files(getpid()).rlim_max;
    for (const rlim_t before : {hard / 2, hard}) {  // raised, or lowered
        CAPTURE(before);
        const std::string words = test::binary("future") + " run --private --max-files 500 --max-threads 100 " + guest("crash") + " loop";
        test::Running running({.words = {"/bin/sh", "-c", "ulimit -Sn " + std::to_string(before) + " && exec " + words}});
        REQUIRE(running.wait_for_output("about to end badly"));
        const rlimit proxy = most_files(running.pid()), machine = most_files(machine_of(running.pid()));
        running.kill(SIGTERM);
        CHECK(proxy.rlim_max == hard);
        CHECK(proxy.rlim_cur >= std::min<rlim_t>(hard, 600));
        CHECK(proxy.rlim_cur < 600 + 1200);
        CHECK(machine.rlim_cur < 1000);
        running.wait();
    }
}

TEST_CASE("--stats counts threads: created, and most at once") {
    test::Scratch scratch;
    REQUIRE(run({"--stats=" + scratch / "stats", "--cores", "2", guest("many_threads"), "30"}).status == 0);
    const nlohmann::json stats = nlohmann::json::parse(std::ifstream(scratch / "stats"));
    CHECK(stats["threads_created"] == 30);
    CHECK(stats["threads_peak"] == 31);
    CHECK(has(run({"--stats", guest("many_threads"), "30"}).err, " 30 threads created, 31 at once,"));
}

// Linux's own tools start it like any file that may be executed.
TEST_CASE("a program that Linux starts says what to do") {
    const Outcome outcome = test::run({.words = {guest("arguments"), "x"}});
    CHECK(outcome.status == 126);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == guest("arguments") + ": this is a program of Future; use: future run " + guest("arguments") + "\n");
}
