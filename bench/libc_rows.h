// SPDX-License-Identifier: MIT
// C library functions beside Linux's: libc.c, which measures, run on either side.
#pragma once

#include <vector>

#include "case.h"

namespace bench {

// One for each line of bench-libc. Throws if either side fails, or they do not measure the same.
std::vector<Row> libc_rows(const Options&);

}  // namespace bench
