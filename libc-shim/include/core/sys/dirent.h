/* SPDX-License-Identifier: MIT
 * struct dirent as getdents64 fills it; DIR is the shim's own and opaque. newlib's header is an #error. */
#ifndef FUTURE_SYS_DIRENT_H
#define FUTURE_SYS_DIRENT_H

#include <sys/types.h>

struct dirent {
    ino_t d_ino;
    off_t d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[256];
};

typedef struct __future_directory DIR;

#define DT_UNKNOWN 0
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_BLK     6
#define DT_REG     8
#define DT_LNK     10
#define DT_SOCK    12
#define DT_WHT     14

#endif
