/* SPDX-License-Identifier: MIT */
/*
 * Tries what a program on the native machine must not be able to do; the attempt ends it with the signal that Linux has
 * for it. `isolation list` says which attempts there are and how each ends: name:status, a line each.
 * `isolation dirty` fills its memory and exits 0; `isolation clean` exits 0 if it finds no trace of that.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "futurek/abi/start_block.h"

enum { SEGV = 128 + 11, SURVIVED = 99 };

extern const struct future_start_block *future_start;

static void look(uint64_t address) { (void)*(volatile uint64_t *)address; }
static void change(uint64_t address) { *(volatile uint64_t *)address = 1; }

/* Where futurek/arch/x86_64/layout.h and abi/native.h put things. */
static const uint64_t kernel_image = 0xffffffff80200000, boot_block = 0xffffffff80000000, direct_map = 0xffff800000000000,
		      core_block = 0xffffffffc0000000, local_apic = 0xffffffffc1000000;

static void read_image(void) { look(kernel_image); }
static void write_image(void) { change(kernel_image); }
static void read_boot(void) { look(boot_block); }
static void write_boot(void) { change(boot_block); }
static void read_direct(void) { look(direct_map + (64 << 20)); }
static void write_direct(void) { change(direct_map + (64 << 20)); }
static void write_core(void) { change(core_block); }
static void write_apic(void) { change(local_apic + 0x300); }
static void call_kernel(void) { ((void (*)(void))kernel_image)(); }
static void before_arena(void) { change(future_start->arena_base - 8); }
static void behind_arena(void) { change(future_start->arena_base + future_start->arena_bytes); }
static void before_channel(void) { change(future_start->channel_base - 8); }
static void behind_channel(void) { change(future_start->channel_base + future_start->channel_bytes); }
static void write_clock(void) { change((uint64_t)future_start->time_page); }
static void write_entry(void) { change((uint64_t)future_start->entry); }
static void run_channel(void) { ((void (*)(void))(future_start->channel_base + 8192))(); }
static void run_data(void)
{
	static unsigned char page[2 * FUTURE_PAGE_BYTES];
	uint64_t at = ((uint64_t)page + FUTURE_PAGE_BYTES - 1) & -(uint64_t)FUTURE_PAGE_BYTES;

	*(unsigned char *)at = 0xc3; /* ret */
	if (future_start->entry->call[FUTURE_SYS_MAP](
		    FUTURE_MAP_PROTECT | (FUTURE_PROT_READ | FUTURE_PROT_WRITE) << 8, at, FUTURE_PAGE_BYTES) == 0)
		((void (*)(void))at)();
}
static void write_read_only(void)
{
	long at = future_start->entry->call[FUTURE_SYS_MAP](FUTURE_MAP_ALLOCATE, 0, FUTURE_PAGE_BYTES);

	if (at > 0 && future_start->entry->call[FUTURE_SYS_MAP](FUTURE_MAP_PROTECT | FUTURE_PROT_READ << 8,
								(unsigned long)at, FUTURE_PAGE_BYTES) == 0)
		change((uint64_t)at);
}

/* Instructions that are the kernel's. */
static void do_cli(void) { __asm__ volatile("cli"); }
static void do_hlt(void) { __asm__ volatile("hlt"); }
static void do_out(void) { __asm__ volatile("out %%al, $0xf4" ::"a"(0)); }
static void do_rdmsr(void) { __asm__ volatile("rdmsr" ::"c"(0xc0000080) : "eax", "edx"); }
static void do_wrmsr(void) { __asm__ volatile("wrmsr" ::"c"(0xc0000082), "a"(0), "d"(0)); }
static void do_cr3(void) { __asm__ volatile("mov %0, %%cr3" ::"r"(0ul)); }
static void do_lgdt(void) { __asm__ volatile("lgdt (%0)" ::"r"(future_start)); }
static void do_invlpg(void) { __asm__ volatile("invlpg (%0)" ::"r"(future_start)); }
static void do_swapgs(void) { __asm__ volatile("swapgs"); }
static void do_int80(void) { __asm__ volatile("int $0x80" ::"a"(1)); }
static void do_wbinvd(void) { __asm__ volatile("wbinvd"); }
static void to_ring0(void) { __asm__ volatile("push $0x10; push %%rsp; pushf; push $0x08; lea 1f(%%rip), %%rax; push %%rax; iretq; 1:" ::: "rax", "memory"); }

/* Hostile arguments of the kernel's calls are refused; then all is well. */
static void calls(void)
{
	const struct future_entry_table *kernel = future_start->entry;
	static const uint64_t bad[] = {0xffffffff80200000, 0xffff800000000000, 0x7ffffffff000, 0x800000000000, 0, 1, ~0ul, ~0xffful};
	long worst = -1;

	for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		for (unsigned operation = 0; operation < 5; operation++) {
			long got = kernel->call[FUTURE_SYS_MAP](operation, bad[i], FUTURE_PAGE_BYTES);

			if (got >= 0 && !(operation == FUTURE_MAP_ALLOCATE && bad[i] == 0))
				worst = got;
			if (kernel->call[FUTURE_SYS_MAP](operation, future_start->arena_base, bad[i]) >= 0)
				worst = 1;
		}
		if (kernel->call[FUTURE_SYS_LOG](bad[i], 100, 0) >= 0 ||
		    kernel->call[FUTURE_SYS_LOG](future_start->arena_base + future_start->arena_bytes - 10, 100, 0) >= 0)
			worst = 2;
		if (bad[i] && kernel->call[FUTURE_SYS_WAKE](0, bad[i], future_start->stack_base + 4096) >= 0)
			worst = 3;
		if (kernel->call[FUTURE_SYS_WAKE](future_start->cores + bad[i] % 1000, 0, 0) >= 0 ||
		    kernel->call[FUTURE_SYS_INFO](5 + bad[i] % 1000, 0, 0) >= 0)
			worst = 4;
	}
	if (kernel->call[FUTURE_SYS_SLEEP](0, 0, 0) != -110 && worst < 0)
		worst = 5;
	exit(worst >= 0 ? (int)worst : 0);
}

static const struct {
	const char *name;
	void (*attempt)(void);
	int status;
} attempts[] = {
	{"read_image", read_image, SEGV}, {"write_image", write_image, SEGV}, {"read_boot", read_boot, SEGV},
	{"write_boot", write_boot, SEGV}, {"read_direct", read_direct, SEGV}, {"write_direct", write_direct, SEGV},
	{"write_core", write_core, SEGV}, {"write_apic", write_apic, SEGV}, {"call_kernel", call_kernel, SEGV},
	{"before_arena", before_arena, SEGV}, {"behind_arena", behind_arena, SEGV},
	{"before_channel", before_channel, SEGV}, {"behind_channel", behind_channel, SEGV},
	{"write_clock", write_clock, SEGV}, {"write_entry", write_entry, SEGV}, {"run_channel", run_channel, SEGV},
	{"run_data", run_data, SEGV}, {"write_read_only", write_read_only, SEGV},
	{"cli", do_cli, SEGV}, {"hlt", do_hlt, SEGV}, {"out", do_out, SEGV}, {"rdmsr", do_rdmsr, SEGV},
	{"wrmsr", do_wrmsr, SEGV}, {"cr3", do_cr3, SEGV}, {"lgdt", do_lgdt, SEGV}, {"invlpg", do_invlpg, SEGV},
	{"swapgs", do_swapgs, SEGV}, {"int80", do_int80, SEGV}, {"wbinvd", do_wbinvd, SEGV},
	{"to_ring0", to_ring0, SEGV}, {"calls", calls, 0},
};

/* All that the kernel gives, page by page, so that no byte of the arena is left out. */
static int each_page(int dirty)
{
	const uint64_t pattern = 0xd1a7d1a7d1a7d1a7;
	long at;

	while ((at = future_start->entry->call[FUTURE_SYS_MAP](FUTURE_MAP_ALLOCATE, 0, FUTURE_PAGE_BYTES)) > 0)
		for (volatile uint64_t *word = (uint64_t *)at; word < (uint64_t *)(at + FUTURE_PAGE_BYTES); word++) {
			if (!dirty && *word != 0)
				return 1;
			if (dirty)
				*word = pattern;
		}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "list";

	if (strcmp(what, "dirty") == 0 || strcmp(what, "clean") == 0)
		return each_page(what[0] == 'd');
	for (unsigned i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
		if (strcmp(what, "list") == 0)
			printf("%s:%d\n", attempts[i].name, attempts[i].status);
		if (strcmp(what, attempts[i].name) == 0) {
			attempts[i].attempt();
			return SURVIVED;
		}
	}
	return strcmp(what, "list") == 0 ? 0 : 2;
}
