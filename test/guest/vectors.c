/* SPDX-License-Identifier: MIT */
/*
 * Vector registers are as they were after first touches of memory and after interrupts, which the kernel takes without saving
 * them: all that XCR0 has, zmm16 to zmm31 and k0 to k7 included. With two cores the second takes rights from pages, each time
 * of which interrupts the first.
 */
#include "bare.h"
#include "vectors.h"

enum { PAGE = FUTURE_PAGE_BYTES, ROUNDS = 200, INTERRUPTS_A_ROUND = 3 };

static struct vectors given, got;
static unsigned interrupts, failures;
static uint8_t other_stack[PAGE] __attribute__((aligned(16)));

extern char other_start[];
__asm__("other_start: call interrupt_for_ever\n");

static uint64_t allocate(uint64_t bytes)
{
	return (uint64_t)kernel(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, bytes);
}

static long protect(uint64_t page, uint64_t rights)
{
	return kernel(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | rights << 8, page, PAGE);
}

__attribute__((used)) static void interrupt_for_ever(void)
{
	uint64_t page = allocate(PAGE);

	*(volatile uint64_t *)page = 1;
	while (protect(page, FUTURE_PROT_READ) == 0 && protect(page, FUTURE_PROT_READ | FUTURE_PROT_WRITE) == 0)
		__atomic_fetch_add(&interrupts, 1, __ATOMIC_SEQ_CST);
	say("cannot protect a page\n");
	end(2);
}

static uint64_t value_at(uint64_t at) { return at * 0x9e3779b97f4a7c15 ^ at >> 7; }

static void give(uint8_t *at, uint64_t bytes, unsigned round)
{
	for (uint64_t n = 0; n < bytes; n += 8)
		*(uint64_t *)(at + n) = value_at((uint64_t)at + n + round) | 1;
}

/* Components 5 to 7: k, the upper halves of zmm0 to zmm15, zmm16 to zmm31. */
static void give_all(uint32_t present, unsigned round)
{
	uint32_t id[4];

	given.control = 0x37f;
	given.mxcsr = 0x1f80;
	given.present = present;
	give((uint8_t *)&given + 160, 256, round);
	for (unsigned component = 2; component < 8; component++) {
		if (!(present >> component & 1))
			continue;
		vectors_cpuid(0xd, component, id);
		if (id[1] + id[0] > sizeof(given))
			end(2);
		give((uint8_t *)&given + id[1], id[0], round);
	}
}

/* In between, only memory is looked at: until `interrupts` has grown so far, and then a first touch. */
static void hold(uint32_t present, unsigned until, volatile uint64_t *touched)
{
	if (present)
		__asm__ volatile("xrstor64 %0" : : "m"(given), "a"(present), "d"(0));
	else
		__asm__ volatile("fxrstor64 %0" : : "m"(given));
	while ((int)(__atomic_load_n(&interrupts, __ATOMIC_SEQ_CST) - until) < 0)
		wire_pause();
	*touched = 1;
	if (present)
		__asm__ volatile("xsave64 %0" : "+m"(got) : "a"(present), "d"(0) : "memory");
	else
		__asm__ volatile("fxsave64 %0" : "=m"(got) : : "memory");
}

static void compare(const char *what, const uint64_t *is, const uint64_t *was, uint64_t words)
{
	for (uint64_t n = 0; n < words; n++) {
		if (is[n] == was[n])
			continue;
		failures++;
		say("not kept: ");
		say(what);
		say(" ");
		say_number(n);
		say("\n");
		return;
	}
}

__attribute__((used)) static void run(struct future_start_block *block)
{
	uint32_t present = vectors_present();
	uint64_t memory, stride;

	begin(block);
	stride = (uint64_t)kernel(FUTURE_SYS_INFO, FUTURE_INFO_LARGEST_FREE, 0, 0) / 2 / ROUNDS / PAGE * PAGE;
	memory = allocate(stride * ROUNDS);
	if (block->cores > 1)
		kernel(FUTURE_SYS_WAKE, 1, (uint64_t)other_start, (uint64_t)(other_stack + PAGE));
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned wanted = block->cores > 1 ? INTERRUPTS_A_ROUND : 0;

		give_all(present, round);
		hold(present, __atomic_load_n(&interrupts, __ATOMIC_SEQ_CST) + wanted, (volatile uint64_t *)(memory + stride * round));
		compare("xmm", (uint64_t *)&got + 20, (uint64_t *)&given + 20, 32);
		compare("upper half, zmm or k, word", got.upper, given.upper, sizeof(got.upper) / 8);
	}
	end(failures != 0);
}

__asm__(".globl _start\n_start: call run\n");
