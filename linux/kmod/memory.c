// SPDX-License-Identifier: GPL-2.0
/* Machine memory: chunks from a region kept from Linux, or from the page allocator; and who zeroes a chunk. */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <asm/e820/api.h>

#include "future.h"

#define CHUNK_ORDER (21 - PAGE_SHIFT)

u64 future_region_start, future_region_bytes;

/* By the firmware's own table, whatever memmap= says. Zeroing what is no memory stops devices, or the computer. */
static bool is_memory(u64 start, u64 end)
{
	static const enum e820_type others[] = {
		E820_TYPE_RESERVED, E820_TYPE_ACPI, E820_TYPE_NVS, E820_TYPE_UNUSABLE, E820_TYPE_PMEM,
	};
	u32 index;

	for (index = 0; index < ARRAY_SIZE(others); index++)
		if (e820__mapped_raw_any(start, end, others[index]))
			return false;
	for (; start < end; start += FUTURE_CHUNK_BYTES)
		if (!e820__mapped_raw_any(start, start + PAGE_SIZE, E820_TYPE_RAM) ||
		    !e820__mapped_raw_any(start + FUTURE_CHUNK_BYTES - PAGE_SIZE, start + FUTURE_CHUNK_BYTES,
					  E820_TYPE_RAM))
			return false;
	return true;
}

/* Called at load. The parameters name memory that Linux was told to leave alone (memmap=SIZE$START). */
int future_memory_check_region(void)
{
	u64 end = future_region_start + future_region_bytes;

	if (!future_region_bytes)
		return 0;
	if (end <= future_region_start || !IS_ALIGNED(future_region_start | end, PAGE_SIZE)) {
		pr_err("memory_start and memory_size make no region of whole pages\n");
		return -EINVAL;
	}
	if (region_intersects(future_region_start, future_region_bytes, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT) {
		pr_err("Linux uses memory in 0x%llx-0x%llx: boot it with memmap=%lluM$0x%llx\n",
		       future_region_start, end - 1, future_region_bytes >> 20, future_region_start);
		return -EBUSY;
	}
	future_region_start = ALIGN(future_region_start, FUTURE_CHUNK_BYTES);
	end = ALIGN_DOWN(end, FUTURE_CHUNK_BYTES);
	future_region_bytes = end > future_region_start ? end - future_region_start : 0;
	if (!future_region_bytes || !is_memory(future_region_start, end)) {
		pr_err("memory_start and memory_size: no whole 2 MiB there, or not all of it is memory\n");
		return -EINVAL;
	}
	return 0;
}

void *future_chunk_address(const struct future_memory *memory, u32 chunk)
{
	u64 physical = memory->physical[chunk];

	return memory->region ? memory->region + (physical - memory->region_start) : phys_to_virt(physical);
}

/* Linux keeps a sixteenth of its memory, whatever is asked for. */
static bool linux_has_enough(void)
{
	return si_mem_available() > (long)(totalram_pages() / 16);
}

static int take_pages(struct future_memory *memory, u32 chunks)
{
	while (memory->chunks < chunks) {
		struct page *page;

		if (fatal_signal_pending(current))
			return -EINTR;
		page = linux_has_enough() ?
			alloc_pages(GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL, CHUNK_ORDER) : NULL;
		if (!page)
			return -ENOMEM;
		memory->physical[memory->chunks++] = page_to_phys(page);
		cond_resched();
	}
	return 0;
}

static int take_region(struct future_memory *memory, u32 chunks)
{
	u64 bytes = (u64)chunks * FUTURE_CHUNK_BYTES;

	if (!request_mem_region(future_region_start, bytes, "future"))
		return -EBUSY;
	memory->region_start = future_region_start;
	memory->region_bytes = bytes;
	memory->region = memremap(future_region_start, bytes, MEMREMAP_WB);
	if (!memory->region)
		return -ENOMEM;
	while (memory->chunks < chunks) {
		memory->physical[memory->chunks] = future_region_start + (u64)memory->chunks * FUTURE_CHUNK_BYTES;
		memory->chunks++;
	}
	return 0;
}

static void release(struct kref *kref)
{
	struct future_memory *memory = container_of(kref, struct future_memory, kref);
	u32 chunk;

	if (memory->region)
		memunmap(memory->region);
	if (memory->region_bytes)
		release_mem_region(memory->region_start, memory->region_bytes);
	for (chunk = 0; !memory->region_bytes && chunk < memory->chunks; chunk++) {
		__free_pages(pfn_to_page(PHYS_PFN(memory->physical[chunk])), CHUNK_ORDER);
		cond_resched();
	}
	kvfree(memory->physical);
	kfree(memory);
}

/* An error pointer; ENOMEM: `possible_bytes` says how much could be had. */
struct future_memory *future_memory_take(u32 chunks, u64 *possible_bytes)
{
	struct future_memory *memory;
	int error;

	if (future_region_bytes && (u64)chunks * FUTURE_CHUNK_BYTES > future_region_bytes) {
		*possible_bytes = future_region_bytes;
		return ERR_PTR(-ENOMEM);
	}
	*possible_bytes = 0;
	memory = kzalloc(sizeof(*memory), GFP_KERNEL);
	if (!memory)
		return ERR_PTR(-ENOMEM);
	kref_init(&memory->kref);
	memory->physical = kvcalloc(chunks, sizeof(*memory->physical), GFP_KERNEL);
	if (!memory->physical)
		error = -ENOMEM;
	else
		error = future_region_bytes ? take_region(memory, chunks) : take_pages(memory, chunks);
	if (!error)
		return memory;
	*possible_bytes = (u64)memory->chunks * FUTURE_CHUNK_BYTES;
	future_memory_put(memory);
	return ERR_PTR(error);
}

void future_memory_get(struct future_memory *memory)
{
	kref_get(&memory->kref);
}

/* Does a context have it, besides the machine? */
bool future_memory_shared(const struct future_memory *memory)
{
	return kref_read(&memory->kref) > 1;
}

void future_memory_put(struct future_memory *memory)
{
	kref_put(&memory->kref, release);
}

/*
 * False: somebody else was first. Preemption is off (for some 100 µs): cores of Future may wait for the chunk, holding
 * the kernel's locks, and must not wait for a task that Linux has put aside, be it for its user's lack of CPU time.
 */
static bool zero_chunk(u8 *state, void *chunk)
{
	bool mine;

	preempt_disable();
	mine = cmpxchg(state, FUTURE_CHUNK_DIRTY, FUTURE_CHUNK_ZEROING) == FUTURE_CHUNK_DIRTY;
	if (mine) {
		memset64(chunk, 0, FUTURE_CHUNK_BYTES / sizeof(u64));
		smp_store_release(state, FUTURE_CHUNK_READY); /* behind the zeros */
	}
	preempt_enable();
	return mine;
}

/*
 * Before a chunk is mapped. It is the task of whoever touches it first, here or in Future's kernel; may_zero is false
 * where the kernel has written something already. A core that was stopped while it zeroed never comes to an end.
 */
int future_chunk_ready(const struct future_memory *memory, u32 chunk, bool may_zero)
{
	u8 *state = (u8 *)future_memory_at(memory, FUTURE_NATIVE_CHUNK_STATE) + chunk;
	unsigned long limit = jiffies + 5 * HZ;

	for (;;) {
		switch (smp_load_acquire(state)) { /* READY: the zeros are seen */
		case FUTURE_CHUNK_READY:
			return 0;
		case FUTURE_CHUNK_DIRTY:
			if (!may_zero)
				return -EFAULT;
			if (!zero_chunk(state, future_chunk_address(memory, chunk)))
				continue;
			cond_resched();
			return 0;
		default:
			if (fatal_signal_pending(current) || time_after(jiffies, limit))
				return -EFAULT;
			usleep_range(20, 100);
		}
	}
}
