// SPDX-License-Identifier: MIT
// All machines of this user at one moment, for ps and top: whoever does not answer in time is shown as such.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "command.h"

namespace future {

struct MachineView {
    std::string name;      // of a booted hosted machine; "native"; empty: a private machine
    std::string kind;      // hosted, native, private
    std::string silent;    // why nothing is known of it; empty: what follows is so
    future_device_status status = {};
    std::vector<future_device_process> processes;  // a private machine's only one has pid 0: no verb reaches it
    bool stopped = false;  // a private machine, by Ctrl-Z
};

// One if the user gave a --name (`named`) or asked for the native one: a Failure if it is not booted. Else whatever there is.
// That one, or a native machine that is all there is, does not answer: a Failure too.
std::vector<MachineView> look_at_machines(const MachineOptions&, bool named, const CLI::App& app);

// Those of `future run` without a booted machine. They have one connection, which is their proxy's, so nothing is asked of
// them: it is what Linux tells anybody of its processes (/proc) and of how they were started.
std::vector<MachineView> private_machines(const CLI::App& app);

// "default: hosted, 3 of 4 cores free, …" or that it does not answer.
std::string summary(const MachineView&);
// "12 s", "3 min", "1.5 h"
std::string age(uint64_t ns);

}  // namespace future
