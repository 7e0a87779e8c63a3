// SPDX-License-Identifier: MIT
// A terminal's keys: what ends or stops `future run` ends or stops it as a shell expects of any program.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "command.h"

using test::binary;
using test::guest;
using test::Outcome;

namespace {

std::vector<std::string> looping(const std::vector<std::string>& options = {"--private"}) {
    std::vector<std::string> words{binary("future"), "run", "--cores", "2", "--memory", "64M"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {guest("crash"), "loop"});
    return words;
}

// What ps says of the program behind this `future run`, or null.
nlohmann::json seen_by_ps(pid_t proxy) {
    const Outcome ps = test::run({.words = {binary("future"), "ps", "--json"}});
    INFO(ps.err);
    REQUIRE(ps.status == 0);
    const nlohmann::json all = nlohmann::json::parse(ps.out);
    for (const nlohmann::json& machine : all["machines"])
        if (machine["answers"] == true)
            for (const nlohmann::json& process : machine["processes"])
                if (process["linux_pid"] == proxy) return {{"machine", machine}, {"process", process}};
    return nullptr;
}

bool becomes(pid_t proxy, const std::string& state) {
    for (int i = 0; i < 500; i++, usleep(10000))
        if (const nlohmann::json seen = seen_by_ps(proxy); !seen.is_null() && seen["process"]["state"] == state) return true;
    return false;
}

bool stops(pid_t pid) {
    siginfo_t info;
    for (int i = 0; i < 500; i++, usleep(10000)) {
        info.si_pid = 0;
        if (waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED | WNOWAIT | WNOHANG) == 0 && info.si_pid == pid) return true;
    }
    return false;
}

bool is_gone(pid_t pid) {
    for (int i = 0; i < 500; i++, usleep(10000))
        if (kill(pid, 0) != 0) return true;
    return false;
}

}  // namespace

TEST_CASE("what ends a program from outside ends `future run` by the same signal") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        test::Running running({.words = looping()});
        REQUIRE(running.wait_for_output("about to end badly"));
        running.kill_group(signal);
        const Outcome outcome = running.wait();
        CHECK(outcome.signal == signal);
        CHECK(outcome.err.empty());
    }
}

TEST_CASE("so does Ctrl-\\, when it comes again and again") {
    test::Running running({.words = looping()});
    REQUIRE(running.wait_for_output("about to end badly"));
    siginfo_t info = {};
    for (int i = 0; i < 100 && info.si_pid == 0; i++, usleep(50000)) {
        running.kill_group(SIGQUIT);
        waitid(P_PID, static_cast<id_t>(running.pid()), &info, WEXITED | WNOWAIT | WNOHANG);
    }
    CHECK(running.wait().signal == SIGQUIT);
}

TEST_CASE("a program that ends by itself is no reason to die, whatever its status") {
    const Outcome outcome = test::run({.words = {binary("future"), "run", "--private", guest("crash"), "abort"}});
    CHECK(outcome.status == 134);
    CHECK(outcome.signal == 0);
}

TEST_CASE("Ctrl-C ends a shell's loop") {
    std::string line = "for i in 1 2 3; do echo turn $i;";
    for (const std::string& word : looping()) line += " '" + word + "'";
    test::Running running({.words = {"bash", "-c", line + "; done; echo after"}});
    REQUIRE(running.wait_for_output("about to end badly"));
    running.kill_group(SIGINT);
    const Outcome outcome = running.wait();
    CHECK(outcome.signal == SIGINT);
    CHECK(outcome.out.find("turn 2") == std::string::npos);
    CHECK(outcome.out.find("after") == std::string::npos);
}

TEST_CASE("Ctrl-Z stops a program with its machine, and it goes on") {
    test::Running running({.words = looping()});
    REQUIRE(running.wait_for_output("about to end badly"));
    REQUIRE(becomes(running.pid(), "running"));
    for (int round = 0; round < 3; round++) {
        running.kill_group(SIGTSTP);
        REQUIRE(stops(running.pid()));
        CHECK(becomes(running.pid(), "stopped"));
        running.kill_group(SIGCONT);
        CHECK(becomes(running.pid(), "running"));
    }
    running.kill_group(SIGTERM);
    CHECK(running.wait().signal == SIGTERM);
}

TEST_CASE("Ctrl-Z on a machine that others share stops the proxy, and nothing of theirs") {
    const std::string name = "signals-test-" + std::to_string(getpid());
    REQUIRE(test::run({.words = {binary("future"), "boot", "--name", name, "--cores", "3", "--memory", "512M"}}).status == 0);
    {
        test::Running running({.words = looping({"--name", name})});
        REQUIRE(running.wait_for_output("about to end badly"));
        running.kill_group(SIGTSTP);
        REQUIRE(stops(running.pid()));
        CHECK(test::run({.words = {binary("future"), "run", "--name", name, "--memory", "64M", guest("arguments")}}).status == 0);
        running.kill_group(SIGCONT);
        running.kill_group(SIGTERM);
        CHECK(running.wait().signal == SIGTERM);
    }
    CHECK(test::run({.words = {binary("future"), "shutdown", "--force", "--name", name}}).status == 0);
}

TEST_CASE("a stopped program can be ended, and nothing stays behind") {
    for (const int signal : {SIGTERM, SIGKILL}) {
        CAPTURE(signal);
        test::Running running({.words = looping()});
        REQUIRE(running.wait_for_output("about to end badly"));
        REQUIRE(becomes(running.pid(), "running"));
        const pid_t machine = seen_by_ps(running.pid())["machine"]["linux_pid"];
        running.kill_group(SIGTSTP);
        REQUIRE(stops(running.pid()));
        running.kill(signal);
        if (signal == SIGTERM) running.kill(SIGCONT);  // as a shell's `kill %1` does
        CHECK(running.wait().signal == signal);
        CHECK(is_gone(machine));
    }
}
