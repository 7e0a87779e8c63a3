/* SPDX-License-Identifier: MIT */
/* A call number is one byte. */
#include <future/idl.h>

interface_(fi013_out_of_range, 100);

int probe(int level) call_(255) handled_;
