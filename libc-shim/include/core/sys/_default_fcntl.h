/* SPDX-License-Identifier: MIT
 * open and fcntl: Linux's own flags, commands and struct flock, taken from the kernel's headers. */
#ifndef _SYS__DEFAULT_FCNTL_H_
#define _SYS__DEFAULT_FCNTL_H_

#include <_ansi.h>
#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <linux/fcntl.h>

/* On x86_64 every file is large; the kernel's header gives the number that open() adds by itself. */
#undef O_LARGEFILE
#define O_LARGEFILE 0

#define O_RSYNC  O_SYNC
#define O_FSYNC  O_SYNC
#define O_ASYNC  FASYNC
#define FAPPEND  O_APPEND
#define FNDELAY  O_NDELAY
#define FNONBLOCK O_NONBLOCK
#define FFSYNC   O_FSYNC

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define SEEK_DATA 3
#define SEEK_HOLE 4

#define POSIX_FADV_NORMAL     0
#define POSIX_FADV_RANDOM     1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED   3
#define POSIX_FADV_DONTNEED   4
#define POSIX_FADV_NOREUSE    5

#ifdef __cplusplus
extern "C" {
#endif

extern int open(const char *, int, ...);
extern int openat(int, const char *, int, ...);
extern int creat(const char *, mode_t);
extern int fcntl(int, int, ...);
extern int flock(int, int);
extern int posix_fadvise(int, off_t, off_t, int);
extern int posix_fallocate(int, off_t, off_t);

#ifdef __cplusplus
}
#endif

#endif
