/* SPDX-License-Identifier: MIT */
/* How a Future program's threads begin: configuration from the start block, protections, the main thread. */
#include "futurek/abi/time_page.h"

#include "entry.h"
#include "view.h"

struct program_header { /* Elf64_Phdr */
	uint32_t type, flags;
	uint64_t offset, address, physical, file_bytes, bytes, align;
};
enum { PT_LOAD = 1, PT_TLS = 7, PF_X = 1, PF_W = 2 };

static void find_tls(struct multh_config *config)
{
	const struct program_header *header = (const void *)multh_future_block->program_headers;
	uint32_t i;

	for (i = 0; i < multh_future_block->program_header_count; i++)
		if (header[i].type == PT_TLS) {
			config->tls_image = (const void *)(multh_future_block->image_base + header[i].address);
			config->tls_file_bytes = header[i].file_bytes;
			config->tls_bytes = header[i].bytes;
			config->tls_align = header[i].align;
			config->tls_address = header[i].address;
		}
}

/*
 * To write into a constant ends the program, as on Linux. The first segment has none: it is what the linker left for us. Code
 * stays as it is, so that a debugger can put breakpoints into it. What a delegated call may write is not asked of us here: the
 * proxy has read the same headers.
 */
static void protect_constants(void)
{
	const struct program_header *header = (const void *)multh_future_block->program_headers;
	uint32_t i;

	for (i = 0; i < multh_future_block->program_header_count; i++) {
		uintptr_t begin = header[i].address & -(uintptr_t)FUTURE_PAGE_BYTES;

		if (header[i].type == PT_LOAD && begin && !(header[i].flags & (PF_W | PF_X)))
			multh_kernel_protect(multh_future_block->image_base + begin,
					     multh_whole_pages(header[i].address + header[i].bytes - begin), FUTURE_PROT_READ);
	}
}

static uint64_t ticks_per_us(const struct future_time_page *page)
{
	uint64_t ns_per_tick = wire_read(&page->multiplier), ticks = ns_per_tick ? (1000ull << 32) / ns_per_tick : 0;

	return ticks ? ticks : 2000; /* no such clock: a guess does, it only decides how long a core spins or watches */
}

void multh_start(const struct future_start_block *start_block, int (*main_fn)(const struct future_start_block *))
{
	struct multh_config config = {
		.channel = (struct wire_channel *)start_block->channel_base,
		.ring_lines = start_block->ring_lines,
		.max_threads = start_block->max_threads,
		.cores = start_block->cores,
		.spin_limit = start_block->spin_limit,
		.spin_cores = start_block->spin_cores,
		.reent_bytes = multh_reent_size,
		.ticks_per_us = ticks_per_us(start_block->time_page),
	};
	struct multh_thread *self;

	multh_future_block = start_block;
	__builtin_memcpy(&config.random, start_block->random_seed, sizeof config.random);
	find_tls(&config);
	if (!multh_init(&config))
		multh_die("no memory to begin with; give the program more (future run --memory)", 0);
	/* The proxy knows of this page without being told. */
	multh_kernel_protect(start_block->stack_base - FUTURE_PAGE_BYTES, FUTURE_PAGE_BYTES, FUTURE_PROT_NONE);
	protect_constants();
	((struct future_start_block *)start_block)->threads = (uintptr_t)&multh_view;
	multh_adopt_main((char *)start_block->stack_base, start_block->stack_bytes, &self);
	if (multh_thread_init_hook)
		multh_thread_init_hook(self->reent);
	multh_port_exit(main_fn(start_block));
}
