/* SPDX-License-Identifier: MIT
 * gcc's freestanding C++ headers as installed for Linux, less what they believe about Linux. */
#ifndef FUTURE_CXX_CONFIG_H
#define FUTURE_CXX_CONFIG_H
#include_next <bits/c++config.h>
#undef _GLIBCXX_HAVE_LINUX_FUTEX
#undef _GLIBCXX_HAS_GTHREADS
#endif
