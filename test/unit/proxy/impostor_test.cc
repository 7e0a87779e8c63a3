// SPDX-License-Identifier: MIT
// A machine that lies about the memory it gives: the proxy refuses it, and does not die of it later. One that does not
// answer: nobody has to wait for it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>
#include <thread>

#include "device.h"
#include "failure.h"
#include "idl/wire/channel.h"

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

// Answers one create; the connection.
int answer_create(int listener, const Given& given) {
    const int peer = accept(listener, nullptr, nullptr);
    char asked[FUTURE_DEVICE_PACKET_MAX];
    REQUIRE(recv(peer, asked, sizeof asked, 0) > 0);
    future_device_answer head = {0, 0, FUTURE_VERB_CREATE, 1, 0};
    future_device_created created = {};
    created.cores = 1;
    created.arena_bytes = kArenaBytes;
    created.channel_bytes = kChannelBytes;
    created.ring_lines = WIRE_RING_LINES_MIN;
    created.max_threads = 1;
    const int fds[] = {memory(given.arena, given.arena_sealed), memory(given.channel, given.channel_sealed),
                       eventfd(0, EFD_CLOEXEC)};
    iovec parts[] = {{&head, sizeof head}, {&created, sizeof created}};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)] = {};
    msghdr packet = {};
    packet.msg_iov = parts;
    packet.msg_iovlen = 2;
    packet.msg_control = control;
    packet.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&packet);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fds);
    std::memcpy(CMSG_DATA(rights), fds, sizeof fds);
    REQUIRE(sendmsg(peer, &packet, 0) > 0);
    for (const int fd : fds) close(fd);
    return peer;
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

}  // namespace

TEST_CASE("memory must have the size that the machine says, and keep it") {
    CHECK(accepted({}));
    CHECK(!accepted({.arena = kArenaBytes / 2}));
    CHECK(!accepted({.arena_sealed = false}));
    CHECK(!accepted({.channel = 4096}));
    CHECK(!accepted({.channel_sealed = false}));
}

TEST_CASE("a machine that does not answer is not waited for longer than until Ctrl-C") {
    const int listener = listen_as_machine();
    const pid_t run = fork();
    if (run == 0) {
        execl(FUTURE_COMMAND, FUTURE_COMMAND, "run", "--name", name.c_str(), "--memory", "2M", VICTIM, "exit", nullptr);
        _exit(1);
    }
    const int peer = answer_create(listener, {});
    char asked[FUTURE_DEVICE_PACKET_MAX];
    REQUIRE(recv(peer, asked, sizeof asked, 0) == sizeof(future_device_run));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    kill(run, SIGINT);
    int status = 0;
    pid_t ended = 0;
    for (int i = 0; i < 2000 && (ended = waitpid(run, &status, WNOHANG)) == 0; i++)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(ended == run);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT));
    if (ended != run) {
        kill(run, SIGKILL);
        waitpid(run, nullptr, 0);
    }
    close(peer);
    close(listener);
}
