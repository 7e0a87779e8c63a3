/* SPDX-License-Identifier: MIT
 * Scattered reads and gathered writes; struct iovec has one layout everywhere. */
#ifndef FUTURE_SYS_UIO_H
#define FUTURE_SYS_UIO_H

#include <sys/types.h>

struct iovec {
    void *iov_base;
    size_t iov_len;
};

#define UIO_MAXIOV 1024

#ifdef __cplusplus
extern "C" {
#endif

ssize_t readv(int, const struct iovec *, int);
ssize_t writev(int, const struct iovec *, int);
ssize_t preadv(int, const struct iovec *, int, off_t);
ssize_t pwritev(int, const struct iovec *, int, off_t);

#ifdef __cplusplus
}
#endif

#endif
