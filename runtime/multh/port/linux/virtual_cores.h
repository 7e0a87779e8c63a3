/* SPDX-License-Identifier: MIT */
/* What a run asks of the virtual cores beside core_port.h. */
#ifndef MULTH_VIRTUAL_CORES_H
#define MULTH_VIRTUAL_CORES_H

#include "linux_port.h"

/* Before anything else of a run: as no run had been. */
void multh_linux_set_up(const struct multh_linux_machine *wanted);
/* Until all cores that were started have stopped. */
void multh_linux_join(void);
/* Gives the run's memory back; the run's status. */
int multh_linux_tear_down(void);

#endif
