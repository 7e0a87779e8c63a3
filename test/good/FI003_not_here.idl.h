/* SPDX-License-Identifier: MIT */
/* A word where it means nothing. */
#include <future/idl.h>

interface_(fi003_not_here, 100);

int probe(const char *level string_(64)) call_(0) handled_;
