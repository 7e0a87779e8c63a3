/* SPDX-License-Identifier: GPL-2.0 */
/* Every difference between the kernels that the module is built for (6.1 to 6.12). */
#ifndef FUTURE_KMOD_COMPAT_H
#define FUTURE_KMOD_COMPAT_H

#include <linux/mm.h>
#include <linux/version.h>
#include <asm/apic.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_set(struct vm_area_struct *area, unsigned long flags)
{
	area->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *area, unsigned long flags)
{
	area->vm_flags &= ~flags;
}
#endif

static inline void future_wait_icr_idle(void)
{
	if (x2apic_enabled())
		return;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	apic->safe_wait_icr_idle();
#else
	apic->wait_icr_idle();
#endif
}

#endif
