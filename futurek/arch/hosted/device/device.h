// SPDX-License-Identifier: MIT
// The device of a hosted machine: what future.ko is natively. Verbs of idl/wire/device.h on one side, channel 0 on the
// other.
#pragma once

#include <stdint.h>

struct wire_channel;

namespace futurek::hosted {

struct DeviceOptions {
    unsigned cores = 0;
    uint64_t memory_bytes = 0;
    int connection = -1;  // a private machine's only connection, else
    int listener = -1;    // a lasting machine's socket
    uint64_t* page_map = nullptr;
};

// Channel 0 in this process's memory; the kernel gets it at boot.
wire_channel* device_channel();

// Before boot. nullptr, or what is wrong.
const char* device_start(const DeviceOptions& options);

// False: boot_complete did not come in time.
bool device_wait_boot(uint64_t limit_ns);

// Serves until the machine is to end, then ends all programs in order. Runs on the main thread.
void device_serve();

// An idle core serves a context (as serve.cc named it) for a moment, or until *work is not 0: it spins, so
// that create and run need no wake-up.
void device_attend(uint64_t context, unsigned core, const uint32_t& work);

// Somebody is at the door, and an idle core opens.
void device_visitor();

}  // namespace futurek::hosted
