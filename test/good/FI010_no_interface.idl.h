/* SPDX-License-Identifier: MIT */
/* Each file has one interface_ line. */
#include <future/idl.h>

interface_(fi010_no_interface, 100);

int probe(int level) call_(0) handled_;
