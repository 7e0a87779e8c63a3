// SPDX-License-Identifier: MIT
// A real future-machine and who connects to it: good packets, bad packets, and ends from every side.
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

#include "hosted_machine.h"
#include "test/slowness.h"

using namespace client;
using namespace futurek;

TEST_CASE("bad packets get an answer, and harm nobody") {
    Private p;
    Connection& c = p.connection;
    auto raw = [&](std::vector<uint32_t> words, size_t bytes) {
        words.resize(4096);
        c.send(words.data(), bytes);
        return c.answer();
    };
    CHECK(raw({FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION + 1}, 8).error == EPROTO);
    CHECK(raw({FUTURE_VERB_CREATE, 0}, 64).error == EPROTO);
    CHECK(raw({1}, 1).error == EINVAL);
    CHECK(raw({FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION}, 7).error == EINVAL);
    CHECK(raw({FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION}, 9).error == EINVAL);
    CHECK(raw({FUTURE_VERB_CREATE, FUTURE_DEVICE_VERSION}, 63).error == EINVAL);
    CHECK(raw({FUTURE_VERB_CREATE, FUTURE_DEVICE_VERSION}, 65).error == EINVAL);
    CHECK(raw({FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION}, 16000).error == EINVAL);
    CHECK(raw({0, FUTURE_DEVICE_VERSION}, 8).error == ENOSYS);
    CHECK(raw({8, FUTURE_DEVICE_VERSION}, 8).error == ENOSYS);
    CHECK(raw({0xffffffff, FUTURE_DEVICE_VERSION}, 8).error == ENOSYS);
    CHECK(raw({FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION}, 40).error == ESRCH);
    CHECK(raw({FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION, 0, 9}, 16).error == ESRCH);
    CHECK(raw({FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION, 777, 9}, 16).error == ESRCH);
    CHECK(c.create(3).error == EBUSY);
    CHECK(c.create(0).error == EINVAL);
    CHECK(c.create(1, 1ull << 40).error == ENOMEM);
    REQUIRE(c.create().error == 0);
    memcpy(&c.created, c.more.data(), sizeof c.created);
    CHECK(c.create().error == EEXIST);
    uint64_t base = c.created.arena_address;
    future_device_run run = {{FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION}, base - 4096, base, base + 4096, 0};
    CHECK(c.ask(run).error == EINVAL);
    run = {{FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION}, base, base, base + 4096, 1ull << 40};
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
    // A status connection closes a moment after its answer; then the spare is made. What leaks stays.
    auto settled = [&] {
        unsigned now = open_descriptors(lasting.machine.pid()), same = 0;
        while (same < 10) {
            usleep(30000);
            const unsigned next = open_descriptors(lasting.machine.pid());
            same = next == now ? same + 1 : 0;
            now = next;
        }
        return now;
    };
    const unsigned before = settled();
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
    unsigned after = settled();
    for (int tries = 0; after != before && tries < 10 * test::slowness(); tries++) after = settled();
    CHECK(after == before);
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

namespace {

// One packet and one descriptor.
ssize_t send_with(int to, iovec part, int fd) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
    msghdr packet = {};
    packet.msg_iov = &part;
    packet.msg_iovlen = 1;
    packet.msg_control = control;
    packet.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&packet);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    return sendmsg(to, &packet, MSG_NOSIGNAL);
}

}  // namespace

TEST_CASE("nobody sends descriptors to a machine: its own end, queued there, would keep a dead client's cores for ever") {
    constexpr int pass_rights = 83;  // since 6.16
    Lasting lasting(1);
    const int fd = lasting.machine.connect();
    REQUIRE(fd >= 0);
    int unused = 0;
    socklen_t size = sizeof unused;
    if (getsockopt(fd, SOL_SOCKET, pass_rights, &unused, &size) != 0) {
        MESSAGE("skipped: this Linux cannot refuse descriptors");
        close(fd);
        return;
    }
    future_device_request status = {FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION};
    CHECK(send_with(fd, {&status, sizeof status}, fd) == -1);
    CHECK(errno == EPERM);
    close(fd);
}

TEST_CASE("descriptors that a client sends all the same are closed, with whatever request they come") {
    constexpr int pass_rights = 83;
    Lasting lasting(1);
    auto watcher = lasting.connect();
    REQUIRE(watcher->ask(future_device_request{FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION}).error == 0);
    const int fd = lasting.machine.connect();
    REQUIRE(fd >= 0);
    int unused = 0;
    socklen_t size = sizeof unused;
    if (getsockopt(fd, SOL_SOCKET, pass_rights, &unused, &size) == 0) return static_cast<void>(close(fd));  // none arrives
    const unsigned before = open_descriptors(lasting.machine.pid());
    future_device_request status = {FUTURE_VERB_STATUS, FUTURE_DEVICE_VERSION}, unknown = {99, FUTURE_DEVICE_VERSION};
    future_device_create create = {};
    create.request = {FUTURE_VERB_CREATE, FUTURE_DEVICE_VERSION};  // of no core: refused
    char answer[FUTURE_DEVICE_PACKET_MAX];
    for (const iovec& part : {iovec{&status, sizeof status}, iovec{&unknown, sizeof unknown}, iovec{&create, sizeof create},
                              iovec{&status, 1}}) {
        send_with(fd, part, fd);
        REQUIRE(recv(fd, answer, sizeof answer, 0) > 0);
    }
    CHECK(open_descriptors(lasting.machine.pid()) <= before);
    close(fd);
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
    CHECK(b->ask(future_device_kill{{FUTURE_VERB_SHUTDOWN, FUTURE_DEVICE_VERSION}, 0, 0}).error == EBUSY);
    CHECK(b->ask(future_device_kill{{FUTURE_VERB_SHUTDOWN, FUTURE_DEVICE_VERSION}, 0, SIGTERM}).error == 0);
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
