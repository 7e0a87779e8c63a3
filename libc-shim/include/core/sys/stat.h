/* SPDX-License-Identifier: MIT
 * struct stat with x86_64 Linux's own layout; everything else of <sys/stat.h> comes from newlib. */
#ifndef FUTURE_SYS_STAT_H
#define FUTURE_SYS_STAT_H

#include <sys/types.h>
#include <sys/_timespec.h>

/* newlib's structure is moved out of the way under another name: its header has no switch to leave it out. The macro
 * renames functions as well, so stat() itself is declared anew below. */
#define stat __newlib_stat
#include_next <sys/stat.h>
#undef stat

#undef st_atime
#undef st_mtime
#undef st_ctime
#undef S_BLKSIZE
#define S_BLKSIZE 512

struct stat {
    dev_t st_dev;
    ino_t st_ino;
    nlink_t st_nlink;
    mode_t st_mode;
    uid_t st_uid;
    gid_t st_gid;
    unsigned int __pad0;
    dev_t st_rdev;
    off_t st_size;
    blksize_t st_blksize;
    blkcnt_t st_blocks;
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
    long __unused4[3];
};

#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec

#define UTIME_NOW  ((1l << 30) - 1l)
#define UTIME_OMIT ((1l << 30) - 2l)

#ifdef __cplusplus
extern "C" {
#endif

int stat(const char *__restrict __path, struct stat *__restrict __status);

#ifdef __cplusplus
}
#endif

#endif
