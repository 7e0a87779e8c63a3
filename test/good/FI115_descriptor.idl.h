/* SPDX-License-Identifier: MIT */
/* An int called fd is a descriptor. */
#include <future/idl.h>

interface_(fi115_descriptor, 100);

int probe(int fd fd_) call_(0) handled_;
