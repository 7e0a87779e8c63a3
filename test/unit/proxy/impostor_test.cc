// SPDX-License-Identifier: MIT
// A machine that lies about the memory it gives: the proxy refuses it, and does not die of it later. One that does not
// answer: nobody has to wait for it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "control_wire.h"
#include "machine/device.h"
#include "ground/failure.h"
#include "idl/wire/channel.h"
#include "test/slowness.h"

using namespace future;

namespace {

constexpr uint64_t kArenaBytes = 2 << 20;
const uint64_t kChannelBytes = wire_channel_bytes(WIRE_RING_LINES_MIN);

int memory(uint64_t bytes, bool sealed) {
    const int fd = memfd_create("impostor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    REQUIRE(ftruncate(fd, static_cast<off_t>(bytes)) == 0);
    if (sealed) REQUIRE(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0);
    return fd;
}

struct Given {
    uint64_t arena = kArenaBytes, channel = kChannelBytes;  // the files' true sizes
    bool arena_sealed = true, channel_sealed = true;
};

// One packet, and descriptors with it.
void pass(int peer, std::initializer_list<iovec> parts, std::span<const int> fds) {
    alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))] = {};
    std::vector<iovec> vectors(parts);
    msghdr packet = {};
    packet.msg_iov = vectors.data();
    packet.msg_iovlen = vectors.size();
    packet.msg_control = control;
    packet.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&packet);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
    REQUIRE(sendmsg(peer, &packet, 0) > 0);
}

void pass_created(int peer, const Given& given, int error = 0, int more = 0) {
    future_device_answer head = {0, error, FUTURE_VERB_CREATE, 1, 0};
    future_device_created created = {};
    created.cores = 1;
    created.arena_bytes = kArenaBytes;
    created.channel_bytes = kChannelBytes;
    created.ring_lines = WIRE_RING_LINES_MIN;
    created.max_threads = 1;
    std::vector<int> fds = {memory(given.arena, given.arena_sealed), memory(given.channel, given.channel_sealed), eventfd(0, EFD_CLOEXEC)};
    while (more-- > 0) fds.push_back(eventfd(0, EFD_CLOEXEC));
    pass(peer, {{&head, sizeof head}, {&created, sizeof created}}, fds);
    for (const int fd : fds) close(fd);
}

// Answers one create; the connection.
int answer_create(int listener, const Given& given) {
    const int peer = accept(listener, nullptr, nullptr);
    char asked[FUTURE_DEVICE_PACKET_MAX];
    REQUIRE(recv(peer, asked, sizeof asked, 0) > 0);
    pass_created(peer, given);
    return peer;
}

uint32_t log_line(uint64_t (&line)[CONTROL_LOG_WORDS]) {
    const control_log_request text = {CONTROL_LOG_INFO, "again", 5, 1};
    const uint32_t bytes = control_log_encode(line, &text);
    line[0] = wire_publish_word(bytes, CONTROL_LOG_TYPE, WIRE_FLAG_ONEWAY);
    line[1] = 0;
    return bytes;
}

size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<size_t>(std::distance(begin(all), end(all)));
}

const std::string name = "impostor-" + std::to_string(getpid());

int listen_as_machine() {
    const std::string path = "future/" + std::to_string(getuid()) + "/" + name;
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, path.data(), path.size());
    const int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + path.size());
    REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(listener, 1) == 0);
    return listener;
}

bool accepted(const Given& given) {
    const int listener = listen_as_machine();
    std::thread impostor([&] { close(answer_create(listener, given)); });
    const std::unique_ptr<Device> device = connect_hosted(name);
    REQUIRE(device);
    future_device_create wish = {};
    wish.request = verb(FUTURE_VERB_CREATE);
    device->send(&wish, sizeof wish);
    Program program;
    CHECK(device->created(program).error == 0);
    impostor.join();
    close(listener);
    try {
        device->map(program);
        return true;
    } catch (const Failure&) {
        return false;
    }
}

// future run on this machine, its standard error a full pipe; killed when it goes out of scope.
struct Run {
    int unread[2];
    pid_t pid;
    Run() {
        REQUIRE(pipe2(unread, O_CLOEXEC | O_NONBLOCK) == 0);
        const char page[4096] = {};
        while (write(unread[1], page, sizeof page) > 0) continue;
        pid = fork();
        if (pid != 0) return;
        dup2(unread[1], 2);
        execl(FUTURE_COMMAND, FUTURE_COMMAND, "run", "--name", name.c_str(), "--memory", "2M", VICTIM, "exit", nullptr);
        _exit(1);
    }
    ~Run() {
        close(unread[0]), close(unread[1]);
        if (pid <= 0) return;
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    // As waitpid(2) says it; 0: it did not end in time.
    int status() {
        int status = 0;
        for (int i = 0; i < 2000 * test::slowness(); i++) {
            if (waitpid(pid, &status, WNOHANG) == pid) {
                pid = -1;
                return status;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return 0;
    }
};

}  // namespace

TEST_CASE("memory must have the size that the machine says, and keep it") {
    CHECK(accepted({}));
    CHECK(!accepted({.arena = kArenaBytes / 2}));
    CHECK(!accepted({.arena_sealed = false}));
    CHECK(!accepted({.channel = 4096}));
    CHECK(!accepted({.channel_sealed = false}));
}

TEST_CASE("descriptors come with the answer to a create, three of them, and with nothing else") {
    const int listener = listen_as_machine();
    const std::unique_ptr<Device> device = connect_hosted(name);
    const int peer = accept(listener, nullptr, nullptr);
    REQUIRE(device);
    const std::vector<int> five(5, eventfd(0, EFD_CLOEXEC));
    uint64_t line[CONTROL_LOG_WORDS];
    const iovec log = {line, log_line(line)};
    future_device_answer good = {0, 0, FUTURE_VERB_KILL, 0, 0};
    const iovec answer = {&good, sizeof good};
    const size_t before = open_descriptors();
    {
        Program refused, program;
        pass(peer, {log}, five);
        pass_created(peer, {}, EBUSY);
        CHECK(device->created(refused).error == EBUSY);
        CHECK(open_descriptors() == before);
        pass(peer, {log}, five);
        pass_created(peer, {}, 0, 2);
        CHECK(device->created(program).error == 0);
        CHECK(open_descriptors() == before + 3);
        for (int i = 0; i < 3; i++) pass(peer, {log}, five);
        pass(peer, {answer}, five);
        pass(peer, {answer}, five);
        device->kill_own(9);
        device->answer();
        for (int i = 0; i < 5; i++) CHECK(device->notice());
        CHECK(!device->notice());
        CHECK(open_descriptors() == before + 3);
    }
    CHECK(open_descriptors() == before);
    close(five[0]), close(peer), close(listener);
}

TEST_CASE("a machine that does not answer is not waited for longer than until Ctrl-C") {
    const int listener = listen_as_machine();
    Run run;
    const int peer = answer_create(listener, {});
    char asked[FUTURE_DEVICE_PACKET_MAX];
    REQUIRE(recv(peer, asked, sizeof asked, 0) == sizeof(future_device_run));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    kill(run.pid, SIGINT);
    const int status = run.status();
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT));
    close(peer);
    close(listener);
}

TEST_CASE("Ctrl-C comes before what a program has written into the log") {
    const int listener = listen_as_machine();
    Run run;
    const int peer = answer_create(listener, {});
    char asked[FUTURE_DEVICE_PACKET_MAX];
    REQUIRE(recv(peer, asked, sizeof asked, 0) == sizeof(future_device_run));
    const future_device_answer good = {0, 0, FUTURE_VERB_RUN, 0, 0};
    REQUIRE(send(peer, &good, sizeof good, 0) == sizeof good);
    uint64_t line[CONTROL_LOG_WORDS];
    const uint32_t bytes = log_line(line);
    REQUIRE(send(peer, line, bytes, 0) == bytes);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // by now it says that one; many more wait
    while (send(peer, line, bytes, MSG_DONTWAIT) > 0) continue;
    int sent = 0, unread = 0;
    REQUIRE(ioctl(peer, SIOCOUTQ, &sent) == 0);
    kill(run.pid, SIGINT);
    const ssize_t got = recv(peer, asked, sizeof asked, 0);
    REQUIRE(ioctl(peer, SIOCOUTQ, &unread) == 0);
    CHECK(unread > sent / 2);
    REQUIRE(got == sizeof(future_device_kill));
    close(peer);
    CHECK(WEXITSTATUS(run.status()) == 125);  // the machine died
    close(listener);
}
