/* SPDX-License-Identifier: MIT */
/* A word of the thread that plays the core. */
#ifndef FUTURE_MALLOC_PORT_CORE_H
#define FUTURE_MALLOC_PORT_CORE_H

#ifdef __cplusplus
extern "C"
#endif
void **future_port_word(void);

#endif
