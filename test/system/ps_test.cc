// SPDX-License-Identifier: MIT
// `future ps`: all machines of the user, those that do not answer too; and `future top`.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <filesystem>

#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"

using nlohmann::json;
using test::binary;
using test::guest;
using test::future;
using test::has;
using test::Outcome;

namespace {

class Machine {
public:
    explicit Machine(const std::string& memory = "512M") : name_("ps-test-" + std::to_string(getpid()) + "-" + std::to_string(++count)) {
        const Outcome boot = future({"boot", "--name", name_, "--cores", "2", "--memory", memory});
        INFO(boot.err);
        REQUIRE(boot.status == 0);
    }
    ~Machine() { future({"shutdown", "--force", "--name", name_}); }
    const std::string& name() const { return name_; }
    std::vector<std::string> run(const std::string& how) const {
        return {binary("future"), "run", "--name", name_, "--memory", "64M", guest("crash"), how};
    }

private:
    static int count;
    std::string name_;
};
int Machine::count = 0;

// Of all machines; other tests may have some of their own meanwhile.
json all() {
    const Outcome ps = future({"ps", "--json"});
    INFO(ps.out, ps.err);
    REQUIRE(ps.status == 0);
    return json::parse(ps.out)["machines"];
}

json machine_named(const std::string& name) {
    for (const json& each : all())
        if (each["name"] == name) return each;
    return nullptr;
}

json private_of(pid_t proxy) {
    for (int i = 0; i < 500; i++, usleep(10000))
        for (const json& each : all())
            if (each["machine"] == "private" && each["processes"][0]["linux_pid"] == proxy) return each;
    return nullptr;
}

// A process that is stopped, and goes on whatever happens.
class Stopped {
public:
    explicit Stopped(pid_t pid) : pid_(pid) { kill(pid_, SIGSTOP); }
    ~Stopped() { kill(pid_, SIGCONT); }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;

private:
    pid_t pid_;
};

// Who listens where a machine of this user would, and says nothing: any user can.
class Foreign {
public:
    explicit Foreign(const std::string& name) : socket_(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        const std::string path = "future/" + std::to_string(getuid()) + "/" + name;
        std::memcpy(address.sun_path + 1, path.data(), path.size());
        REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + path.size())) == 0);
        REQUIRE(listen(socket_, 8) == 0);
    }
    ~Foreign() { close(socket_); }
    Foreign(const Foreign&) = delete;
    Foreign& operator=(const Foreign&) = delete;

private:
    int socket_;
};

}  // namespace

TEST_CASE("names of machines and programs reach a terminal without control characters") {
    const Foreign foreign("red\x1b[31m\x9b");
    const Outcome table = future({"ps"});
    CHECK(has(table.out, "red?[31m?: hosted: does not answer"));
    const Outcome error = future({"log", "--name", "nobody-has-this"});
    CHECK(has(error.err, "red?[31m?"));

    test::Scratch scratch;
    const std::string program = scratch / "\x1b[31mloop";
    std::filesystem::create_symlink(guest("crash"), program);
    test::Running running({.words = {binary("future"), "run", "--private", "--cores", "1", "--memory", "64M", program, "loop"}});
    REQUIRE(running.wait_for_output("about to end badly"));
    const json machine = private_of(running.pid());
    REQUIRE(!machine.is_null());
    CHECK(machine["processes"][0]["name"] == "?[31mloop");
    running.kill_group(SIGTERM);
    running.wait();
}

TEST_CASE("a name may be as long as is said, and no longer") {
    const Outcome refused = future({"boot", "--name", std::string(200, 'n')});
    const size_t at = refused.err.find("at most ");
    REQUIRE(at != std::string::npos);
    const std::string longest(std::stoul(refused.err.substr(at + 8)), 'n');
    CHECK(future({"boot", "--cores", "1", "--memory", "64M", "--name", longest}).status == 0);
    CHECK(future({"shutdown", "--name", longest}).status == 0);
    CHECK(has(future({"boot", "--name", longest + "n"}).err, refused.err));
}

TEST_CASE("all machines are listed with their programs; --name narrows") {
    const Machine first, second("8T");
    test::Running running({.words = first.run("loop")});
    REQUIRE(running.wait_for_output("about to end badly"));
    const json busy = machine_named(first.name()), idle = machine_named(second.name());
    REQUIRE(busy["processes"].size() == 1);
    CHECK(busy["machine"] == "hosted");
    CHECK(busy["free_cores"] == 1);
    CHECK(busy["processes"][0]["name"] == "crash");
    CHECK(busy["processes"][0]["linux_pid"] == running.pid());
    CHECK(idle["processes"].empty());
    const Outcome table = future({"ps"});
    CHECK(has(table.out, first.name() + ": hosted"));
    CHECK(has(table.out, second.name() + ": hosted"));
    CHECK(has(table.out, " crash "));
    // What is free is no more than the computer has, whatever the machine may hand out.
    unsigned long free = 0, memory = 0;
    const std::string line = table.out.substr(table.out.find(second.name() + ": hosted"));
    CHECK(sscanf(line.c_str(), "%*[^:]: hosted, up %*[^,], %*u of %*u cores free, %lu of %lu MiB free", &free, &memory) == 2);
    CHECK(free <= memory);
    CHECK(memory <= static_cast<unsigned long>(sysconf(_SC_PHYS_PAGES)) / 256);
    const Outcome narrow = future({"ps", "--name", second.name()});
    CHECK(narrow.status == 0);
    CHECK(has(narrow.out, second.name()));
    CHECK(!has(narrow.out, first.name()));
    CHECK(future({"ps", "--name", "nobody-has-this"}).status == 125);
    running.kill_group(SIGTERM);
    running.wait();
}

TEST_CASE("machines that do not answer are shown as such, and keep nobody waiting") {
    std::vector<std::unique_ptr<Machine>> silent(6);
    std::vector<std::unique_ptr<Stopped>> stopped;
    for (auto& each : silent) each = std::make_unique<Machine>();
    const Machine answers;
    for (auto& each : silent) stopped.push_back(std::make_unique<Stopped>(machine_named(each->name())["linux_pid"].get<pid_t>()));
    const Outcome alone = future({"ps", "--name", silent[0]->name()});
    CHECK(alone.status == 125);
    CHECK(has(alone.err, "does not answer"));
    const Outcome table = future({"ps"});
    CHECK(table.status == 0);
    CHECK(table.seconds < alone.seconds);  // all are awaited at once: a second, where the one that was asked for has five
    for (auto& each : silent) CHECK(has(table.out, each->name() + ": hosted: does not answer"));
    CHECK(has(table.out, answers.name() + ": hosted, up"));
    CHECK(machine_named(silent[0]->name())["answers"] == false);
    stopped.clear();
    CHECK(machine_named(silent[0]->name())["answers"] == true);
}

TEST_CASE("a program on a machine of its own is listed too") {
    test::Running running({.words = {binary("future"), "run", "--private", "--cores", "2", "--memory", "64M", guest("crash"), "loop"}});
    REQUIRE(running.wait_for_output("about to end badly"));
    const json machine = private_of(running.pid());
    REQUIRE(!machine.is_null());
    CHECK(machine["name"].is_null());
    CHECK(machine["cores"] == 2);
    const json& process = machine["processes"][0];
    CHECK(process["pid"].is_null());
    CHECK(process["name"] == "crash");
    CHECK(process["state"] == "running");
    CHECK(process["memory"] == 64 << 20);
    CHECK(has(future({"ps"}).out, "(private)"));
    running.kill_group(SIGTERM);
    running.wait();
}
