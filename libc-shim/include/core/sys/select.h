/* SPDX-License-Identifier: MIT
 * fd_set with Linux's size; newlib's default holds 64 descriptors. */
#ifndef FUTURE_SYS_SELECT_H
#define FUTURE_SYS_SELECT_H
#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
#endif
#include_next <sys/select.h>
#endif
