/* SPDX-License-Identifier: MIT */
/* Numbers are unique. */
#include <future/idl.h>

interface_(fi012_duplicate_number, 100);

int probe(int level) call_(0) handled_;
int prove(int level) call_(0) handled_;
