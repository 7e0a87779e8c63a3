// SPDX-License-Identifier: MIT
// Machines that a test case starts and ends: a private one, and one that listens.
#pragma once

#include <doctest/doctest.h>
#include <string.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "hosted_client.h"

namespace client {

// A private machine and its connection.
struct Private {
    explicit Private(unsigned cores = 2, const char* clock = "tsc")
        : machine(cores, 64 << 20, nullptr, clock), connection(machine.take_connection()) {
        REQUIRE(machine.ready() == "ready\n");
    }
    Machine machine;
    Connection connection;
};

inline std::string unique_name() {
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

inline void wait_flag(Connection& connection, uint64_t value = 1) {
    for (int turn = 0; turn < 5000 && connection.start->flag != value; turn++) usleep(1000);
    REQUIRE(connection.start->flag == value);
}

}  // namespace client
