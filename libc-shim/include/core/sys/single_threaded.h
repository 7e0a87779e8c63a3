/* SPDX-License-Identifier: MIT */
/* glibc's: whether the program has ever had a second thread. MULiTh clears it before that one starts. */
#ifndef _SYS_SINGLE_THREADED_H
#define _SYS_SINGLE_THREADED_H

#ifdef __cplusplus
extern "C" {
#endif

extern char __libc_single_threaded __asm__("multh_single_threaded");

#ifdef __cplusplus
}
#endif

#endif
