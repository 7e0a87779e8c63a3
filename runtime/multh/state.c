/* SPDX-License-Identifier: MIT */
/* The scheduler's state, which all layers share; who owns which part of it stands in scheduler.h. */
#include "scheduler.h"

struct multh_scheduler multh;
