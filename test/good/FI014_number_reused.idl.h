/* SPDX-License-Identifier: MIT */
/* A number belongs to one call for ever. */
#include <future/idl.h>

interface_(fi014_number_reused, 124);

int probe(int level) call_(0) handled_ removed_(prove does it better);
int prove(int level) call_(1) handled_;
