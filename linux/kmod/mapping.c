// SPDX-License-Identifier: GPL-2.0
/* mmap(2): a context's own arena and channel, and for the booting one the kernel's image, at first touch. */
#include <linux/mm.h>
#include <linux/rwsem.h>

#include "future.h"

#define PAGES_AT_ONCE 64

/* For reading: pages of a context's memory are being inserted. For writing: it loses its memory. */
static DECLARE_RWSEM(map_lock);

/* Where an offset of the file lies in machine memory. */
struct place {
	struct future_memory *memory;
	u64 start;       /* machine offset */
	u64 bytes;
	u64 offset;      /* into it */
	bool may_zero;
	bool image;
};

/*
 * What a context may reach is looked up at mmap and again at each fault, by offset: whatever was done to the mapping
 * meanwhile (cut, moved, protected), a page outside arena and channel cannot be named. context->memory is set once,
 * after `places`, and lives until the file, which each mapping holds, is closed, or until future_mappings_revoke().
 * Not set: there is nothing to map. map_lock, for reading.
 */
static int find_place(struct future_context *context, u64 offset, struct place *place)
{
	struct future_memory *memory = smp_load_acquire(&context->memory); /* then `places` is there: adopt() */

	if (offset >= FUTURE_MMAP_KERNEL) {
		place->memory = NULL; /* the image's owner may change: see fault_image */
		place->start = FUTURE_NATIVE_IMAGE;
		place->bytes = FUTURE_NATIVE_IMAGE_MAX;
		place->offset = offset - FUTURE_MMAP_KERNEL;
		place->may_zero = false;
		place->image = true;
		return 0;
	}
	if (!memory)
		return -ENODEV;
	place->memory = memory;
	place->image = false;
	place->may_zero = offset < FUTURE_MMAP_CHANNEL;
	if (place->may_zero) {
		place->start = context->places.arena_offset;
		place->bytes = context->places.arena_bytes;
		place->offset = offset - FUTURE_MMAP_ARENA;
	} else {
		place->start = context->places.channel_offset;
		place->bytes = context->places.channel_bytes;
		place->offset = offset - FUTURE_MMAP_CHANNEL;
	}
	return 0;
}

/* Inserts the pages around the fault that lie in the mapping, in the place, in the chunk and in one aligned run. */
static vm_fault_t insert(struct vm_fault *fault, const struct place *place)
{
	struct vm_area_struct *area = fault->vma;
	unsigned long address = fault->address & PAGE_MASK;
	u64 at = place->start + place->offset; /* machine offset of the page at `address` */
	u64 first = max3(ALIGN_DOWN(at, PAGES_AT_ONCE * PAGE_SIZE), place->start,
			 at - min_t(u64, at, address - area->vm_start));
	u64 last = min3(ALIGN_DOWN(at, PAGES_AT_ONCE * PAGE_SIZE) + PAGES_AT_ONCE * PAGE_SIZE,
			place->start + place->bytes, at + (area->vm_end - address));
	u32 chunk = at / FUTURE_CHUNK_BYTES;
	u64 page, physical;
	vm_fault_t result;

	if (future_chunk_ready(place->memory, chunk, place->may_zero))
		return VM_FAULT_SIGBUS;
	physical = place->memory->physical[chunk] - (u64)chunk * FUTURE_CHUNK_BYTES;
	result = vmf_insert_pfn(area, address, PHYS_PFN(physical + at));
	if (result != VM_FAULT_NOPAGE)
		return result;
	for (page = first; page < last; page += PAGE_SIZE)
		if (page != at &&
		    vmf_insert_pfn(area, address + (page - at), PHYS_PFN(physical + page)) != VM_FAULT_NOPAGE)
			break; /* a fault of its own will say why */
	return result;
}

/* Under image_lock no page of the image is inserted after BOOT_FUTURE took the mapping away. */
static vm_fault_t fault_image(struct vm_fault *fault, struct place *place, struct future_context *context)
{
	struct future_machine *machine = context->machine;
	vm_fault_t result = VM_FAULT_SIGBUS;

	mutex_lock(&machine->image_lock);
	if (machine->image_owner == context) {
		place->memory = machine->memory;
		result = insert(fault, place);
	}
	mutex_unlock(&machine->image_lock);
	return result;
}

static vm_fault_t fault(struct vm_fault *fault)
{
	struct future_context *context = fault->vma->vm_file->private_data;
	vm_fault_t result = VM_FAULT_SIGBUS;
	struct place place;

	down_read(&map_lock);
	if (!find_place(context, (u64)fault->pgoff << PAGE_SHIFT, &place) && place.offset < place.bytes)
		result = place.image ? fault_image(fault, &place, context) : insert(fault, &place);
	up_read(&map_lock);
	return result;
}

/* One context that still has `memory`; its inode stays until iput(). */
static struct inode *take_memory(struct future_machine *machine, const struct future_memory *memory)
{
	struct future_context *context;
	struct inode *inode = NULL;

	down_write(&map_lock);
	spin_lock_irq(&machine->lock);
	list_for_each_entry(context, &machine->contexts, link)
		if (context->memory == memory) {
			inode = context->inode;
			ihold(inode); /* its file is open, or `memory` were not there */
			context->memory = NULL;
			break;
		}
	spin_unlock_irq(&machine->lock);
	up_write(&map_lock);
	return inode;
}

/*
 * The machine is gone, and memory that a user goes on to map would be lost to Linux. Nobody inserts a page any
 * more once the context has lost it, so what is mapped can be taken out. Who touches it gets SIGBUS.
 * machine.transition: there is no other machine whose mappings would go too.
 */
void future_mappings_revoke(struct future_machine *machine, struct future_memory *memory)
{
	struct inode *inode;

	lockdep_assert_held(&machine->transition);
	while ((inode = take_memory(machine, memory))) {
		unmap_mapping_range(inode->i_mapping, FUTURE_MMAP_ARENA, FUTURE_MMAP_KERNEL - FUTURE_MMAP_ARENA, 1);
		iput(inode);
		future_memory_put(memory);
	}
}

static int refuse_remap(struct vm_area_struct *area)
{
	return -EINVAL;
}

/* mremap(2) never makes one grow (VM_DONTEXPAND); it is not moved either. */
static const struct vm_operations_struct operations = {
	.fault = fault,
	.mremap = refuse_remap,
};

int future_mmap(struct file *file, struct vm_area_struct *area)
{
	struct future_context *context = file->private_data;
	u64 bytes = area->vm_end - area->vm_start;
	struct place place;
	int error;

	if (!(area->vm_flags & VM_SHARED))
		return -EINVAL;
	if (area->vm_flags & VM_EXEC)
		return -EACCES;
	if (area->vm_pgoff > ULONG_MAX >> PAGE_SHIFT)
		return -EINVAL;
	down_read(&map_lock);
	error = find_place(context, (u64)area->vm_pgoff << PAGE_SHIFT, &place);
	up_read(&map_lock);
	if (error)
		return error;
	if (place.offset > place.bytes || bytes > place.bytes - place.offset)
		return -EINVAL;
	if (place.image) {
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		if (READ_ONCE(context->machine->image_owner) != context)
			return -EBUSY;
	}
	/*
	 * No struct page is counted: the file keeps the memory. VM_IO is for madvise(2), which could else take
	 * VM_DONTCOPY back: a child must not go on with a process that its parent has given up.
	 */
	vm_flags_set(area, VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_DONTDUMP | VM_DONTCOPY);
	vm_flags_clear(area, VM_MAYEXEC);
	area->vm_ops = &operations;
	return 0;
}
