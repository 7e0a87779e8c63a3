/* SPDX-License-Identifier: MIT */
/* What a program finds behind GS: words of its own, one set for each core. For assembly too. */
#ifndef FUTURE_ABI_CORE_WORDS_H
#define FUTURE_ABI_CORE_WORDS_H

/*
 * GS base is set before a core's first instruction of the program and never changes while it runs; where it points to is
 * the machine's business, and only the words named here are the program's. Each is 8 bytes, 0 at a core's start, read and
 * written by the program on that core alone; the machine never believes it.
 *
 * A program never uses or sets the FS base: on the hosted machine it is that of the host's own thread, and a processor or
 * Linux that lets nobody set it is good enough (docs/decisions/0005-thread-behind-gs.md).
 */
#define FUTURE_GS_THREAD 40 /* the current thread, as MULiTh knows it; thread-local storage lies below (psABI, variant II) */

#endif
