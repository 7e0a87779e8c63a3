/* SPDX-License-Identifier: MIT */
/* A misspelt word. */
#include <future/idl.h>

interface_(fi001_unknown_word, 100);

int probe(int fd fd_) call_(0) may_block_ handled_;
