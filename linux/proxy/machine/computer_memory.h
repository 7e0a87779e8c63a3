// SPDX-License-Identifier: MIT
// How much memory this computer can give us: what a program may use of it, if nobody says otherwise.
#pragma once

#include <cstdint>
#include <string>

namespace future {

uint64_t physical_memory();

// The least of physical memory, what control groups leave us (both versions; each of our group and those above it), and,
// where Linux promises no more than it has (vm.overcommit_memory=2), what it can still promise.
// `root` is in front of /proc and /sys, for tests. Whole extents of 2 MiB, at least one.
uint64_t computer_memory(const std::string& root = "");

// What of it nobody uses now, or Linux would give up for us.
uint64_t available_memory(const std::string& root = "");

// Of a hosted machine on which `cores` programs may each use all of that: addresses, no memory. Less under a limit on
// addresses (ulimit -v), since a machine reserves twice as many, and other things need some.
uint64_t hosted_memory(unsigned cores);

// A computer that cannot give memory when a program touches it: what to tell.
std::string memory_is_gone(const std::string& program, uint64_t program_bytes);

}  // namespace future
