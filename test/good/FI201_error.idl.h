/* SPDX-License-Identifier: MIT */
/* A documented error exists. */
#include <future/idl.h>

interface_(fi201_error, 100);

/// Probes.
/// @retval ENOENT it is not there
int probe(int level) call_(0) handled_;
