// SPDX-License-Identifier: MIT
// Finding, starting and naming hosted machines.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ground/descriptor.h"

namespace future {

// Connected to the lasting machine of this user and name; empty if none listens there, or does not accept us within
// `patience` ms (-1: as long as it takes).
Descriptor connect_machine_socket(const std::string& name, int patience = -1);

// This user's lasting machines.
std::vector<std::string> hosted_machine_names();

// A machine that ends with its only connection.
struct PrivateMachine {
    Descriptor connection;
    Descriptor ready;  // where it says how its start went
    pid_t process = -1;
};
PrivateMachine spawn_private_machine(unsigned cores, uint64_t memory_bytes);
// Waits for that; "" or what went wrong.
std::string machine_refusal(int ready);

}  // namespace future
