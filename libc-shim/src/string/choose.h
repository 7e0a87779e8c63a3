/* SPDX-License-Identifier: MIT */
/* Asks the processor, once, before the program's constructors run. */
#ifndef FUTURE_STRING_CHOOSE_H
#define FUTURE_STRING_CHOOSE_H

void future_choose_vectors(void);

#endif
