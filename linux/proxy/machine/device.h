// SPDX-License-Identifier: MIT
// A machine as the proxy sees it: the verbs of idl/wire/device.h, over whichever transport the machine has.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ground/descriptor.h"
#include "idl/wire/channel.h"
#include "idl/wire/device.h"
#include "pump/core_bell.h"

namespace future {

// A notice of channel 0, copied and with a sane size: words[0] is its publish word.
using Notice = std::vector<uint64_t>;

struct Answer {
    future_device_answer head = {};
    std::vector<std::byte> rest;
};

// A process created on the machine, and what is mapped of it here, until the device goes.
struct Program {
    future_device_created created = {};
    std::byte* arena = nullptr;  // readable, writable; an inaccessible page follows
    wire_channel* channel = nullptr;
    Descriptor doorbell;         // an eventfd that the machine writes, or the native machine's like of it
    Descriptor shared[2];        // what arena and channel are files of: no path may lead there; until it is loaded
    bool arena_is_file = false;  // shared[0] can be written at the arena's offsets; else the arena is mapped from create on
    bool unpinnable = false;     // Linux refuses direct I/O and the like on the arena (EFAULT): calls must bounce
    bool own_cores = false;      // the program's cores are none of Linux's CPUs
    CoreBell bell = {};
};

class Device {
public:
    virtual ~Device() = default;
    virtual future_machine_kind kind() const = 0;

    // One request at a time; between the two, the machine works on it. Throw Failure when the machine is gone.
    virtual void send(const void* packet, size_t bytes) = 0;
    // Fails by head.error.
    virtual Answer answer() = 0;
    Answer request(const void* packet, size_t bytes) {
        send(packet, bytes);
        return answer();
    }
    // The answer to a create. error 0: `program` has everything but what map() gives it.
    virtual future_device_answer created(Program& program) = 0;
    // Arena, channel and bell, after it was loaded; the native machine's are there before.
    virtual void map(Program& program) = 0;
    // In a child of ours, to look at the program's memory: maps the arena where a fork leaves it out, to be read only.
    virtual void map_in_child(const Program&) {}

    // Readable when a notice may be there, or the machine died.
    virtual int descriptor() const = 0;
    // The next notice, if one is there. Throws Failure when the machine is gone.
    virtual std::optional<Notice> notice() = 0;
    // Never waits: asks for the end of a process of this connection; its answer is swallowed.
    virtual void kill_own(uint32_t signal) = 0;
    // A machine of our own stops with all its cores, or goes on. One that others share does neither.
    virtual void hold(bool stopped) = 0;
};

future_device_request verb(future_verb);

// The lasting machine of this name; null if none is booted, or none opened within so many ms (-1: as long as it takes).
std::unique_ptr<Device> connect_hosted(const std::string& name, int patience = -1);
// A machine of our own that ends with this connection.
std::unique_ptr<Device> private_hosted(unsigned cores, uint64_t memory_bytes);
// Boots a lasting machine; returns when programs can be run on it.
void boot_hosted(const std::string& name, unsigned cores, uint64_t memory_bytes);
// Becomes a lasting machine in the foreground, its log on stderr.
[[noreturn]] void become_hosted(const std::string& name, unsigned cores, uint64_t memory_bytes);

// The program that is a hosted machine: beside our own, or what FUTURE_MACHINE names.
std::string hosted_machine_file();

// A file in the folder of our own program.
std::string beside_us(const std::string& name);

// The native machine, if it is booted (or dead, to be shut down); null if not, or if there is no /dev/future for us.
std::unique_ptr<Device> connect_native();
bool native_is_denied();  // the device is there, and not for this user
// enum future_machine_state of linux/kmod/uapi/future_ioctl.h; nothing if there is no module, or its device is not for us.
std::optional<uint32_t> native_state();
// What a person should know and do about a native machine that died.
inline constexpr char native_died[] =
    "the machine died: Future's kernel panicked (`future log`). `future shutdown` gives its cores back to Linux; then boot again";
// Takes cores and memory from Linux and boots Future's kernel on them; says how far it came when it fails. Returns the
// memory left for programs.
uint64_t boot_native(unsigned cores, uint64_t memory_bytes);
// The kernel's image: beside our own program, or what FUTURE_KERNEL names.
std::string native_kernel_file();

}  // namespace future
