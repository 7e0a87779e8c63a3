// SPDX-License-Identifier: GPL-2.0
/* Future's interrupt to Linux: an irq of our own on the CPUs' vector domain, and where it is published. */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/workqueue.h>
#include <asm/hw_irq.h>
#include <asm/irqdomain.h>
#include <asm/smp.h>

#include "future.h"

/*
 * What the handler takes at once, and how often within a jiffy. The rest waits for the next jiffy, and nothing rings
 * meanwhile: a program that writes to the log without end costs Linux this much and no more.
 */
#define MESSAGES_AT_ONCE 16
#define INTERRUPTS_A_JIFFY 64
#define MESSAGES_LATER 1024

static struct fwnode_handle *node;
static struct irq_domain *domain;
static int irq;

/* Inside the irq descriptor's lock. */
static DEFINE_RAW_SPINLOCK(publish_lock);
static struct future_native_boot *published_to;

/* The physical APIC id of the CPU that Linux chose: irq_cfg's own destination may be a logical one. */
static void publish(struct irq_data *data)
{
	const struct irq_cfg *config = irqd_cfg(data);
	unsigned int cpu = cpumask_first(irq_data_get_effective_affinity_mask(data));
	unsigned long flags;

	if (!config || cpu >= nr_cpu_ids)
		return;
	raw_spin_lock_irqsave(&publish_lock, flags);
	if (published_to)
		wire_store(&published_to->linux_irq.word,
			   config->vector | (u64)per_cpu(x86_cpu_to_apicid, cpu) << 32);
	raw_spin_unlock_irqrestore(&publish_lock, flags);
}

/* NULL: no more. */
void future_interrupt_publish(struct future_native_boot *boot)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&publish_lock, flags);
	published_to = boot;
	raw_spin_unlock_irqrestore(&publish_lock, flags);
	if (boot)
		publish(irq_get_irq_data(irq));
}

/* The old vector still works until the first interrupt has come through the new one. */
static int set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	int result = irq_chip_set_affinity_parent(data, mask, force);

	if (result >= 0)
		publish(data);
	return result;
}

static struct irq_chip chip = {
	.name = "future",
	.irq_ack = irq_chip_ack_parent,
	.irq_set_affinity = set_affinity,
	.irq_retrigger = irq_chip_retrigger_hierarchy,
	.flags = IRQCHIP_SKIP_SET_WAKE,
};

static int allocate(struct irq_domain *from, unsigned int virq, unsigned int count, void *info)
{
	int error = irq_domain_alloc_irqs_parent(from, virq, count, info);

	if (!error)
		irq_domain_set_info(from, virq, 0, &chip, NULL, handle_edge_irq, NULL, "edge");
	return error;
}

static const struct irq_domain_ops domain_ops = {
	.alloc = allocate,
	.free = irq_domain_free_irqs_common,
};

/* machine.lock. True: there may be more, and nobody will ring for it. */
static bool look(struct future_machine *machine, unsigned int limit)
{
	struct future_native_boot *boot = machine->boot;
	bool more = false;

	if (!boot)
		return false;
	future_doorbells_rung(machine);
	if (wire_load32_ordered(&boot->echoed.word))
		wake_up(&machine->echo_wait);
	if (wire_load32_ordered(&boot->control_to_linux.word) && wire_exchange32(&boot->control_to_linux.word, 0))
		more = future_channel0_drain(machine, limit);
	future_log_tell(machine);
	if (wire_load32(&boot->panic.done) && machine->state != FUTURE_MACHINE_DEAD)
		future_machine_dead(machine, "its kernel panicked");
	return more;
}

static unsigned long this_jiffy = INITIAL_JIFFIES; /* machine.lock */
static unsigned int interrupts_in_it;

static irqreturn_t handler(int number, void *data)
{
	struct future_machine *machine = data;
	bool more;

	spin_lock(&machine->lock);
	machine->interrupts++;
	if (time_after(jiffies, this_jiffy)) {
		this_jiffy = jiffies;
		interrupts_in_it = 0;
	}
	more = look(machine, interrupts_in_it++ < INTERRUPTS_A_JIFFY ? MESSAGES_AT_ONCE : 0);
	spin_unlock(&machine->lock);
	if (more)
		schedule_delayed_work(&machine->later, 1);
	return IRQ_HANDLED;
}

static void look_later(struct work_struct *work)
{
	struct future_machine *machine = container_of(to_delayed_work(work), struct future_machine, later);
	bool more;

	spin_lock_irq(&machine->lock);
	if (machine->boot)
		wire_store32(&machine->boot->control_to_linux.word, 1);
	more = look(machine, MESSAGES_LATER);
	spin_unlock_irq(&machine->lock);
	if (more)
		schedule_delayed_work(&machine->later, 1);
}

/* Now and then, in case an interrupt was lost. */
void future_look(struct future_machine *machine)
{
	mod_delayed_work(system_wq, &machine->later, 0);
}

int future_interrupt_init(struct future_machine *machine)
{
	struct irq_alloc_info info = {.mask = cpumask_of(0)};
	int error = -ENOMEM;

	INIT_DELAYED_WORK(&machine->later, look_later);
	node = irq_domain_alloc_named_fwnode("future");
	if (!node)
		return -ENOMEM;
	domain = irq_domain_create_hierarchy(x86_vector_domain, 0, 1, node, &domain_ops, NULL);
	if (!domain)
		goto free_node;
	irq = irq_domain_alloc_irqs(domain, 1, NUMA_NO_NODE, &info);
	if (irq < 0) {
		error = irq;
		goto remove_domain;
	}
	error = request_irq(irq, handler, 0, "future", machine);
	if (!error)
		return 0;
	irq_dispose_mapping(irq);
remove_domain:
	irq_domain_remove(domain);
free_node:
	irq_domain_free_fwnode(node);
	return error;
}

void future_interrupt_exit(struct future_machine *machine)
{
	free_irq(irq, machine);
	cancel_delayed_work_sync(&machine->later);
	irq_dispose_mapping(irq);
	irq_domain_remove(domain);
	irq_domain_free_fwnode(node);
}
