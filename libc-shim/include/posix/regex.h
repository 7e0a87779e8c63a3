/* SPDX-License-Identifier: MIT
 * <regex.h> by itself: newlib's wants <sys/types.h> before. */
#ifndef FUTURE_REGEX_H
#define FUTURE_REGEX_H

#include <sys/types.h>
#include_next <regex.h>

#endif
