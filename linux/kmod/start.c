// SPDX-License-Identifier: GPL-2.0
/* Starting cores: a real-mode stub in a low page, first page tables, INIT and SIPI, and how far each came. */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/apic.h>
#include <asm/desc_defs.h>
#include <asm/pgtable_types.h>

#include "future.h"
#include "trampoline.h"

extern const u8 future_trampoline[], future_trampoline_end[];

#define TABLE_ORDER 3
#define PRESENT (_PAGE_PRESENT | _PAGE_RW)
#define LARGE (PRESENT | _PAGE_PSE)

/* All below 4 GiB: CR3 is loaded by 32-bit code. */
struct first_tables {
	u64 top[512];
	u64 low_third[512];
	u64 low_second[512];
	u64 high_third[512];
	u64 high_second[512];
};

static u64 physical(const struct first_tables *tables, const u64 *table)
{
	return virt_to_phys((void *)tables) + ((u8 *)table - (u8 *)tables);
}

static struct first_tables *make_tables(const struct future_memory *memory)
{
	struct first_tables *tables = (void *)__get_free_pages(GFP_KERNEL | GFP_DMA32 | __GFP_ZERO, TABLE_ORDER);
	u32 chunk;

	if (!tables)
		return NULL;
	tables->top[0] = physical(tables, tables->low_third) | PRESENT;
	tables->low_third[0] = physical(tables, tables->low_second) | PRESENT;
	tables->low_second[0] = LARGE;
	tables->top[511] = physical(tables, tables->high_third) | PRESENT;
	tables->high_third[510] = physical(tables, tables->high_second) | PRESENT;
	for (chunk = 0; chunk < min_t(u32, memory->chunks, 512); chunk++)
		tables->high_second[chunk] = memory->physical[chunk] | LARGE;
	return tables;
}

static void fill_page(u8 *page, const struct first_tables *tables, u64 entry)
{
	struct desc_ptr *pointer = (void *)(page + TRAMPOLINE_GDT_POINTER);

	memset(page, 0, PAGE_SIZE);
	memcpy(page, future_trampoline, future_trampoline_end - future_trampoline);
	*(u32 *)(page + TRAMPOLINE_CR3) = physical(tables, tables->top);
	*(u64 *)(page + TRAMPOLINE_BOOT) = FUTURE_NATIVE_BASE + FUTURE_NATIVE_BOOT;
	*(u64 *)(page + TRAMPOLINE_ENTRY) = entry;
	*(u64 *)(page + TRAMPOLINE_GDT + 8) = 0x00af9b000000ffffull; /* 64-bit code */
	pointer->size = 15;
	pointer->address = TRAMPOLINE_PAGE + TRAMPOLINE_GDT;
}

static int start(const struct future_machine *machine, u8 *page, u32 core, unsigned long deadline)
{
	const struct future_native_boot *boot = machine->boot;
	u32 apic_id = machine->core[core].apic_id;
	const u32 *stage = &boot->core[core].stage;

	*(u32 *)(page + TRAMPOLINE_CORE) = core;
	WRITE_ONCE(*(u32 *)(page + TRAMPOLINE_STARTED), 0);
	future_apic_write(apic_id, APIC_INT_LEVELTRIG | APIC_INT_ASSERT | APIC_DM_INIT);
	usleep_range(10000, 11000);
	future_apic_write(apic_id, APIC_INT_LEVELTRIG | APIC_DM_INIT);
	future_apic_write(apic_id, APIC_DM_STARTUP | TRAMPOLINE_PAGE >> 12);
	while (wire_load32(stage) < FUTURE_STAGE_TABLES) {
		if (fatal_signal_pending(current) || READ_ONCE(machine->asleep))
			return -EINTR;
		if (READ_ONCE(boot->panic.done))
			return -EIO;
		if (time_after(jiffies, deadline))
			return -ETIMEDOUT;
		usleep_range(50, 200);
	}
	return 0;
}

/* Linux keeps the first MiB from its own allocator; firmware may have put something there that we must not touch. */
static bool low_page_is_free(void)
{
	if (region_intersects(TRAMPOLINE_PAGE, PAGE_SIZE, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	    REGION_INTERSECTS)
		return true;
	pr_err("the page at %#x, from which cores start, is not ordinary memory on this computer\n", TRAMPOLINE_PAGE);
	return false;
}

/* One after the other, each until it is on tables of its own. machine.transition. */
int future_cores_start(struct future_machine *machine, u64 entry, unsigned long deadline, u32 *failed_core,
		       u32 *failed_stage)
{
	struct future_native_boot *boot = machine->boot;
	struct first_tables *tables = make_tables(machine->memory);
	u8 *page = low_page_is_free() ? memremap(TRAMPOLINE_PAGE, PAGE_SIZE, MEMREMAP_WB) : NULL;
	void *saved = kmalloc(PAGE_SIZE, GFP_KERNEL);
	int error = -ENOMEM;
	u32 core;

	lockdep_assert_held(&machine->transition);
	BUILD_BUG_ON(sizeof(struct first_tables) > PAGE_SIZE << TABLE_ORDER);
	if (!tables || !page || !saved)
		goto out;
	memcpy(saved, page, PAGE_SIZE);
	fill_page(page, tables, entry);
	for (core = 0, error = 0; core < machine->cores && !error; core++) {
		error = start(machine, page, core, deadline);
		if (!error)
			continue;
		*failed_core = core;
		*failed_stage = READ_ONCE(boot->core[core].stage);
		if (!*failed_stage && READ_ONCE(*(u32 *)(page + TRAMPOLINE_STARTED)))
			*failed_stage = FUTURE_STAGE_STUB;
	}
	if (error)
		future_cores_stop_wait(machine); /* before page and tables are gone */
	memcpy(page, saved, PAGE_SIZE);
out:
	kfree(saved);
	if (page)
		memunmap(page);
	free_pages((unsigned long)tables, TABLE_ORDER);
	return error;
}
