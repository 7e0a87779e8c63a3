// SPDX-License-Identifier: MIT
// What the native machine needs. Nothing of it is needed for the hosted one.
#include <cpuid.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "machine/device.h"
#include "linux/kmod/uapi/future_ioctl.h"
#include "doctor/looks.h"

namespace future {

Finding look_module() {
    const bool loaded = access("/sys/module/future", F_OK) == 0, device = access(FUTURE_DEVICE_PATH, R_OK | W_OK) == 0;
    return {loaded && device,
            !loaded ? "not loaded" : device ? "loaded" : "loaded, but " FUTURE_DEVICE_PATH " is not yours to open"};
}

Finding look_native_machine() {
    const uint32_t state = native_state().value_or(FUTURE_MACHINE_NONE);
    return {state != FUTURE_MACHINE_DEAD, state == FUTURE_MACHINE_DEAD   ? "died"
                                          : state == FUTURE_MACHINE_NONE ? "not booted"
                                          : state == FUTURE_MACHINE_UP   ? "booted"
                                                                         : "being booted or shut down"};
}

Finding look_kernel_file() {
    const std::string file = native_kernel_file();
    const bool has = access(file.c_str(), R_OK) == 0;
    return {has, has ? file : file + ": " + std::strerror(errno)};
}

Finding look_native_cpus() {
    const long all = sysconf(_SC_NPROCESSORS_CONF);
    return {all > 1, std::to_string(all - 1)};
}

Finding look_native_processor() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool nx = __get_cpuid(0x80000001, &a, &b, &c, &d) && d >> 20 & 1, apic = __get_cpuid(1, &a, &b, &c, &d) && d >> 9 & 1;
    return {nx && apic, nx && apic ? "has both" : nx ? "no local APIC" : "no NX"};
}

Finding look_lockdown() {
    std::string word;
    std::ifstream file("/sys/kernel/security/lockdown");
    bool locked = false;
    while (file >> word) locked |= word.front() == '[' && word != "[none]";
    return {!locked, locked ? "on" : "off"};
}

}  // namespace future
