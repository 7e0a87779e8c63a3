/* SPDX-License-Identifier: MIT
 * In place of the host's file of this name, which is about glibc. */
#ifndef _GLIBCXX_OS_DEFINES
#define _GLIBCXX_OS_DEFINES
#include <sys/features.h>
#endif
