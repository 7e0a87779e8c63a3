/* SPDX-License-Identifier: MIT */
/* Robust mutexes: which ones each thread holds, and what becomes of them when it ends. */
#ifndef MULTH_ROBUST_H
#define MULTH_ROBUST_H

#include "include/future/multh.h"
#include "scheduler.h"

/* False: there is no memory for it. */
bool multh_robust_note(struct multh_mutex *mutex, struct multh_thread *owner);
void multh_robust_strike_out(struct multh_mutex *mutex, struct multh_thread *owner);

/* Strikes out whichever of the owner's comes first. NULL: it holds none. */
struct multh_mutex *multh_robust_take(struct multh_thread *owner);

/* mutex.c: a thread ends that holds some; whoever locks one next is told by EOWNERDEAD. */
void multh_mutex_abandon_all(struct multh_thread *self);

#endif
