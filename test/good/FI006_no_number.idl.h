/* SPDX-License-Identifier: MIT */
/* Each call has its number. */
#include <future/idl.h>

interface_(fi006_no_number, 100);

int probe(int level) call_(0) handled_;
