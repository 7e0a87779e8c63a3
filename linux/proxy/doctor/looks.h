// SPDX-License-Identifier: MIT
// How `future doctor` finds out what a computer has: a harmless try where one is possible, never a guess by version.
#pragma once

#include "doctor/requirements.h"

namespace future {

// looks_hosted.cc
Finding look_processor();
Finding look_linux();
Finding look_memory_file();
Finding look_executable_memory();
Finding look_gs_base();
Finding look_event_descriptors();
Finding look_sockets();
Finding look_null();
Finding look_proc();
Finding look_machine_file();
Finding look_clock();
Finding look_user_dispatch();
Finding look_seccomp();
Finding look_openat2();
Finding look_cpus();
Finding look_open_files();
Finding look_map_count();

// looks_native.cc
Finding look_module();
Finding look_native_machine();
Finding look_kernel_file();
Finding look_native_cpus();
Finding look_native_processor();
Finding look_lockdown();

}  // namespace future
