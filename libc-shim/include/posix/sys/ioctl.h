/* SPDX-License-Identifier: MIT
 * ioctl: Linux's request numbers, taken from the kernel's headers. */
#ifndef FUTURE_SYS_IOCTL_H
#define FUTURE_SYS_IOCTL_H

#include <asm/ioctls.h>
#include <linux/sockios.h>

struct winsize {
    unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

#ifdef __cplusplus
extern "C" {
#endif

int ioctl(int, unsigned long, ...);

#ifdef __cplusplus
}
#endif

#endif
