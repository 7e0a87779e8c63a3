// SPDX-License-Identifier: GPL-2.0
/* Which of Linux's CPUs are Future's: taking them, keeping Linux from onlining them, giving them back. */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <asm/apic.h>
#include <asm/smp.h>

#include "future.h"

static struct cpumask owned; /* changed under machine.transition; read by the hotplug callback */
static int guard_state;

static int refuse_owned(unsigned int cpu)
{
	return cpumask_test_cpu(cpu, &owned) ? -EBUSY : 0;
}

int future_cpu_init(void)
{
	guard_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "future:guard", refuse_owned, NULL);
	return guard_state < 0 ? guard_state : 0;
}

void future_cpu_exit(void)
{
	cpuhp_remove_state_nocalls(guard_state);
}

static bool can_be_taken(unsigned int cpu)
{
	return cpu != 0 && per_cpu(x86_cpu_to_apicid, cpu) != (u16)BAD_APICID &&
	       per_cpu(x86_cpu_to_apicid, cpu) != BAD_APICID;
}

u32 future_cpus_possible(void)
{
	unsigned int cpu;
	u32 count = 0;

	for_each_present_cpu(cpu)
		count += can_be_taken(cpu);
	return min_t(u32, count, WIRE_MAX_CORES);
}

u64 future_cpus_owned(void)
{
	u64 bits = 0;
	unsigned int cpu;

	for_each_cpu(cpu, &owned)
		if (cpu < 64)
			bits |= 1ull << cpu;
	return bits;
}

/*
 * Marked first: from then on nobody can bring it online again. Under the lock that a bring-up holds from before it asks
 * refuse_owned until the CPU is online: else one could be half-way there, and be stopped in the middle.
 */
static int take(struct future_core *core, unsigned int cpu)
{
	int error = 0;

	core->cpu = cpu;
	core->apic_id = per_cpu(x86_cpu_to_apicid, cpu);
	cpus_read_lock();
	cpumask_set_cpu(cpu, &owned);
	core->was_online = cpu_online(cpu);
	cpus_read_unlock();
	if (core->was_online)
		error = remove_cpu(cpu);
	if (error > 0) { /* somebody else was first */
		core->was_online = false;
		error = 0;
	}
	if (error)
		cpumask_clear_cpu(cpu, &owned);
	return error;
}

/* From the highest number down. machine.transition. */
int future_cpus_take(struct future_machine *machine, u32 cores)
{
	int cpu, error;

	lockdep_assert_held(&machine->transition);
	if (cores > future_cpus_possible())
		return -EBUSY;
	for (cpu = nr_cpu_ids - 1; cpu > 0 && machine->cores < cores; cpu--) {
		if (!cpu_present(cpu) || !can_be_taken(cpu))
			continue;
		error = take(&machine->core[machine->cores], cpu);
		if (error) {
			pr_warn("CPU %d cannot be taken: error %d\n", cpu, error);
			continue;
		}
		machine->cores++;
	}
	return machine->cores == cores ? 0 : -EBUSY;
}

/* They are stopped, or never ran. One that was not online before stays offline. machine.transition. */
void future_cpus_return(struct future_machine *machine)
{
	u32 index;

	lockdep_assert_held(&machine->transition);
	for (index = 0; index < machine->cores; index++) {
		const struct future_core *core = &machine->core[index];
		int error = 0;

		cpumask_clear_cpu(core->cpu, &owned);
		if (core->was_online)
			error = add_cpu(core->cpu);
		if (error < 0) /* more than 0: somebody else was first */
			pr_err("CPU %u does not come back: error %d; try /sys/devices/system/cpu/cpu%u/online\n",
			       core->cpu, error, core->cpu);
	}
	machine->cores = 0;
}

/* Stores before it are seen by the core that it interrupts: an x2APIC's register write orders nothing by itself. */
void future_apic_write(u32 apic_id, u32 low)
{
	unsigned long flags;

	asm volatile("mfence; lfence" : : : "memory");
	local_irq_save(flags);
	future_wait_icr_idle();
	apic->icr_write(low, apic_id);
	local_irq_restore(flags);
}

void future_interrupt_core(const struct future_machine *machine, u32 core, u32 vector)
{
	future_apic_write(machine->core[core].apic_id, APIC_DM_FIXED | APIC_DEST_PHYSICAL | vector);
}

/* INIT: wherever a core is, it waits for a start again, and touches no memory. */
void future_cores_stop(const struct future_machine *machine)
{
	u32 index;

	for (index = 0; index < machine->cores; index++) {
		u32 apic_id = machine->core[index].apic_id;

		future_apic_write(apic_id, APIC_INT_LEVELTRIG | APIC_INT_ASSERT | APIC_DM_INIT);
		future_apic_write(apic_id, APIC_INT_LEVELTRIG | APIC_DM_INIT);
	}
}

/* Sent is not yet obeyed, on a virtual CPU that its host has put aside: before memory that cores knew is another's. */
void future_cores_stop_wait(const struct future_machine *machine)
{
	future_cores_stop(machine);
	usleep_range(10000, 11000);
}
