/* SPDX-License-Identifier: MIT */
/* A number belongs to one call for ever. */
#include <future/idl.h>

interface_(fi014_number_reused, 124);

int prove(int level) call_(0) handled_;
