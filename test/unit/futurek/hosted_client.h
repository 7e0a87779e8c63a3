// SPDX-License-Identifier: MIT
// A machine process and its connections, spoken to in raw packets: no proxy code in between.
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "blobs.h"
#include "futurek/core/control_message.h"
#include "idl/wire/channel.h"
#include "idl/wire/device.h"

namespace client {

// One connection. Packets are kept in order; answers and notices are told apart as device.h says.
class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    ~Connection() { close(); }
    Connection(const Connection&) = delete;

    void send(const void* packet, size_t bytes);
    // The next packet within the time; empty: end of file (eof() says so) or nothing.
    std::vector<uint64_t> receive(int timeout_ms = 5000);
    bool eof() const { return eof_; }

    // Sends and waits for the answer; notices before it are kept.
    template <class Packet>
    future_device_answer ask(const Packet& packet) {
        send(&packet, sizeof packet);
        return answer();
    }
    future_device_answer answer(int timeout_ms = 5000);
    std::vector<uint64_t> notice(int timeout_ms = 5000);

    future_device_answer create(uint32_t cores = 1, uint64_t memory = 2 << 20, uint32_t flags = 0);
    void send_create(uint32_t cores, uint64_t memory, uint32_t flags);
    // Maps what create gave, copies the blobs, runs one.
    future_device_answer run(Blob blob, uint64_t argument = 0);
    future_device_answer kill(uint32_t signal, uint32_t pid = 0);
    // Notices until the exit notice; exception() is what came before it, if it did.
    control_exit_notice_request exit_notice(int timeout_ms = 5000);
    const control_exception_request& exception() const { return exception_; }
    control_exit_notice_request run_to_end(Blob blob, uint64_t argument = 0);
    void close();

    future_device_created created = {};
    std::vector<uint64_t> more;  // behind the last answer
    int fds[3] = {-1, -1, -1};
    BlobStart* start = nullptr;
    wire_channel* channel = nullptr;
    char* arena = nullptr;

private:
    int fd_;
    bool eof_ = false;
    std::vector<std::vector<uint64_t>> kept_;
    control_exception_request exception_ = {};
};

// A future-machine; killed with its object if it still runs.
class Machine {
public:
    // name: --listen; nullptr: private, with connection().
    explicit Machine(unsigned cores = 2, uint64_t memory = 64 << 20, const char* name = nullptr, const char* clock = "tsc");
    ~Machine();

    const std::string& ready() const { return ready_; }
    int connect();  // to a listening one; -1
    int take_connection() {
        int fd = connection_;
        connection_ = -1;
        return fd;
    }
    pid_t pid() const { return pid_; }
    // Its wait status within the time, or -1.
    int wait(int timeout_ms = 5000);

private:
    pid_t pid_ = -1;
    int connection_ = -1;
    std::string name_, ready_;
};

// Lines of /proc/PID/fd and maps: what a machine holds.
unsigned open_descriptors(pid_t pid);
// CPU time so far, in ticks of 10 ms.
unsigned long cpu_ticks(pid_t pid);

}  // namespace client
