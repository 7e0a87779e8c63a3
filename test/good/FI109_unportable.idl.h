/* SPDX-License-Identifier: MIT */
/* A type of another size elsewhere. */
#include <future/idl.h>

interface_(fi109_unportable, 100);

int probe(double weight) call_(0) handled_;
