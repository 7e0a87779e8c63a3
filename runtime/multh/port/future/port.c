/* SPDX-License-Identifier: MIT */
/* The virtual core on Future: the kernel's entry table, the time page, and how a program's threads begin. */
#include "futurek/abi/start_block.h"
#include "futurek/abi/time_page.h"

#include "protections.h"
#include "view.h"

static const struct future_start_block *block;

static long enter(enum future_syscall call, unsigned long a, unsigned long b, unsigned long c)
{
	return block->entry->call[call](a, b, c);
}

void multh_port_sleep(uint32_t core, uint64_t deadline_ns)
{
	(void)core;
	enter(FUTURE_SYS_SLEEP, deadline_ns, 0, 0);
}

void multh_port_wake(uint32_t core) { enter(FUTURE_SYS_WAKE, core, 0, 0); }
void multh_port_ring_linux(void) { enter(FUTURE_SYS_RING, 0, 0, 0); }

/* A doorbell that rings meanwhile is no loss: nobody who spins has declared itself a sleeper. */
void multh_port_relax(uint32_t core)
{
	(void)core;
	enter(FUTURE_SYS_SLEEP, multh_port_monotonic_ns() + 10000, 0, 0);
}

uint64_t multh_port_monotonic_ns(void) { return future_clock_read(block->time_page, FUTURE_CLOCK_MONOTONIC); }
uint64_t multh_port_realtime_ns(void) { return future_clock_read(block->time_page, FUTURE_CLOCK_REALTIME); }

static size_t whole_pages(size_t bytes)
{
	return (bytes + FUTURE_PAGE_BYTES - 1) & ~(size_t)(FUTURE_PAGE_BYTES - 1);
}

void *multh_port_map(size_t bytes)
{
	long address = enter(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, whole_pages(bytes));

	if (address >= 0 || address <= -4096)
		return (void *)address;
	if (multh.channel)
		multh_hit(WIRE_LIMIT_MEMORY);
	return 0;
}

void multh_port_expect(void *address, size_t bytes, size_t pitch)
{
	enter(FUTURE_SYS_MAP, FUTURE_MAP_EXPECT | pitch / FUTURE_PAGE_BYTES << 8, (unsigned long)address, bytes);
}

static bool protect(uintptr_t address, size_t bytes, enum future_map_protection protection)
{
	return enter(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | protection << 8, address, bytes) == 0;
}

bool multh_port_protect(void *address, size_t bytes)
{
	if (!protect((uintptr_t)address, bytes, FUTURE_PROT_NONE))
		return false;
	multh_note_protection((struct future_start_block *)block, (uintptr_t)address, bytes, FUTURE_PROT_NONE);
	return true;
}

void multh_port_log(const char *text, size_t bytes) { enter(FUTURE_SYS_LOG, (unsigned long)text, bytes, 0); }

void multh_port_exit(int status)
{
	for (;;)
		enter(FUTURE_SYS_EXIT, (unsigned long)(unsigned)status, 0, 0);
}

/* core_entry.S calls it on the core's own stack. */
__attribute__((noreturn)) void multh_future_core(const struct future_start_block *start_block, unsigned long core)
{
	(void)start_block;
	multh_port_set_self(multh.core[core].idle);
	multh_core_main((uint32_t)core);
}

extern void multh_future_core_entry(void);

bool multh_port_start_core(uint32_t core, void *stack_top)
{
	return enter(FUTURE_SYS_WAKE, core, (unsigned long)multh_future_core_entry, (unsigned long)stack_top) == 0;
}

/* ---- the program's beginning ---- */

struct program_header { /* Elf64_Phdr */
	uint32_t type, flags;
	uint64_t offset, address, physical, file_bytes, bytes, align;
};
enum { PT_LOAD = 1, PT_TLS = 7, PF_X = 1, PF_W = 2 };

static void find_tls(struct multh_config *config)
{
	const struct program_header *header = (const void *)block->program_headers;
	uint32_t i;

	for (i = 0; i < block->program_header_count; i++)
		if (header[i].type == PT_TLS) {
			config->tls_image = (const void *)(block->image_base + header[i].address);
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
	const struct program_header *header = (const void *)block->program_headers;
	uint32_t i;

	for (i = 0; i < block->program_header_count; i++) {
		uintptr_t begin = header[i].address & -(uintptr_t)FUTURE_PAGE_BYTES;

		if (header[i].type == PT_LOAD && begin && !(header[i].flags & (PF_W | PF_X)))
			protect(block->image_base + begin, whole_pages(header[i].address + header[i].bytes - begin), FUTURE_PROT_READ);
	}
}

static uint64_t ticks_per_us(const struct future_time_page *page)
{
	uint64_t ns_per_tick = wire_read(&page->multiplier), ticks = ns_per_tick ? (1000ull << 32) / ns_per_tick : 0;

	return ticks ? ticks : 2000; /* some processor's: this clock decides no more than who sleeps when */
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

	block = start_block;
	__builtin_memcpy(&config.random, start_block->random_seed, sizeof config.random);
	find_tls(&config);
	if (!multh_init(&config))
		multh_die("no memory to begin with; give the program more (future run --memory)", 0);
	protect(start_block->stack_base - FUTURE_PAGE_BYTES, FUTURE_PAGE_BYTES, FUTURE_PROT_NONE); /* the proxy knows of it */
	protect_constants();
	((struct future_start_block *)start_block)->threads = (uintptr_t)&multh_view;
	multh_adopt_main((char *)start_block->stack_base, start_block->stack_bytes, &self);
	if (multh_thread_init_hook)
		multh_thread_init_hook(self->reent);
	multh_port_exit(main_fn(start_block));
}
