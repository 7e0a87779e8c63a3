/* SPDX-License-Identifier: MIT */
/* The calling thread's signal mask, and what is pending behind it: only the thread itself looks at them. */
#ifndef FUTURE_LIBC_SHIM_SIGNAL_MASK_H
#define FUTURE_LIBC_SHIM_SIGNAL_MASK_H

#include <signal.h>

/* A new thread's mask is its creator's, and nothing is pending. */
sigset_t *signal_mask(void);
sigset_t *signals_pending(void);

/* True: the thread holds this signal back; it is raised again when the mask no longer does. */
int signal_is_held(int number);

#endif
