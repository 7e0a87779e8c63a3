// SPDX-License-Identifier: GPL-2.0
/* Loading and unloading, parameters, and what to do when Linux suspends, reboots or panics. */
#include <linux/cc_platform.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/panic_notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <asm/tsc.h>

#include "future.h"
#include "module_version.h"

/* The only one. Whoever works on it is given it: by the open file, the interrupt, or a notifier here. */
static struct future_machine only;

static char *memory_start = "0";
module_param(memory_start, charp, 0444);
MODULE_PARM_DESC(memory_start, "physical address of memory that Linux was told not to use, as in memmap=SIZE$START");

static char *memory_size = "0";
module_param(memory_size, charp, 0444);
MODULE_PARM_DESC(memory_size, "its size, as 256M; without it memory is taken from Linux when a machine is reserved");

static int parse(const char *text, u64 *value)
{
	char *end;

	*value = memparse(text, &end);
	return end == text || (*end && *end != '\n') ? -EINVAL : 0;
}

/* Future's cores would lose their memory or their state; nothing here saves it. */
static int sleep_event(struct notifier_block *block, unsigned long event, void *unused)
{
	bool refuse = false;

	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		spin_lock_irq(&only.lock);
		refuse = only.state != FUTURE_MACHINE_NONE;
		if (!refuse)
			only.asleep = true;
		spin_unlock_irq(&only.lock);
		if (refuse)
			pr_warn("cannot suspend while a machine is booted: shut it down first (future shutdown)\n");
		return refuse ? NOTIFY_BAD : NOTIFY_OK;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		only.asleep = false;
	}
	return NOTIFY_OK;
}

static int reboot_event(struct notifier_block *block, unsigned long event, void *unused)
{
	spin_lock_irq(&only.lock);
	only.asleep = true; /* nobody boots another one */
	if (only.boot)
		future_machine_dead(&only, "Linux is going down");
	future_machine_stop_now(&only); /* under the lock: outside, cores could be Linux's again by now */
	spin_unlock_irq(&only.lock);
	return NOTIFY_OK;
}

static int panic_event(struct notifier_block *block, unsigned long event, void *unused)
{
	future_machine_stop_now(&only);
	return NOTIFY_OK;
}

static struct notifier_block sleep_block = {.notifier_call = sleep_event};
static struct notifier_block reboot_block = {.notifier_call = reboot_event};
static struct notifier_block panic_block = {.notifier_call = panic_event};

/*
 * In words, or NULL. Cores start on page tables of ours and are stopped by INIT: not where a hypervisor's or firmware's
 * tables rule.
 */
static const char *__init computer_lacks(void)
{
	if (!boot_cpu_has(X86_FEATURE_APIC))
		return "it has no local APIC";
	if (!boot_cpu_has(X86_FEATURE_NX))
		return "its processor has no pages without execute permission (NX)";
	if (boot_cpu_has(X86_FEATURE_XENPV))
		return "it is a Xen PV guest";
	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT))
		return "its memory is encrypted";
	return NULL;
}

static void forget_notifiers(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	unregister_reboot_notifier(&reboot_block);
	unregister_pm_notifier(&sleep_block);
}

static int __init future_init(void)
{
	const char *lack = computer_lacks();
	int error;

	if (lack) {
		pr_err("not on this computer: %s\n", lack);
		return -ENODEV;
	}
	if (parse(memory_start, &future_region_start) || parse(memory_size, &future_region_bytes)) {
		pr_err("memory_start and memory_size are numbers, as 0x20000000 and 256M\n");
		return -EINVAL;
	}
	error = future_memory_check_region();
	if (error)
		return error;
	if (check_tsc_unstable())
		pr_warn("Linux does not trust this computer's TSC: clocks of native programs may drift or differ between cores\n");
	future_machine_init(&only);
	error = future_log_init(&only);
	if (error)
		return error;
	error = future_cpu_init();
	if (error)
		goto free_log;
	error = future_interrupt_init(&only);
	if (error)
		goto free_cpu;
	/* Before anybody can boot a machine. */
	register_pm_notifier(&sleep_block);
	register_reboot_notifier(&reboot_block);
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
	error = future_device_init(&only);
	if (!error)
		return 0;

	forget_notifiers();
	future_interrupt_exit(&only);
free_cpu:
	future_cpu_exit();
free_log:
	future_log_exit(&only);
	return error;
}

/* No file is open and no machine is booted: both hold the module. */
static void __exit future_exit(void)
{
	future_device_exit();
	forget_notifiers();
	future_interrupt_exit(&only);
	future_cpu_exit();
	future_log_exit(&only);
}

module_init(future_init);
module_exit(future_exit);
MODULE_LICENSE("GPL");
MODULE_VERSION(FUTURE_MODULE_VERSION);
MODULE_DESCRIPTION("Future: memory, doorbells and cores for a compute co-kernel beside Linux");
