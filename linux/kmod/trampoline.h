/* SPDX-License-Identifier: GPL-2.0 */
/* What stands where in the low page that a core starts from. */
#ifndef FUTURE_KMOD_TRAMPOLINE_H
#define FUTURE_KMOD_TRAMPOLINE_H

#define TRAMPOLINE_PAGE		0x8000	/* physical; the SIPI's vector is its number */

/* Behind the code. */
#define TRAMPOLINE_STARTED	0x800	/* u32; 1: the first instructions ran */
#define TRAMPOLINE_CR3		0x808	/* u32 */
#define TRAMPOLINE_CORE		0x80c	/* u32 */
#define TRAMPOLINE_BOOT		0x810	/* u64 */
#define TRAMPOLINE_ENTRY	0x818	/* u64 */
#define TRAMPOLINE_GDT_POINTER	0x820	/* 2 + 4 bytes */
#define TRAMPOLINE_IDT_POINTER	0x830	/* 2 + 8 bytes, zero */
#define TRAMPOLINE_GDT		0x840	/* u64[2] */

#endif
