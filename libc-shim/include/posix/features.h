/* SPDX-License-Identifier: MIT
 * glibc's name for <sys/features.h>; gcc's C++ headers ask for it. */
#include <sys/features.h>
