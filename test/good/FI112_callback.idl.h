/* SPDX-License-Identifier: MIT */
/* Linux cannot call into a program. */
#include <future/idl.h>

interface_(fi112_callback, 100);

int probe_next(int *done out_()) call_(0) handled_;
