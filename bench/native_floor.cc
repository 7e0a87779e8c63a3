// SPDX-License-Identifier: MIT
#include "native_floor.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bare_program.h"
#include "linux/kmod/uapi/future_ioctl.h"
#include "raw_peer.h"
#include "samples.h"

namespace bench {

std::unique_ptr<future::Device> connect_native_machine() {
    auto device = future::connect_native();
    if (!device) throw std::runtime_error("no native machine is booted: future boot --machine native");
    return device;
}

Samples raw_line(const Options& o) {
    BareProgram peer(o.bin / "bench-raw-peer", connect_native_machine());
    const double scale = ns_per_tick();
    const int rounds = o.quick ? 5000 : 50000, warm_up = 1000;
    std::vector<double> values;
    peer.run();
    for (uint32_t i = 1; i <= static_cast<uint32_t>(rounds + warm_up); i++) {
        const uint64_t start = ticks();
        wire_store32(raw_ping(peer.channel()), i);
        while (wire_load32(raw_pong(peer.channel())) != i) wire_pause();
        if (i > warm_up) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    wire_store32(raw_ping(peer.channel()), RAW_STOP);
    peer.wait();
    return Samples(std::move(values));
}

Samples bare_interrupts(const Options& o, unsigned pause_us) {
    std::vector<uint32_t> ns((o.quick ? 500 : 5000) / (pause_us ? 2 : 1));
    const size_t at_once = pause_us ? 1 : ns.size();
    const future::Descriptor device(open(FUTURE_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    if (!device) throw std::runtime_error("no native machine is booted: future boot --machine native");
    for (size_t i = 0; i < ns.size(); i += at_once) {
        if (pause_us) usleep(pause_us);
        future_ioc_echo echo = {};
        echo.rounds = static_cast<uint32_t>(at_once);
        echo.ns = reinterpret_cast<uint64_t>(ns.data() + i);
        if (ioctl(device.get(), FUTURE_IOC_ECHO, &echo) != 0)
            throw std::runtime_error(std::string("FUTURE_IOC_ECHO: ") + std::strerror(errno));
    }
    return Samples(std::vector<double>(ns.begin(), ns.end()));
}

Samples bare_bells(const Options& o) {
    BareProgram peer(o.bin / "bench-bell-peer", connect_native_machine());
    const future::Program& program = peer.program();
    const double scale = ns_per_tick();
    const uint32_t rounds = o.quick ? 500 : 5000, warm_up = 100;
    std::vector<double> values;
    peer.run();
    for (uint32_t i = 1; i <= rounds + warm_up; i++) {
        const uint64_t start = ticks();
        wire_exchange32(raw_ping(peer.channel()), i);
        program.bell.ring(program.bell.context, 0);
        for (uint64_t rings; wire_load32(raw_pong(peer.channel())) != i;)
            if (read(program.doorbell.get(), &rings, sizeof rings) < 0) throw std::runtime_error("the doorbell cannot be read");
        if (i > warm_up) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    wire_exchange32(raw_ping(peer.channel()), RAW_STOP);
    program.bell.ring(program.bell.context, 0);
    peer.wait();
    return Samples(std::move(values));
}

}  // namespace bench
