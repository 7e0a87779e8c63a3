// SPDX-License-Identifier: MIT
// `future top`: what it says of programs, and that a terminal is as it was before, whatever ended it.
#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <sstream>

#include "command.h"

using test::binary;
using test::guest;
using test::future;
using test::has;
using test::Outcome;

namespace {

// The words of the line about this proxy, or none.
std::vector<std::string> line_of(const std::string& table, pid_t proxy) {
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream text(line);
        std::vector<std::string> words;
        for (std::string word; text >> word;) words.push_back(word);
        if (words.size() > 3 && words[2] == std::to_string(proxy)) return words;
    }
    return {};
}

enum Column { kName = 3, kLoad = 5, kThreads = 7, kPeak = 8 };  // "12 %" is two words

// top on a terminal of its own.
class Screen {
public:
    Screen() {
        pid_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
        REQUIRE(pid_ >= 0);
        if (pid_ > 0) return;
        setenv("TERM", "xterm", 1);
        execl(binary("future").c_str(), "future", "top", "-d", "0.2", nullptr);
        _exit(127);
    }
    ~Screen() {
        if (pid_ > 0) kill(pid_, SIGKILL), waitpid(pid_, nullptr, 0);
        close(terminal_);
    }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    bool shows(const std::string& text) {
        std::string seen;
        for (int i = 0; i < 3000 && !has(seen, text); i++) {
            pollfd ready = {terminal_, POLLIN, 0};
            char piece[4096];
            if (poll(&ready, 1, 10) <= 0) continue;
            const ssize_t got = read(terminal_, piece, sizeof piece);
            if (got <= 0) return false;
            seen.append(piece, static_cast<size_t>(got));
        }
        return has(seen, text);
    }
    bool gives_single_keys() const { return !(modes() & ICANON); }
    bool is_as_before() const { return (modes() & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG); }
    void press(char key) { REQUIRE(write(terminal_, &key, 1) == 1); }
    pid_t pid() const { return pid_; }
    int wait() {
        int status = -1;
        for (int i = 0; i < 3000 && waitpid(pid_, &status, WNOHANG) == 0; i++) {
            pollfd ready = {terminal_, POLLIN, 0};
            char piece[4096];
            if (poll(&ready, 1, 10) > 0) (void)!read(terminal_, piece, sizeof piece);
        }
        pid_ = -1;
        return status;
    }

private:
    tcflag_t modes() const {
        termios now = {};
        REQUIRE(tcgetattr(terminal_, &now) == 0);
        return now.c_lflag;
    }
    int terminal_ = -1;
    pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("top says which program works and which sleeps, and how many threads each has") {
    const std::string name = "top-test-" + std::to_string(getpid());
    REQUIRE(future({"boot", "--name", name, "--cores", "2", "--memory", "512M"}).status == 0);
    {
        const std::vector<std::string> run{binary("future"), "run", "--name", name, "--memory", "64M", guest("crash")};
        std::vector<std::string> loop = run, sleep = run;
        loop.insert(loop.end(), {"loop", "thread"});
        sleep.push_back("sleep");
        test::Running looping({.words = loop}), sleeping({.words = sleep});
        REQUIRE(looping.wait_for_output("about to end badly"));
        REQUIRE(sleeping.wait_for_output("about to end badly"));
        bool told_apart = false;
        for (int i = 0; i < 50 && !told_apart; i++) {
            const Outcome top = future({"top", "--once", "--name", name});
            INFO(top.out, top.err);
            REQUIRE(top.status == 0);
            const auto busy = line_of(top.out, looping.pid()), idle = line_of(top.out, sleeping.pid());
            REQUIRE(busy.size() > kPeak);
            REQUIRE(idle.size() > kPeak);
            CHECK(busy[kName] == "crash");
            told_apart = busy[kThreads] == "2" && busy[kPeak] == "2" && idle[kThreads] == "1" && idle[kPeak] == "1" &&
                         std::stoi(busy[kLoad]) > std::stoi(idle[kLoad]);
        }
        CHECK(told_apart);
        looping.kill_group(SIGTERM), sleeping.kill_group(SIGTERM);
        looping.wait(), sleeping.wait();
    }
    CHECK(future({"shutdown", "--force", "--name", name}).status == 0);
}

TEST_CASE("without a terminal it prints one picture after the other") {
    test::Running top({.words = {binary("future"), "top", "-d", "0.1"}});
    REQUIRE(top.wait_for_output("LOAD"));
    top.kill(SIGTERM);
    const Outcome outcome = top.wait();
    CHECK(outcome.signal == SIGTERM);
    CHECK(!has(outcome.out, "\033"));
}

TEST_CASE("q ends it, and the terminal is as it was before on every way out") {
    Screen quit, interrupted, terminated, stopped;
    for (Screen* each : {&quit, &interrupted, &terminated, &stopped}) {
        REQUIRE(each->shows("LOAD"));
        CHECK(each->gives_single_keys());
    }
    quit.press('x');
    quit.press('q');
    CHECK(quit.wait() == 0);
    interrupted.press('\003');
    CHECK(WTERMSIG(interrupted.wait()) == SIGINT);
    kill(terminated.pid(), SIGTERM);
    CHECK(WTERMSIG(terminated.wait()) == SIGTERM);
    stopped.press('\032');  // an orphan, as far as this terminal goes: Linux continues it at once
    REQUIRE(stopped.shows("LOAD"));
    CHECK(stopped.gives_single_keys());
    stopped.press('q');
    CHECK(stopped.wait() == 0);
    for (Screen* each : {&quit, &interrupted, &terminated, &stopped}) CHECK(each->is_as_before());
}
