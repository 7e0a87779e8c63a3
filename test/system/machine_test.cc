// SPDX-License-Identifier: MIT
// A lasting machine: boot, several programs at once on cores of their own, ps, kill, shutdown.
#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "command.h"

using test::binary;
using test::guest;
using test::has;
using test::Outcome;

namespace {

constexpr int no_name_space = 77;

// A booted machine with a name of its own (the native one has none), shut down at the end.
class Machine {
public:
    explicit Machine(const std::string& cores, const std::string& memory = test::native() ? "1G" : "8G")
        : name_("test-" + std::to_string(getpid()) + "-" + std::to_string(++count)) {
        const Outcome boot = run({"boot", "--cores", cores, "--memory", memory});
        INFO(boot.err);
        REQUIRE(boot.status == 0);
    }
    ~Machine() { run({"shutdown", "--force"}); }
    Outcome run(std::vector<std::string> words) const { return test::run(command(std::move(words))); }
    // future VERB --name N rest…
    test::Command command(std::vector<std::string> words) const {
        const std::vector<std::string> which = test::native() ? std::vector<std::string>{"--machine", "native"}
                                                              : std::vector<std::string>{"--name", name_};
        words.insert(words.begin() + 1, which.begin(), which.end());
        words.insert(words.begin(), binary("future"));
        return {.words = words};
    }
    nlohmann::json ps() const {
        const Outcome shown = run({"ps", "--json"});
        if (shown.status != 0) MESSAGE("future ps: status " << shown.status << ": " << shown.err);
        return nlohmann::json::parse(shown.out)["machines"][0];
    }

private:
    static int count;
    std::string name_;
};
int Machine::count = 0;

std::unique_ptr<test::Running> start(const Machine& machine, const std::string& cores, const std::string& how) {
    auto running = std::make_unique<test::Running>(machine.command({"run", "--cores", cores, "--memory", "64M", guest("crash"), how}));
    REQUIRE(running->wait_for_output("about to end badly"));
    return running;
}

}  // namespace

TEST_CASE("several programs at once, each with its own cores") {
    Machine machine("4", test::native() ? "2G" : "8G");
    auto first = start(machine, "2", "loop");
    auto second = start(machine, "1", "sleep");
    const nlohmann::json listed = machine.ps();
    REQUIRE(listed["processes"].size() == 2);
    CHECK(listed["cores"] == 4);
    CHECK(listed["free_cores"] == 1);
    CHECK((listed["processes"][0]["core_mask"].get<uint64_t>() & listed["processes"][1]["core_mask"].get<uint64_t>()) == 0);
    // A third on the last core works; a crash of it leaves the others alone.
    CHECK(machine.run({"run", "--cores", "1", guest("crash"), "null"}).status == 139);
    CHECK(machine.run({"run", "--cores", "1", "--memory", "1G", guest("threads")}).status == 0);
    CHECK(machine.ps()["processes"].size() == 2);
    // More than are free: says how many, and nothing hangs.
    const Outcome refused = machine.run({"run", "--cores", "2", guest("threads")});
    CHECK(refused.status == 125);
    CHECK(refused.err.find("1 ") != std::string::npos);
    CHECK(refused.err.find("--wait") != std::string::npos);
    // --wait: it runs when the cores are free again.
    test::Running waiting(machine.command({"run", "--cores", "2", "--memory", "1G", "--wait", guest("threads")}));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    first->kill(SIGTERM);
    CHECK(first->wait().status == 143);
    CHECK(waiting.wait().status == 0);
    second->kill(SIGKILL);
    second->wait();
    for (int i = 0; i < 200 && machine.ps()["free_cores"] != 4; i++) usleep(10000);
    CHECK(machine.ps()["free_cores"] == 4);
    CHECK(machine.ps()["processes"].empty());
}

TEST_CASE("who waits for cores can be interrupted, and waits no more") {
    Machine machine("1");
    auto holder = start(machine, "1", "sleep");
    for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
        test::Running waiting(machine.command({"run", "--cores", "1", "--wait", guest("threads")}));
        std::this_thread::sleep_for(std::chrono::milliseconds(test::native() ? 500 : 100));
        waiting.kill(signal);
        CHECK(waiting.wait().status == 128 + signal);
    }
    holder->kill(SIGTERM);
    CHECK(holder->wait().status == 143);
    CHECK(machine.run({"run", "--cores", "1", guest("arguments")}).status == 0);
}

TEST_CASE("kill ends a program by its number") {
    Machine machine("2");
    auto running = start(machine, "1", "loop");
    const int pid = machine.ps()["processes"][0]["pid"];
    CHECK(machine.run({"kill", std::to_string(pid)}).status == 0);
    CHECK(running->wait().status == 143);
    CHECK(machine.run({"kill", std::to_string(pid)}).status != 0);
}

TEST_CASE("shutdown waits for nobody unless forced, and names who is running") {
    Machine machine("2");
    auto running = start(machine, "1", "sleep");
    const Outcome refused = machine.run({"shutdown"});
    CHECK(refused.status != 0);
    CHECK(refused.err.find("--force") != std::string::npos);
    CHECK(machine.run({"shutdown", "--force"}).status == 0);
    CHECK(running->wait().status >= 125);
    CHECK(machine.run({"ps"}).status != 0);
}

TEST_CASE("a machine's name can be taken once, and again after shutdown") {
    Machine machine("1");
    test::Command again = machine.command({"boot", "--cores", "1"});
    const Outcome taken = test::run(again);
    CHECK(taken.status != 0);
    CHECK(!taken.err.empty());
    CHECK(machine.run({"shutdown"}).status == 0);
    CHECK(test::run(again).status == 0);
}

TEST_CASE("no memory for a program is said with what there is") {
    Machine machine("2", "256M");
    const Outcome outcome = machine.run({"run", "--memory", "1G", guest("threads")});
    CHECK(outcome.status == 125);
    // Natively the kernel has taken its own share.
    CHECK(outcome.err.find(std::to_string(machine.ps()["free"].get<uint64_t>() >> 20)) != std::string::npos);
    CHECK(machine.run({"run", "--memory", "128M", guest("arguments")}).status == 0);
}

TEST_CASE("a low soft limit of open files keeps nobody from a machine") {
    Machine machine("1");
    const test::Command ps = machine.command({"ps"});
    std::string line = "ulimit -Sn 256; exec";
    for (const std::string& word : ps.words) line += " " + word;
    const Outcome outcome = test::run({.words = {"sh", "-c", line}});
    INFO(outcome.err);
    CHECK(outcome.status == 0);
}

TEST_CASE("the log is shown and that is all, though a program writes into it without end") {
    Machine machine("1");
    test::Command writer = machine.command({"run", "--memory", "16M", FUTURE_BIN "/../test/victim", "writes"});
    const std::vector<std::string> quietly{"sh", "-c", "exec \"$@\" 2>/dev/null", "sh"};
    writer.words.insert(writer.words.begin(), quietly.begin(), quietly.end());
    test::Running running(writer);
    REQUIRE(running.wait_for_output("ready"));
    test::Command log = machine.command({"log"});
    log.out_file = "/dev/null";
    log.time_out_seconds = 5 * test::slowness();
    CHECK(test::run(log).status == 0);
}

TEST_CASE("what goes on until Ctrl-C ends when its output cannot be written") {
    Machine machine("1");
    for (const std::vector<std::string>& words : {std::vector<std::string>{"top", "-d", "0.1"}, {"log", "-f"}}) {
        test::Command command = machine.command(words);
        command.out_file = "/dev/full";
        command.time_out_seconds = 5 * test::slowness();
        const Outcome outcome = test::run(command);
        CHECK(outcome.status == 125);
        CHECK(outcome.err.find("cannot write the output: No space left") != std::string::npos);
    }
}

TEST_CASE("somebody else's machine under the name that nobody asked for is passed over" * doctest::skip(test::native())) {
    if (geteuid() != 0) {
        MESSAGE("not tried: only root can become another user");
        return;
    }
    const pid_t alone = fork();
    if (alone == 0) {  // with abstract names of its own
        if (unshare(CLONE_NEWNET) != 0) _exit(no_name_space);
        const int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        sockaddr_un address = {AF_UNIX, {}};
        const std::string name = "future/0/default";
        name.copy(address.sun_path + 1, name.size());
        if (setresuid(65534, 65534, 0) != 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())) != 0 ||
            listen(listener, 8) != 0 || setresuid(0, 0, 0) != 0)
            _exit(2);
        const Outcome outcome = test::future({"run", binary("hello")});
        const Outcome named = test::future({"ps", "--name", "default"});
        _exit(!(outcome.status == 0 && has(outcome.err, "belongs to user 65534") && has(outcome.err, "passed over") && named.status != 0));
    }
    int status = 0;
    REQUIRE(waitpid(alone, &status, 0) == alone);
    REQUIRE(WIFEXITED(status));
    if (WEXITSTATUS(status) != no_name_space) CHECK(WEXITSTATUS(status) == 0);
}
