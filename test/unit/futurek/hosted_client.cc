// SPDX-License-Identifier: MIT
// Spawning a machine as the `future` command does, and the packets of idl/wire/device.h.
#include "hosted_client.h"

#include <dirent.h>
#include <doctest/doctest.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace client {

void Connection::send(const void* packet, size_t bytes) {
    REQUIRE(::send(fd_, packet, bytes, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes));
}

std::vector<uint64_t> Connection::receive(int timeout_ms) {
    pollfd wait = {fd_, POLLIN, 0};
    if (poll(&wait, 1, timeout_ms) <= 0) return {};
    std::vector<uint64_t> packet(FUTURE_DEVICE_PACKET_MAX / 8);
    alignas(cmsghdr) char control[256];
    iovec part = {packet.data(), packet.size() * 8};
    msghdr header = {};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    ssize_t bytes = recvmsg(fd_, &header, MSG_CMSG_CLOEXEC);
    if (bytes <= 0) {
        eof_ = true;
        return {};
    }
    for (cmsghdr* rights = CMSG_FIRSTHDR(&header); rights; rights = CMSG_NXTHDR(&header, rights)) {
        REQUIRE(rights->cmsg_len == CMSG_LEN(sizeof fds));
        memcpy(fds, CMSG_DATA(rights), sizeof fds);
    }
    packet.resize(static_cast<size_t>(bytes) / 8);
    return packet;
}

future_device_answer Connection::answer(int timeout_ms) {
    for (;;) {
        std::vector<uint64_t> packet = receive(timeout_ms);
        if (packet.empty()) return {0, -1, 0, 0, 0};
        if (static_cast<uint32_t>(packet[0])) {
            kept_.push_back(packet);
            continue;
        }
        future_device_answer answer;
        memcpy(&answer, packet.data(), sizeof answer);
        more.assign(packet.begin() + 3, packet.end());
        return answer;
    }
}

std::vector<uint64_t> Connection::notice(int timeout_ms) {
    if (kept_.empty()) return receive(timeout_ms);
    std::vector<uint64_t> first = kept_.front();
    kept_.erase(kept_.begin());
    return first;
}

void Connection::send_create(uint32_t cores, uint64_t memory, uint32_t flags) {
    future_device_create packet = {
        {FUTURE_VERB_CREATE, FUTURE_DEVICE_VERSION}, memory, cores, 8, flags, static_cast<uint32_t>(getpid()), "blob"};
    send(&packet, sizeof packet);
}

future_device_answer Connection::create(uint32_t cores, uint64_t memory, uint32_t flags) {
    send_create(cores, memory, flags);
    return answer();
}

future_device_answer Connection::run(Blob blob, uint64_t argument) {
    if (!arena) {
        memcpy(&created, more.data(), sizeof created);
        arena = static_cast<char*>(mmap(nullptr, created.arena_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fds[0], 0));
        REQUIRE(arena != MAP_FAILED);
        channel = static_cast<wire_channel*>(
            mmap(nullptr, created.channel_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fds[1], 0));
        REQUIRE(channel != MAP_FAILED);
    }
    constexpr uint64_t start_at = 65536, stack_at = 131072, reserved = 131072;
    memcpy(arena, __start_blob, static_cast<size_t>(__stop_blob - __start_blob));
    start = reinterpret_cast<BlobStart*>(arena + start_at);
    start->table = reinterpret_cast<const future_entry_table*>(created.entry_table);
    start->time_page = reinterpret_cast<const future_time_page*>(created.time_page);
    start->doorbells = reinterpret_cast<uint32_t*>(created.channel_address + offsetof(wire_channel, doorbell));
    start->arena = created.arena_address;
    start->arena_bytes = created.arena_bytes;
    start->argument = argument;
    uint64_t entry = reinterpret_cast<uint64_t>(blob) - reinterpret_cast<uint64_t>(__start_blob);
    return ask(future_device_run{{FUTURE_VERB_RUN, FUTURE_DEVICE_VERSION},
                                 created.arena_address + entry,
                                 created.arena_address + start_at,
                                 created.arena_address + stack_at,
                                 reserved});
}

future_device_answer Connection::kill(uint32_t signal, uint32_t pid) {
    return ask(future_device_kill{{FUTURE_VERB_KILL, FUTURE_DEVICE_VERSION}, pid, signal});
}

control_exit_notice_request Connection::exit_notice(int timeout_ms) {
    control_exit_notice_request body = {};
    for (;;) {
        std::vector<uint64_t> packet = notice(timeout_ms);
        if (packet.empty()) return body;
        futurek::Message message = {};
        memcpy(message.word, packet.data(), packet.size() * 8);
        if (message.type() == CONTROL_EXCEPTION_TYPE) REQUIRE(decode(message, exception_));
        if (message.type() != CONTROL_EXIT_NOTICE_TYPE) continue;
        REQUIRE(decode(message, body));
        return body;
    }
}

control_exit_notice_request Connection::run_to_end(Blob blob, uint64_t argument) {
    REQUIRE(run(blob, argument).error == 0);
    return exit_notice();
}

void Connection::close() {
    if (arena) munmap(arena, created.arena_bytes);
    if (channel) munmap(channel, created.channel_bytes);
    arena = nullptr;
    channel = nullptr;
    for (int& fd : fds) {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Machine::Machine(unsigned cores, uint64_t memory, const char* name, const char* clock) : name_(name ? name : "") {
    int pair[2], pipe_ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
    REQUIRE(pipe(pipe_ends) == 0);
    pid_ = fork();
    if (pid_ == 0) {
        setpgid(0, 0);
        ::close(pair[0]);
        ::close(pipe_ends[0]);
        std::string count = std::to_string(cores), bytes = std::to_string(memory), ready = std::to_string(pipe_ends[1]);
        std::string connection = std::to_string(pair[1]);
        execl(FUTURE_MACHINE, "future-machine", "--cores", count.c_str(), "--memory", bytes.c_str(), "--ready",
              ready.c_str(), "--clock", clock, name ? "--listen" : "--connection", name ? name : connection.c_str(), nullptr);
        _exit(127);
    }
    ::close(pair[1]);
    ::close(pipe_ends[1]);
    if (name)
        ::close(pair[0]);
    else
        connection_ = pair[0];
    char byte;
    while (read(pipe_ends[0], &byte, 1) == 1) ready_ += byte;
    ::close(pipe_ends[0]);
}

Machine::~Machine() {
    if (connection_ >= 0) ::close(connection_);
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

int Machine::connect() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    int size = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "future/%u/%s", getuid(), name_.c_str());
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    socklen_t length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<size_t>(size));
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), length) == 0) return fd;
    ::close(fd);
    return -1;
}

int Machine::wait(int timeout_ms) {
    for (int turn = 0; turn <= timeout_ms; turn++) {
        int status;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            return status;
        }
        usleep(1000);
    }
    return -1;
}

unsigned open_descriptors(pid_t pid) {
    std::string path = "/proc/" + std::to_string(pid) + "/fd";
    DIR* directory = opendir(path.c_str());
    unsigned count = 0;
    while (directory && readdir(directory)) count++;
    if (directory) closedir(directory);
    return count;
}

unsigned long cpu_ticks(pid_t pid) {
    FILE* file = fopen(("/proc/" + std::to_string(pid) + "/stat").c_str(), "r");
    REQUIRE(file);
    unsigned long user = 0, system = 0;
    int fields = fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    fclose(file);
    REQUIRE(fields == 2);
    return user + system;
}

}  // namespace client
