// SPDX-License-Identifier: MIT
// The lock: compares an interface with its committed schema, so that no change breaks an older program unseen.
#pragma once

#include "diagnostic.h"
#include "layout.h"

namespace gen {

// FI014, FI401 (incompatible) and FI402 (compatible, but not in the lock yet). Adds the lock's prefixes to each call's
// history; what is not compatible is not added.
void compare_with_lock(const Schema& lock, const std::string& lock_path, const Schema& now, Interface& interface,
                       bool lock_must_be_current, Diagnostics& diagnostics);

// FI011: another interface's lock in the same folder has this slot or id.
void check_neighbours(const std::string& lock_path, const Interface& interface, Diagnostics& diagnostics);

// Without a lock: each call's history is what it is now.
void begin_history(Interface& interface);

}  // namespace gen
