/* SPDX-License-Identifier: MIT */
/* Each file has one interface_ line. */
#include <future/idl.h>

int probe(int level) call_(0) handled_;
