/* SPDX-License-Identifier: MIT */
/* A string has a maximum. */
#include <future/idl.h>

interface_(fi106_string, 100);

int probe(const char *path) call_(0) handled_;
