// SPDX-License-Identifier: MIT
// A real future-machine, verb by verb: good programs, bad programs, bad packets, and ends from every side.
#include <doctest/doctest.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "hosted_client.h"

using namespace client;
using namespace futurek;

namespace {

// A private machine and its connection.
struct Private {
    explicit Private(unsigned cores = 2) : machine(cores), connection(machine.take_connection()) {
        REQUIRE(machine.ready() == "ready\n");
    }
    Machine machine;
    Connection connection;
};

std::string unique_name() {
    static int count = 0;
    return "test-" + std::to_string(getpid()) + "-" + std::to_string(count++);
}

// A listening machine; each call of connect is a new context.
struct Lasting {
    explicit Lasting(unsigned cores = 2, uint64_t memory = 64 << 20)
        : name(unique_name()), machine(cores, memory, name.c_str()) {
        REQUIRE(machine.ready() == "ready\n");
    }
    std::unique_ptr<Connection> connect() {
        int fd = machine.connect();
        REQUIRE(fd >= 0);
        return std::make_unique<Connection>(fd);
    }
    future_device_status status() {
        auto connection = connect();
        REQUIRE(connection->ask(future_device_request{FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION}).error == 0);
        future_device_status status;
        memcpy(&status, connection->more.data(), sizeof status);
        return status;
    }
    // True: all is free, at the latest after `ms`.
    bool idle_within(int ms) {
        for (; ms > 0; ms--, usleep(1000)) {
            future_device_status now = status();
            if (now.free_cores == now.cores && now.processes == 0 && now.largest_free_bytes == now.memory_bytes)
                return true;
        }
        return false;
    }
    std::string name;
    Machine machine;
};

void wait_flag(Connection& connection, uint64_t value = 1) {
    for (int turn = 0; turn < 5000 && connection.start->flag != value; turn++) usleep(1000);
    REQUIRE(connection.start->flag == value);
}

}  // namespace

TEST_CASE("a program exits; the machine ends with its connection") {
    Private p;
    REQUIRE(p.connection.create().error == 0);
    control_exit_notice_request notice = p.connection.run_to_end(blob_exit, 42);
    CHECK(notice.kind == CONTROL_EXITED);
    CHECK(notice.value == 42);
    p.connection.close();
    CHECK(p.machine.wait() == 0);
}

TEST_CASE("a private machine ends whenever its connection closes") {
    for (int stage = 0; stage < 4; stage++) {
        Private p(2);
        if (stage >= 1) REQUIRE(p.connection.create(2).error == 0);
        if (stage >= 2) REQUIRE(p.connection.run(blob_all_loop, 2).error == 0);
        if (stage >= 3) wait_flag(p.connection, 2);
        p.connection.close();
        CHECK(p.machine.wait(700) == 0);  // at once, not when the event loop next looks
    }
}

TEST_CASE("shutdown right after create, on the connection that a core attends") {
    Private p(2);
    REQUIRE(p.connection.create().error == 0);
    CHECK(p.connection.ask(future_device_kill{{FUTURE_VERB_SHUTDOWN, 1}, 0, 9}).error == 0);
    CHECK(p.connection.exit_notice().kind == CONTROL_KILLED);
    CHECK(p.machine.wait(700) == 0);
}

TEST_CASE("what the processor refuses ends the program with its signal, and only the program") {
    struct {
        Blob blob;
        int signal;
    } cases[] = {{blob_segv, SIGSEGV}, {blob_divide, SIGFPE},      {blob_illegal, SIGILL},
                 {blob_trap, SIGTRAP}, {blob_raw_syscall, SIGSYS}, {blob_overflow, SIGSEGV}};
    Lasting lasting;
    for (auto& test : cases) {
        CAPTURE(test.signal);
        auto connection = lasting.connect();
        REQUIRE(connection->create().error == 0);
        control_exit_notice_request notice = connection->run_to_end(test.blob, 0x10);
        CHECK(notice.kind == CONTROL_SIGNALLED);
        CHECK(notice.value == test.signal);
        const control_exception_request& exception = connection->exception();
        CHECK(exception.pid == connection->created.pid);
        CHECK(exception.core == 0);
        CHECK(exception.signal == static_cast<uint32_t>(test.signal));
        uint64_t rip = exception.rip, base = connection->created.arena_address;
        CHECK(rip >= base);
        CHECK(rip < base + 65536);
        if (test.blob == blob_segv) CHECK(exception.address == 0x10);
        if (test.blob == blob_overflow) CHECK(exception.address == connection->start->flag - 8);
    }
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("a write behind the arena faults") {
    Private p;
    REQUIRE(p.connection.create().error == 0);
    memcpy(&p.connection.created, p.connection.more.data(), sizeof p.connection.created);
    uint64_t end = p.connection.created.arena_address + p.connection.created.arena_bytes;
    CHECK(p.connection.run_to_end(blob_segv, end).value == SIGSEGV);
    CHECK(p.connection.exception().address == end);
}

TEST_CASE("endless loops on all cores, sleepers, and one that undoes its doorbells can be killed") {
    Lasting lasting(3);
    struct {
        Blob blob;
        uint32_t cores;
        uint64_t flag;
    } cases[] = {{blob_loop, 1, 1}, {blob_sleep, 1, 1}, {blob_all_loop, 3, 3}, {blob_undo_doorbells, 2, 1}};
    for (auto& test : cases)
        for (int round = 0; round < 20; round++) {
            auto connection = lasting.connect();
            REQUIRE(connection->create(test.cores).error == 0);
            REQUIRE(connection->run(test.blob, test.cores).error == 0);
            wait_flag(*connection, test.flag);
            REQUIRE(connection->kill(SIGTERM).error == 0);
            control_exit_notice_request notice = connection->exit_notice();
            REQUIRE(notice.kind == CONTROL_KILLED);
            REQUIRE(notice.value == SIGTERM);
        }
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("exit on one core stops the others, awake or asleep") {
    Lasting lasting(4);
    for (int round = 0; round < 30; round++) {
        auto connection = lasting.connect();
        REQUIRE(connection->create(4).error == 0);
        control_exit_notice_request notice = connection->run_to_end(blob_exit_while_others_run, 4);
        REQUIRE(notice.kind == CONTROL_EXITED);
        REQUIRE(notice.value == 5);
    }
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("calls: registers and FS survive; map; clock; release; the processor state is clean for the next program") {
    Lasting lasting;
    auto run = [&](Blob blob, uint64_t argument = 0, uint32_t cores = 1) {
        auto connection = lasting.connect();
        REQUIRE(connection->create(cores).error == 0);
        control_exit_notice_request notice = connection->run_to_end(blob, argument);
        CHECK(notice.kind == CONTROL_EXITED);
        return notice.value;
    };
    CHECK(run(blob_check_call) == 0);
    CHECK(run(blob_map) == 0);
    CHECK(run(blob_clock, 50000000) == 0);
    CHECK(run(blob_release, 0, 2) == 0);
    {
        auto connection = lasting.connect();
        REQUIRE(connection->create(2).error == 0);  // both cores
        REQUIRE(connection->run(blob_dirty_processor).error == 0);
        wait_flag(*connection);
        REQUIRE(connection->kill(9).error == 0);
        REQUIRE(connection->exit_notice().kind == CONTROL_KILLED);
    }
    REQUIRE(lasting.idle_within(1000));
    CHECK(run(blob_check_processor) == 0);
    CHECK(run(blob_dirty_exit) == 0);
    REQUIRE(lasting.idle_within(1000));
    CHECK(run(blob_check_processor) == 0);
}

TEST_CASE("the clock follows CLOCK_MONOTONIC over its refresh") {
    Private p;
    REQUIRE(p.connection.create().error == 0);
    REQUIRE(p.connection.run_to_end(blob_clock, 1300000000).value == 0);
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ahead = static_cast<int64_t>(p.connection.start->flag) - (now.tv_sec * 1000000000ll + now.tv_nsec);
    CHECK(ahead < 1000000);
    CHECK(ahead > -100000000);
}

TEST_CASE("doorbells both ways") {
    Private p;
    REQUIRE(p.connection.create().error == 0);
    REQUIRE(p.connection.run(blob_ring).error == 0);
    wait_flag(p.connection);
    uint64_t rings = 0;
    CHECK(read(p.connection.fds[2], &rings, sizeof rings) == sizeof rings);
    CHECK(rings == 1);
    p.connection.start->flag = 2;
    Connection& c = p.connection;
    REQUIRE(c.channel->header.magic == WIRE_CHANNEL_MAGIC);
    CHECK(c.channel->header.max_calls == 8);
    wire_exchange32(&c.channel->doorbell[0].word, 1);
    // A sleeper may have to be woken: any system call of ours that wakes the futex will do; here the kernel's own.
    CHECK(syscall(202, &c.channel->doorbell[0].word, 1, 1, nullptr, nullptr, 0) >= 0);
    CHECK(p.connection.exit_notice().value == 0);
}

TEST_CASE("bad packets get an answer, and harm nobody") {
    Private p;
    Connection& c = p.connection;
    auto raw = [&](std::vector<uint32_t> words, size_t bytes) {
        words.resize(4096);
        c.send(words.data(), bytes);
        return c.answer();
    };
    CHECK(raw({FUTURE_VERB_STATUS, 2}, 8).error == EPROTO);
    CHECK(raw({FUTURE_VERB_CREATE, 0}, 64).error == EPROTO);
    CHECK(raw({1}, 1).error == EINVAL);
    CHECK(raw({FUTURE_VERB_STATUS, 1}, 7).error == EINVAL);
    CHECK(raw({FUTURE_VERB_STATUS, 1}, 9).error == EINVAL);
    CHECK(raw({FUTURE_VERB_CREATE, 1}, 63).error == EINVAL);
    CHECK(raw({FUTURE_VERB_CREATE, 1}, 65).error == EINVAL);
    CHECK(raw({FUTURE_VERB_RUN, 1}, 16000).error == EINVAL);
    CHECK(raw({0, 1}, 8).error == ENOSYS);
    CHECK(raw({8, 1}, 8).error == ENOSYS);
    CHECK(raw({0xffffffff, 1}, 8).error == ENOSYS);
    CHECK(raw({FUTURE_VERB_RUN, 1}, 40).error == ESRCH);
    CHECK(raw({FUTURE_VERB_KILL, 1, 0, 9}, 16).error == ESRCH);
    CHECK(raw({FUTURE_VERB_KILL, 1, 777, 9}, 16).error == ESRCH);
    CHECK(c.create(3).error == EBUSY);
    CHECK(c.create(0).error == EINVAL);
    CHECK(c.create(1, 1ull << 40).error == ENOMEM);
    REQUIRE(c.create().error == 0);
    memcpy(&c.created, c.more.data(), sizeof c.created);
    CHECK(c.create().error == EEXIST);
    uint64_t base = c.created.arena_address;
    future_device_run run = {{FUTURE_VERB_RUN, 1}, base - 4096, base, base + 4096, 0};
    CHECK(c.ask(run).error == EINVAL);
    run = {{FUTURE_VERB_RUN, 1}, base, base, base + 4096, 1ull << 40};
    CHECK(c.ask(run).error == EINVAL);
    c.more.resize(sizeof c.created / 8);
    memcpy(c.more.data(), &c.created, sizeof c.created);
    REQUIRE(c.run(blob_sleep).error == 0);
    CHECK(c.run(blob_exit).error == EALREADY);
    CHECK(c.kill(0).error == EINVAL);
    CHECK(c.kill(65).error == EINVAL);
    CHECK(c.kill(15).error == 0);
    CHECK(c.exit_notice().value == 15);
    CHECK(c.run(blob_exit).error == EALREADY);
}

TEST_CASE("list and status") {
    Lasting lasting(4, 32 << 20);
    auto a = lasting.connect(), b = lasting.connect();
    REQUIRE(a->create(3, 4 << 20).error == 0);
    REQUIRE(a->run(blob_sleep).error == 0);
    future_device_answer refused = b->create(2);
    CHECK(refused.error == EBUSY);
    CHECK(refused.detail == 1);
    refused = b->create(1, 64 << 20);
    CHECK(refused.error == ENOMEM);
    CHECK(refused.detail == 28 << 20);
    REQUIRE(b->create(1, 2 << 20).error == 0);
    future_device_answer listed = a->ask(future_device_request{FUTURE_VERB_LIST, FUTURE_DEVICE_VERSION});
    REQUIRE(listed.count == 2);
    future_device_process process[2];
    REQUIRE(a->more.size() * 8 == sizeof process);
    memcpy(process, a->more.data(), sizeof process);
    CHECK(process[0].pid == a->created.pid);
    CHECK(process[0].linux_pid == static_cast<uint32_t>(getpid()));
    CHECK(process[0].state == FUTURE_PROCESS_RUNNING);
    CHECK(process[0].cores == 3);
    CHECK(process[0].core_mask == 7);
    CHECK(process[0].memory_bytes == 4 << 20);
    CHECK(std::string(process[0].name) == "blob");
    CHECK(process[1].state == FUTURE_PROCESS_CREATED);
    CHECK(process[1].core_mask == 8);
    future_device_status status = lasting.status();
    CHECK(status.cores == 4);
    CHECK(status.free_cores == 0);
    CHECK(status.free_bytes == 26 << 20);
    CHECK(status.largest_free_bytes == 26 << 20);
    CHECK(status.processes == 2);
    CHECK(status.machine_kind == FUTURE_MACHINE_HOSTED);
    CHECK(status.linux_pid == static_cast<uint32_t>(lasting.machine.pid()));
    // By pid, from another connection.
    CHECK(b->kill(SIGINT, a->created.pid).error == 0);
    CHECK(a->exit_notice().value == SIGINT);
}

TEST_CASE("a create that waits: for cores, and not for who has gone") {
    Lasting lasting(2);
    auto a = lasting.connect(), b = lasting.connect(), c = lasting.connect();
    REQUIRE(a->create(2).error == 0);
    b->send_create(2, 2 << 20, FUTURE_CREATE_WAIT);
    usleep(20000);
    c->send_create(1, 2 << 20, FUTURE_CREATE_WAIT);
    CHECK(c->answer(50).error == -1);
    b->close();
    a->close();
    REQUIRE(c->answer().error == 0);
    CHECK(c->run_to_end(blob_exit, 1).value == 1);
    c->close();
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("end of file at each stage: all is free at once, no descriptor is left") {
    Lasting lasting(2);
    auto first = lasting.connect();  // after the first process the machine keeps a spare
    REQUIRE(first->create().error == 0);
    REQUIRE(first->run_to_end(blob_exit).kind == CONTROL_EXITED);
    first.reset();
    auto settled = [&] {  // a status connection closes a moment after its answer; then the spare is made
        usleep(150000);
        return open_descriptors(lasting.machine.pid());
    };
    unsigned before = settled();
    for (int round = 0; round < 40; round++)
        for (int stage = 0; stage < 5; stage++) {
            auto connection = lasting.connect();
            if (stage >= 1) connection->send_create(2, 2 << 20, 0);
            if (stage >= 2) REQUIRE(connection->answer().error == 0);
            if (stage >= 3) REQUIRE(connection->run(round % 2 ? blob_all_loop : blob_sleep, 2).error == 0);
            if (stage >= 4) wait_flag(*connection, round % 2 ? 2 : 1);
            connection.reset();
            REQUIRE(lasting.idle_within(1000));
        }
    CHECK(settled() == before);
}

TEST_CASE("what a closed context had is free for the very next create, even if both are seen at once") {
    Lasting lasting(2);
    for (int round = 0; round < 300; round++) {
        auto connection = lasting.connect();
        REQUIRE(connection->create(2, 64 << 20).error == 0);
        REQUIRE(connection->run_to_end(blob_exit, 3).value == 3);
    }
    auto old = lasting.connect();
    REQUIRE(old->create(2, 64 << 20).error == 0);
    usleep(10000);  // no core attends it any more
    kill(lasting.machine.pid(), SIGSTOP);
    auto next = lasting.connect();
    next->send_create(2, 64 << 20, 0);
    old->close();
    kill(lasting.machine.pid(), SIGCONT);
    CHECK(next->answer().error == 0);
}

TEST_CASE("the log: history, then what follows") {
    Lasting lasting;
    auto listener = lasting.connect();
    CHECK(listener->ask(future_device_request{FUTURE_VERB_LOG, FUTURE_DEVICE_VERSION}).error == 0);
    auto text = [&] {
        std::vector<uint64_t> packet = listener->notice();
        Message message = {};
        control_log_request body = {};
        memcpy(message.word, packet.data(), packet.size() * 8);
        REQUIRE(message.type() == CONTROL_LOG_TYPE);
        REQUIRE(decode(message, body));
        return std::string(body.text, body.text_bytes);
    };
    CHECK(text().find("2 cores") != std::string::npos);
    auto connection = lasting.connect();
    REQUIRE(connection->create().error == 0);
    CHECK(connection->run_to_end(blob_log).value == 0);
    CHECK(text() == "program 1: hello");
}

TEST_CASE("log lines that nobody reads cost neither the exit status nor the connection") {
    for (uint64_t lines : {1000, 20000}) {
        CAPTURE(lines);
        Lasting lasting;
        auto connection = lasting.connect();
        REQUIRE(connection->create().error == 0);
        REQUIRE(connection->run(blob_log_flood, lines).error == 0);
        auto ended = [&] {
            auto other = lasting.connect();
            REQUIRE(other->ask(future_device_request{FUTURE_VERB_LIST, FUTURE_DEVICE_VERSION}).count == 1);
            future_device_process process;
            memcpy(&process, other->more.data(), sizeof process);
            return process.state == FUTURE_PROCESS_DEAD;
        };
        for (int turn = 0; turn < 5000 && !ended(); turn++) usleep(1000);
        control_exit_notice_request notice = connection->exit_notice();
        CHECK(notice.kind == CONTROL_EXITED);
        CHECK(notice.value == 7);
    }
}

TEST_CASE("log lines that a connection had no room for are counted, and it is told") {
    Lasting lasting;
    auto connection = lasting.connect();
    REQUIRE(connection->create().error == 0);
    REQUIRE(connection->run(blob_log_flood, 20000).error == 0);
    usleep(300000);
    uint64_t seen = 0, lost = 0;
    for (;;) {
        Message message = {};
        std::vector<uint64_t> packet = connection->notice();
        REQUIRE(!packet.empty());
        memcpy(message.word, packet.data(), packet.size() * 8);
        control_log_request body = {};
        if (message.type() != CONTROL_LOG_TYPE) break;
        REQUIRE(decode(message, body));
        std::string text(body.text, body.text_bytes);
        if (text.find("log lines were lost") != std::string::npos)
            lost += std::stoull(text);
        else
            seen++;
    }
    CHECK(lost > 0);
    CHECK(seen > 100);
}

TEST_CASE("requests whose answers nobody reads yet wait, and are all answered") {
    Lasting lasting;
    int fd = lasting.machine.connect();
    REQUIRE(fd >= 0);
    future_device_request request = {FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION};
    int sent = 0, answered = 0;
    for (int quiet = 0; quiet < 100 && sent < 100000; quiet++, usleep(1000))
        while (sent < 100000 && send(fd, &request, sizeof request, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) sent++, quiet = 0;
    CHECK(sent > 100);
    CHECK(sent < 100000);
    unsigned long before = cpu_ticks(lasting.machine.pid());
    usleep(300000);
    CHECK(cpu_ticks(lasting.machine.pid()) - before < 8);  // it does not spin on them
    char packet[4096];
    for (; answered < sent && recv(fd, packet, sizeof packet, 0) > 0; answered++) {
    }
    CHECK(answered == sent);
    close(fd);
}

TEST_CASE("a packet behind a create that waits is left alone, and its end of file is seen") {
    Lasting lasting(2);
    auto a = lasting.connect(), b = lasting.connect(), c = lasting.connect();
    REQUIRE(a->create(1).error == 0);
    future_device_request status = {FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION};
    b->send_create(2, 2 << 20, FUTURE_CREATE_WAIT);
    b->send(&status, sizeof status);
    usleep(20000);
    unsigned long before = cpu_ticks(lasting.machine.pid());
    usleep(300000);
    CHECK(cpu_ticks(lasting.machine.pid()) - before < 8);
    c->send_create(1, 2 << 20, FUTURE_CREATE_WAIT);  // behind b's
    CHECK(c->answer(50).error == -1);
    b->close();
    CHECK(c->answer().error == 0);
    // Who waits to the end gets both answers.
    auto d = lasting.connect();
    d->send_create(2, 2 << 20, FUTURE_CREATE_WAIT);
    d->send(&status, sizeof status);
    usleep(20000);
    a->close();
    c->close();
    REQUIRE(d->answer().error == 0);
    CHECK(d->answer().error == 0);
    d->close();
    CHECK(lasting.idle_within(1000));
}

TEST_CASE("a closed context with unread packets is free for the very next create") {
    Lasting lasting(2);
    auto old = lasting.connect();
    REQUIRE(old->create(2, 64 << 20).error == 0);
    usleep(10000);
    kill(lasting.machine.pid(), SIGSTOP);
    auto next = lasting.connect();
    next->send_create(2, 64 << 20, 0);
    future_device_request status = {FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION};
    old->send(&status, sizeof status);
    old->close();
    kill(lasting.machine.pid(), SIGCONT);
    CHECK(next->answer().error == 0);
}

TEST_CASE("idle connections give way to new ones; those with a process, a waiting create or the log do not") {
    Lasting lasting(2);
    auto owner = lasting.connect(), waiting = lasting.connect(), listener = lasting.connect();
    REQUIRE(owner->create(2).error == 0);
    waiting->send_create(2, 2 << 20, FUTURE_CREATE_WAIT);
    REQUIRE(listener->ask(future_device_request{FUTURE_VERB_LOG, FUTURE_DEVICE_VERSION}).error == 0);
    std::vector<std::unique_ptr<Connection>> idle;
    for (int index = 0; index < 700; index++) idle.push_back(lasting.connect());
    CHECK(lasting.status().processes == 1);
    CHECK(idle.front()->receive().empty());
    CHECK(idle.front()->eof());
    CHECK(idle.back()->ask(future_device_request{FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION}).error == 0);
    CHECK(owner->run_to_end(blob_log).kind == CONTROL_EXITED);
    owner->close();
    REQUIRE(waiting->answer().error == 0);
    CHECK(waiting->run_to_end(blob_exit).kind == CONTROL_EXITED);
    CHECK(!listener->eof());
    CHECK(!listener->notice().empty());
}

TEST_CASE("shutdown: busy while programs run, unless a signal says otherwise") {
    Lasting lasting;
    auto a = lasting.connect(), b = lasting.connect();
    REQUIRE(a->create().error == 0);
    REQUIRE(a->run(blob_loop).error == 0);
    CHECK(b->ask(future_device_kill{{FUTURE_VERB_SHUTDOWN, 1}, 0, 0}).error == EBUSY);
    CHECK(b->ask(future_device_kill{{FUTURE_VERB_SHUTDOWN, 1}, 0, SIGTERM}).error == 0);
    control_exit_notice_request notice = a->exit_notice();
    CHECK(notice.kind == CONTROL_KILLED);
    CHECK(notice.value == SIGTERM);
    CHECK(lasting.machine.wait() == 0);
    CHECK(lasting.machine.connect() == -1);
}

TEST_CASE("SIGTERM and SIGINT end a machine in order; a private one too") {
    for (int signal : {SIGTERM, SIGINT}) {
        Private p;
        REQUIRE(p.connection.create(2).error == 0);
        REQUIRE(p.connection.run(blob_all_loop, 2).error == 0);
        wait_flag(p.connection, 2);
        kill(p.machine.pid(), signal);
        CHECK(p.connection.exit_notice().kind == CONTROL_KILLED);
        CHECK(p.machine.wait() == 0);
        while (!p.connection.eof() && !p.connection.receive().empty()) {
        }
        CHECK(p.connection.eof());
    }
}

TEST_CASE("kill -9 of a machine: every context sees the end of file") {
    Lasting lasting;
    auto a = lasting.connect();
    REQUIRE(a->create().error == 0);
    REQUIRE(a->run(blob_loop).error == 0);
    kill(lasting.machine.pid(), SIGKILL);
    CHECK(a->receive().empty());
    CHECK(a->eof());
    CHECK(WIFSIGNALED(lasting.machine.wait()));
    Machine next(1, 64 << 20, lasting.name.c_str());  // its name is free
    CHECK(next.ready() == "ready\n");
}

TEST_CASE("a machine that cannot be says why in one line") {
    Lasting lasting;
    Machine twice(1, 64 << 20, lasting.name.c_str());
    CHECK(twice.ready() == "error: a machine of this name runs already: " + lasting.name + "\n");
    CHECK(Machine(0).ready().rfind("error: ", 0) == 0);
    CHECK(Machine(65).ready().rfind("error: ", 0) == 0);
    CHECK(Machine(1, 4096).ready().rfind("error: ", 0) == 0);
    CHECK(Machine(1, 64 << 20, "").ready().rfind("error: ", 0) == 0);
}

TEST_CASE("many short programs, several at a time, more cores than CPUs") {
    Lasting lasting(8);
    for (int round = 0; round < 60; round++) {
        std::vector<std::unique_ptr<Connection>> running;
        for (int index = 0; index < 4; index++) {
            running.push_back(lasting.connect());
            running.back()->send_create(2, 2 << 20, FUTURE_CREATE_WAIT);
        }
        for (auto& connection : running) REQUIRE(connection->answer().error == 0);
        for (auto& connection : running) REQUIRE(connection->run(blob_exit, 7).error == 0);
        for (auto& connection : running) REQUIRE(connection->exit_notice().value == 7);
    }
    CHECK(lasting.idle_within(1000));
}
