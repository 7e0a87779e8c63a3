// SPDX-License-Identifier: MIT
// All are asked before the first answer is awaited, and share one time limit: a hundred dead ones wait no longer than one.
#include "machines.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "machine/computer_memory.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "machine/hosted_socket.h"
#include "words/printable.h"

namespace future {
namespace {

// With a machine among others, and with the one that was asked for: a computer that is busy takes its time.
constexpr std::chrono::milliseconds kPatience{1000}, kPatienceWithOne{5000};
constexpr char kSilent[] = "does not answer";

using Time = std::chrono::steady_clock::time_point;

int milliseconds_until(Time end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

struct Asked {
    MachineView view;
    std::unique_ptr<Device> device;
};

// What a device says is a Failure to others is a state here.
template <class Step>
void careful(Asked& asked, const Step& step) {
    if (!asked.view.silent.empty()) return;
    try {
        step();
    } catch (const Failure& failure) {
        asked.view.silent = failure.what();
    }
}

void ask(Asked& asked) {
    if (asked.device->kind() == FUTURE_MACHINE_NATIVE) return;  // answers as it is asked
    careful(asked, [&] {
        for (const future_verb each : {FUTURE_VERB_STATUS, FUTURE_VERB_LIST}) {
            const future_device_request packet = verb(each);
            asked.device->send(&packet, sizeof packet);
        }
    });
}

Answer awaited(Device& device, future_verb what, Time end) {
    if (device.kind() == FUTURE_MACHINE_NATIVE) {
        const future_device_request packet = verb(what);
        return device.request(&packet, sizeof packet);
    }
    // A packet comes whole, and to who has no process and no log nothing comes but answers.
    pollfd ready = {device.descriptor(), POLLIN, 0};
    if (poll(&ready, 1, milliseconds_until(end)) <= 0) throw Failure(kSilent);
    return device.answer();
}

void take_answers(Asked& asked, Time end) {
    careful(asked, [&] {
        asked.view.status = read_status(awaited(*asked.device, FUTURE_VERB_STATUS, end));
        asked.view.processes = read_processes(awaited(*asked.device, FUTURE_VERB_LIST, end));
        for (future_device_process& process : asked.view.processes) make_printable(std::span(process.name, strnlen(process.name, sizeof process.name)));
    });
}

Asked asked_of(std::unique_ptr<Device> device, const std::string& name) {
    const bool native = device->kind() == FUTURE_MACHINE_NATIVE;
    Asked asked;
    asked.view.name = native ? "native" : name;
    asked.view.kind = native ? "native" : "hosted";
    asked.device = std::move(device);
    return asked;
}

void find_hosted(std::vector<Asked>& all) {
    std::vector<std::string> names = hosted_machine_names();
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
        Asked asked;
        asked.view.name = printable(name);  // anybody may bind one
        asked.view.kind = "hosted";
        careful(asked, [&] { asked.device = connect_hosted(name, static_cast<int>(kPatience.count())); });
        const std::vector<std::string> now = hosted_machine_names();
        if (!asked.device && asked.view.silent.empty()) {
            if (std::find(now.begin(), now.end(), name) == now.end()) continue;  // it has ended
            asked.view.silent = kSilent;                                         // too many wait at its door
        }
        all.push_back(std::move(asked));
    }
}

void find_native(std::vector<Asked>& all) {
    Asked denied;
    denied.view.name = denied.view.kind = "native";
    denied.view.silent = "/dev/future is not yours to open (docs/native.md, \"Who may use it\")";
    if (native_is_denied()) all.push_back(std::move(denied));
    else if (auto device = connect_native()) all.push_back(asked_of(std::move(device), "native"));
}

}  // namespace

std::vector<MachineView> look_at_machines(const MachineOptions& options, bool named, const CLI::App& app) {
    const bool one = named || options.kind == "native";
    std::vector<Asked> all;
    if (one) {
        all.push_back(asked_of(booted_machine(options, static_cast<int>(kPatienceWithOne.count())), options.name));
    } else {
        find_hosted(all);
        if (options.may_be("native")) find_native(all);
    }
    const Time end = std::chrono::steady_clock::now() + (one ? kPatienceWithOne : kPatience);
    for (Asked& each : all)
        if (each.device) ask(each);
    std::vector<MachineView> views;
    for (Asked& each : all) {
        if (each.device) take_answers(each, end);
        views.push_back(std::move(each.view));
    }
    if (!one)
        for (MachineView& own : private_machines(app)) views.push_back(std::move(own));
    // A native machine that died is what the user is to hear of, whatever he asked.
    const bool native_only = views.size() == 1 && views[0].kind == "native" && all[0].device;
    if ((one || native_only) && !views[0].silent.empty())
        throw Failure(native_only ? views[0].silent : fmt::format("machine `{}`: {}", views[0].name, views[0].silent));
    return views;
}

std::string summary(const MachineView& view) {
    if (!view.silent.empty()) return fmt::format("{}: {}: {}", view.name, view.kind, view.silent);
    const future_device_status& s = view.status;
    uint64_t free = s.free_bytes, memory = s.memory_bytes;
    if (view.kind == "hosted") {  // its own are addresses: as many for each core as the computer has memory
        free = std::min(free, available_memory());
        memory = std::min(memory, computer_memory());
    }
    return fmt::format("{}: {}, up {}, {} of {} cores free, {} of {} MiB free", view.name, view.kind, age(s.uptime_ns), s.free_cores,
                       s.cores, free >> 20, memory >> 20);
}

std::string age(uint64_t ns) {
    const double seconds = static_cast<double>(ns) / 1e9;
    if (seconds < 120) return fmt::format("{:.0f} s", seconds);
    if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace future
