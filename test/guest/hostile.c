/* SPDX-License-Identifier: MIT */
/*
 * The kernel's calls with hostile arguments: refused, and nothing is changed. Needs two cores; exits 0 if all is well.
 * Other arguments: `release` gives up its only core, `lost` starts another core where there is no code, `status` exits
 * with more bits than a status has, `stale` and `stale-chunk` go on writing on another core to what is protected.
 */
#include "bare.h"
#include "futurek/abi/native.h"
#include "futurek/abi/time_page.h"
#include "futurek/arch/x86_64/layout.h"
#include "idl/wire/device.h"

enum { ENOSYS = 38, EFAULT = 14, EINVAL = 22, EALREADY = 114, ETIMEDOUT = 110, PAGE = FUTURE_PAGE_BYTES };

static uint64_t arena_end(void) { return start->arena_base + start->arena_bytes; }
static bool native(void) { return kernel(FUTURE_SYS_INFO, FUTURE_INFO_MACHINE, 0, 0) == FUTURE_MACHINE_NATIVE; }

static unsigned failures;
static volatile bool ringing = true;

static void expect_that(bool good, const char *what, uint64_t a, uint64_t b)
{
	if (good)
		return;
	failures++;
	say("wrong: ");
	say(what);
	say(" ");
	say_number(a);
	say(" ");
	say_number(b);
	say("\n");
}

/* Not a byte of the program's is there; 0 behind the last. */
static uint64_t bad_address(unsigned n)
{
	const uint64_t bad[] = {
		FUTURE_NATIVE_BASE, FUTURE_NATIVE_BASE + FUTURE_NATIVE_IMAGE, DIRECT_ADDRESS, DIRECT_ADDRESS + FUTURE_NATIVE_IMAGE,
		CORES_ADDRESS, APIC_ADDRESS, PAGE, start->arena_base - PAGE, arena_end(), arena_end() + (1ul << 30),
		start->channel_base, (uint64_t)start->entry, (uint64_t)start->time_page, 0x400000, 0x7ffffffff000, 0x800000000000,
		0x8000000000000000, 0xffff7ffffffff000, ~0xffful,
	};

	return n < sizeof(bad) / sizeof(bad[0]) ? bad[n] : 0;
}

static void refuse_map(void)
{
	const uint64_t sizes[] = {0, 1, PAGE - 1, PAGE, PAGE + 1, 2 << 20, start->arena_bytes, start->arena_bytes + PAGE,
				  1ul << 40, 1ul << 63, ~0xffful, ~0ul};
	const unsigned size_count = sizeof(sizes) / sizeof(sizes[0]);
	uint64_t address, what, good = (uint64_t)kernel(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, 2 * PAGE);

	for (unsigned n = 0; (address = bad_address(n)) != 0; n++)
		for (unsigned size = 0; size < size_count; size++)
			for (what = 0; what < 60; what++)
				expect_that(kernel(FUTURE_SYS_MAP, what % 6 | what / 6 << 8, address, sizes[size]) < 0, "map", address,
					    sizes[size]);
	for (unsigned size = 0; size < size_count; size++) {
		if (sizes[size] == PAGE || sizes[size] == 2 << 20)
			continue;
		expect_that(kernel(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, sizes[size]) < 0, "allocate", sizes[size], 0);
		for (what = FUTURE_MAP_FREE; what <= FUTURE_MAP_PROTECT; what++) {
			expect_that(kernel(FUTURE_SYS_MAP, what, good, sizes[size]) < 0, "range", what, sizes[size]);
			expect_that(kernel(FUTURE_SYS_MAP, what, good + 1, sizes[size]) < 0, "unaligned", what, sizes[size]);
		}
	}
	/* Sums that come round to the arena. */
	for (what = FUTURE_MAP_FREE; what <= FUTURE_MAP_PROTECT; what++) {
		expect_that(kernel(FUTURE_SYS_MAP, what, good, -(uint64_t)PAGE) < 0, "round", what, 0);
		expect_that(kernel(FUTURE_SYS_MAP, what, DIRECT_ADDRESS, good - DIRECT_ADDRESS) < 0, "round", what, 1);
		expect_that(kernel(FUTURE_SYS_MAP, what, good, DIRECT_ADDRESS - good) < 0, "round", what, 2);
		expect_that(kernel(FUTURE_SYS_MAP, what, arena_end() - PAGE, 2 * PAGE) < 0, "over the end", what, 0);
	}
	expect_that(kernel(FUTURE_SYS_MAP, FUTURE_MAP_FREE, start->image_base, PAGE) == -EINVAL, "free its image", 0, 0);
	for (what = 0; what < 256; what++)
		if (what != 0 && what != 1 && what != 3)
			expect_that(kernel(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | what << 8, good, PAGE) == -EINVAL, "protect", what, 0);
	expect_that(*(volatile uint64_t *)good == 0 && *(volatile uint64_t *)(good + PAGE) == 0, "its pages", good, 0);
	expect_that(kernel(FUTURE_SYS_MAP, FUTURE_MAP_FREE, good, 2 * PAGE) == 0, "free", good, 0);
	expect_that(kernel(FUTURE_SYS_MAP, FUTURE_MAP_FREE, good, 2 * PAGE) == -EINVAL, "free again", good, 0);
}

__asm__("ring_start: call ring_for_ever\n"
	"release_start: call release\n");
extern char ring_start[], release_start[];

__attribute__((used)) static void ring_for_ever(void)
{
	while (ringing) {
		kernel(FUTURE_SYS_WAKE, 0, 0, 0);
		wire_pause();
	}
	kernel(FUTURE_SYS_RELEASE_CORE, ~0ul, ~0ul, ~0ul);
}

__attribute__((used)) static void release(void) { kernel(FUTURE_SYS_RELEASE_CORE, 0, 0, 0); }

static void refuse_wake(void)
{
	uint64_t stack = (start->stack_base + start->stack_bytes / 2) & ~15ul, address, entry = (uint64_t)ring_start;

	for (unsigned n = 0; (address = bad_address(n)) != 0; n++) {
		expect_that(kernel(FUTURE_SYS_WAKE, 1, address, stack) == -EINVAL, "entry", address, stack);
		/* A stack may end where the arena does. */
		if (address != arena_end())
			expect_that(kernel(FUTURE_SYS_WAKE, 1, entry, address) == -EINVAL, "stack", entry, address);
	}
	expect_that(kernel(FUTURE_SYS_WAKE, 1, entry, start->arena_base) == -EINVAL, "stack below", 0, 0);
	expect_that(kernel(FUTURE_SYS_WAKE, 1, entry, stack + 8) == -EINVAL, "stack unaligned", 0, 0);
	expect_that(kernel(FUTURE_SYS_WAKE, 1, entry, 0) == -EINVAL, "no stack", 0, 0);
	for (unsigned shift = 1; shift < 64; shift++) {
		expect_that(kernel(FUTURE_SYS_WAKE, 1ul << shift, entry, stack) == -EINVAL, "core", 1ul << shift, 0);
		expect_that(kernel(FUTURE_SYS_WAKE, 1ul << shift, 0, 0) == -EINVAL, "ring core", 1ul << shift, 0);
		if (shift >= 8)
			expect_that(kernel(FUTURE_SYS_WAKE, 1ul << shift | 1, 0, 0) == -EINVAL, "ring core", 1ul << shift, 1);
	}
	expect_that(kernel(FUTURE_SYS_WAKE, ~0ul, entry, stack) == -EINVAL, "core", ~0ul, 0);
	expect_that(kernel(FUTURE_SYS_WAKE, 0, entry, stack) == -EALREADY, "itself", 0, 0);
	for (unsigned round = 0; round < 50; round++)
		while (kernel(FUTURE_SYS_WAKE, 1, (uint64_t)release_start, stack) == -EALREADY)
			wire_pause();
	while (kernel(FUTURE_SYS_WAKE, 1, entry, stack) == -EALREADY)
		wire_pause();
}

/* Core 1 rings meanwhile. */
static void refuse_sleep(void)
{
	const uint64_t deadlines[] = {0, 1, ~0ul, ~0ul - 1, 1ul << 63, (1ul << 63) - 1, 1ul << 62,
				      future_clock_read(start->time_page, FUTURE_CLOCK_MONOTONIC) + 1000};

	for (unsigned n = 0; n < 3 * sizeof(deadlines) / sizeof(deadlines[0]); n++) {
		long result = kernel(FUTURE_SYS_SLEEP, deadlines[n / 3], ~0ul, ~0ul);

		expect_that(result == 0 || result == -ETIMEDOUT, "sleep", deadlines[n / 3], (uint64_t)result);
	}
	ringing = false;
}

static void refuse_log_and_info(void)
{
	const uint64_t sizes[] = {1, 511, 512, 513, PAGE, 1ul << 40, 1ul << 63, ~0ul};
	uint64_t address;

	for (unsigned size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++) {
		for (unsigned n = 0; (address = bad_address(n)) != 0; n++)
			expect_that(kernel(FUTURE_SYS_LOG, address, sizes[size], 0) == -EFAULT, "log", address, sizes[size]);
		if (sizes[size] > 1)
			expect_that(kernel(FUTURE_SYS_LOG, arena_end() - 1, sizes[size], 0) == -EFAULT, "log over the end", sizes[size], 0);
	}
	for (unsigned shift = 3; shift < 64; shift++)
		expect_that(kernel(FUTURE_SYS_INFO, 1ul << shift | 5, 0, 0) == -EINVAL, "info", shift, 0);
	expect_that(kernel(FUTURE_SYS_INFO, ~0ul, ~0ul, ~0ul) == -EINVAL, "info", ~0ul, 0);
	expect_that(kernel(FUTURE_SYS_RING, ~0ul, DIRECT_ADDRESS, 1ul << 63) == 0, "ring", 0, 0);
}

/*
 * The entry page's own SYSCALL with any number, and with flags and a GS as no compiler leaves them. What comes back is
 * the result, the program's own registers, and nothing of the kernel's.
 */
static long enter(uint64_t number, uint64_t what, uint64_t flags, uint64_t gs)
{
	uint64_t second = ~0ul, third = ~0ul;
	register uint64_t r8 __asm__("r8") = flags;
	register uint64_t r9 __asm__("r9") = gs;
	register uint64_t r10 __asm__("r10") = (uint64_t)start->entry->call[FUTURE_SYS_INFO] + 5;

	__asm__ volatile("mov %%r9d, %%gs; pushf; or %%r8, (%%rsp); popf\n\tcall *%%r10\n\t"
			 "pushf; andl $0xfffbbbff, (%%rsp); popf"
			 : "+a"(number), "+D"(what), "+S"(second), "+d"(third), "+r"(r8), "+r"(r9), "+r"(r10)
			 : : "rcx", "r11", "memory", "cc");
	expect_that(!(what | second | third | r8 | r9 | r10), "registers behind a call", what | second | third, r8 | r9 | r10);
	return (long)number;
}

static void refuse_entry(void)
{
	const uint64_t numbers[] = {8, 9, 255, 256, 1ul << 32, 1ul << 63, ~0ul};

	for (unsigned n = 0; n < sizeof(numbers) / sizeof(numbers[0]); n++)
		expect_that(enter(numbers[n], 0, 0, 0) == -ENOSYS, "number", numbers[n], 0);
	/* DF, NT, AC. */
	expect_that(enter(FUTURE_SYS_INFO, FUTURE_INFO_CORES, 0x44400, PROGRAM_DATA) == start->cores, "flags and GS", 0, 0);
}

static volatile uint64_t *written;
__asm__("write_start: call write_for_ever\n");
extern char write_start[];

__attribute__((used)) static void write_for_ever(void)
{
	for (;;)
		++*written;
}

/* Once PROTECT has returned no core writes there any more: core 1 tries and is ended for it. */
static void stale(uint64_t bytes)
{
	uint64_t stack = (start->stack_base + start->stack_bytes / 2) & ~15ul, before;
	uint64_t room = (uint64_t)kernel(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, 4 << 20);

	written = (volatile uint64_t *)((room + (2 << 20) - 1) & -(uint64_t)(2 << 20));
	kernel(FUTURE_SYS_WAKE, 1, (uint64_t)write_start, stack);
	while (*written < 100000)
		wire_pause();
	kernel(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | FUTURE_PROT_READ << 8, (uint64_t)written, bytes);
	before = *written;
	for (unsigned round = 0; round < 100000; round++)
		wire_pause();
	end(*written == before ? 0 : 1);
}

static void refuse_all(void)
{
	refuse_map();
	refuse_log_and_info();
	if (native())
		refuse_entry();
	refuse_wake();
	refuse_sleep();
	end(failures != 0);
}

__attribute__((used)) static void run(struct future_start_block *block)
{
	const char *what = block->argv[block->argc - 1];

	begin(block);
	if (same(what, "release")) {
		say("releases\n");
		release();
	}
	if (same(what, "lost")) {
		kernel(FUTURE_SYS_WAKE, 1, arena_end() - 16, arena_end());
		kernel(FUTURE_SYS_SLEEP, ~0ul, 0, 0);
	}
	if (same(what, "stale"))
		stale(PAGE);
	if (same(what, "stale-chunk"))
		stale(2 << 20);
	if (same(what, "status"))
		kernel(FUTURE_SYS_EXIT, 0xabcdef0123456789, ~0ul, ~0ul);
	refuse_all();
}

__asm__(".globl _start\n_start: call run\n");
