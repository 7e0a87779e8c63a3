/* SPDX-License-Identifier: MIT */
/* The map of pages that this program has protected, which the proxy looks at before a delegated call touches one. */
#ifndef MULTH_PROTECTIONS_H
#define MULTH_PROTECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "futurek/abi/start_block.h"

/*
 * Whole pages of the arena were protected so; FUTURE_PROT_* or-ed. From any thread, of one page by one thread at a time. The
 * first call makes the map; where there is no memory for it nothing is noted, and delegated calls write where they may not.
 */
void multh_note_protection(struct future_start_block *, uintptr_t address, size_t bytes, unsigned protection);

#endif
