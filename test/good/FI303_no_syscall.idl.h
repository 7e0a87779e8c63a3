/* SPDX-License-Identifier: MIT */
/* Neither Linux nor a handler serves it. */
#include <future/idl.h>

interface_(fi303_no_syscall, 100);

int probe(int level) call_(0) handled_;
