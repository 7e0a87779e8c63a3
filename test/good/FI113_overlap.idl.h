/* SPDX-License-Identifier: MIT */
/* A value chooses one case. */
#include <future/idl.h>

interface_(fi113_overlap, 100);

constants_(asking, 1, 2);
constants_(setting, 3);
int probe(int command, ...);
int probe_get(int command one_of_(asking)) case_of_(probe, command) call_(0) handled_;
int probe_set(int command one_of_(setting), int level) case_of_(probe, command) call_(1) handled_;
