/* SPDX-License-Identifier: MIT */
/*
 * Does a program find anything of another one? `fill` leaves a pattern wherever it can: memory, channel, all registers.
 * `fresh`, after it on the same core and in the same memory, exits 0 if it finds none. `beside` fills its own memory
 * and looks at that until its input ends, while others do what they can.
 */
#include "bare.h"
#include "futurek/abi/core_words.h"
#include "futurek/abi/time_page.h"
#include "futurek/arch/x86_64/layout.h"
#include "idl/wire/device.h"
#include "vectors.h"

enum { PAGE = FUTURE_PAGE_BYTES };
static const uint64_t pattern = 0x2c6c6966736e6172;

static struct vectors vectors;

/* What _start found: rax rbx rcx rdx rbp r8 … r15 flags rsp rsi, then ds es fs gs. */
static uint64_t registers[16] __attribute__((used));
static uint16_t selectors[4] __attribute__((used));
static unsigned failures;

static uint64_t arena_end(void) { return start->arena_base + start->arena_bytes; }
static uint64_t stack_end(void) { return start->stack_base + start->stack_bytes; }
static uint64_t image_end(void) { return (start->image_base + start->image_bytes + PAGE - 1) & -(uint64_t)PAGE; }
static bool native(void) { return kernel(FUTURE_SYS_INFO, FUTURE_INFO_MACHINE, 0, 0) == FUTURE_MACHINE_NATIVE; }

/* ---- the other cores, one after the other: who has done his part only waits, without his stack ---- */

static uint8_t other_stack[PAGE] __attribute__((aligned(16)));
static volatile uint32_t others_ready __attribute__((used));
extern char other_fills[], other_saves[];

__asm__(".irp what, fill, save\n"
	"other_\\what\\()s: call \\what\\()_vectors\n\tincl others_ready(%rip)\n1:\tpause\n\tjmp 1b\n"
	".endr\n");

static bool other_core(uint64_t core, const char *entry)
{
	uint32_t before = others_ready;

	if (core >= start->cores || kernel(FUTURE_SYS_WAKE, core, (uint64_t)entry, (uint64_t)(other_stack + PAGE)) != 0)
		return false;
	while (others_ready == before)
		wire_pause();
	return true;
}

__attribute__((used)) static void save_vectors(void)
{
	vectors_save(&vectors);
}

/* ---- fill ---- */

static void fill_words(uint64_t from, uint64_t to)
{
	for (; from < to; from += 8)
		*(volatile uint64_t *)from = pattern;
}

__attribute__((used)) static void fill_vectors(void)
{
	fill_words((uint64_t)&vectors, (uint64_t)(&vectors + 1));
	vectors.control = 0; /* an exception is pending, and nothing is masked */
	vectors.status = 0x80ff;
	vectors.mxcsr = 0xffff;
	vectors.present = vectors_present();
	vectors.compacted = 0;
	for (unsigned n = 0; n < 6; n++)
		vectors.header[n] = 0;
	vectors_restore(&vectors);
}

static void fill(void)
{
	future_entry leave = start->entry->call[FUTURE_SYS_EXIT]; /* the start block will be filled, too */
	bool segments_are_ours = native(); /* else they are the machine's */
	uint64_t here = (uint64_t)__builtin_frame_address(0), channel_end = start->channel_base + start->channel_bytes;
	uint64_t stack = start->stack_base, image = image_end(), channel_base = start->channel_base;

	__asm__ volatile("" : "+r"(leave), "+r"(stack), "+r"(image), "+r"(channel_base), "+r"(channel_end) : : "memory");
	for (uint64_t core = 1; other_core(core, other_fills); core++)
		;
	fill_vectors();
	fill_words(stack_end(), arena_end());
	fill_words(stack, here - PAGE);
	fill_words(image, stack);
	fill_words(channel_base, channel_end);
	__asm__ volatile("mov %0, %%gs:%c1" : : "r"(pattern), "i"(FUTURE_GS_THREAD) : "memory");
	if (segments_are_ours)
		__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(PROGRAM_DATA));
	__asm__ volatile("mov $7, %%edi\n\t"
			 ".irp n, rbx, rbp, rsi, rdx, r8, r9, r10, r12, r13, r14, r15\n\tmov %%rax, %%\\n\n\t.endr\n\tcall *%1"
			 : : "a"(pattern), "c"(leave) : "memory");
}

/* ---- fresh ---- */

static void expect(const char *what, uint64_t got, uint64_t wanted)
{
	if (got == wanted)
		return;
	failures++;
	say("not fresh: ");
	say(what);
	say(" ");
	say_number(got);
	say("\n");
}

/* Tells of the first that is not. */
static void expect_zeros(const char *what, uint64_t from, uint64_t to)
{
	while (from < to && !*(volatile uint64_t *)from)
		from += 8;
	if (from < to)
		expect(what, *(uint64_t *)from, 0);
}

static void expect_vectors(void)
{
	expect("x87 control", vectors.control, 0x37f);
	expect("x87 status", vectors.status, 0);
	expect("x87 tags", vectors.tags, 0);
	expect("x87 opcode", vectors.opcode, 0);
	expect("x87 instruction", vectors.instruction, 0);
	expect("x87 data", vectors.data, 0);
	expect("MXCSR", vectors.mxcsr, 0x1f80);
	expect_zeros("x87 and xmm registers", (uint64_t)vectors.registers, (uint64_t)vectors.registers + 128 + 256);
	expect_zeros("upper halves of vectors", (uint64_t)vectors.upper, (uint64_t)(&vectors + 1));
}

static void expect_registers(void)
{
	static const uint64_t known = 0x6b6e6f776eull;
	uint64_t word;

	for (unsigned n = 0; n < 13; n++)
		expect("register", registers[n], 0);
	expect("flags", registers[13] & ~0x44ul, 0x202); /* but ZF and PF */
	expect("rsp", registers[14], stack_end());
	expect("rsi", registers[15], 0);
	__asm__ volatile("mov %%gs:%c1, %0" : "=r"(word) : "i"(FUTURE_GS_THREAD));
	expect("word of the thread", word, 0);
	if (!native())
		return;
	/* Nothing here reads the base itself. */
	__asm__ volatile("mov %%fs:(%1), %0" : "=r"(word) : "r"(&known));
	expect("FS base", word, known);
	for (unsigned n = 0; n < 4; n++)
		expect("selector", selectors[n], 0);
}

static void fresh(void)
{
	uint64_t here = (uint64_t)__builtin_frame_address(0);

	/* Before the first word is said, which goes through the channel. */
	expect_zeros("channel", start->channel_base + sizeof(struct wire_channel), start->channel_base + start->channel_bytes);
	expect_zeros("memory", stack_end(), arena_end());
	expect_zeros("stack", start->stack_base, here - PAGE);
	expect_vectors();
	expect_registers();
	for (uint64_t core = 1; other_core(core, other_saves); core++)
		expect_vectors();
	end(failures != 0);
}

/* ---- beside ---- */

static uint64_t value_at(uint64_t address) { return address * 0x9e3779b97f4a7c15 ^ address >> 7; }

static void beside(void)
{
	static char byte;
	uint64_t end_of_all = arena_end(), wrong = 0;

	for (uint64_t at = stack_end(); at < end_of_all; at += 8)
		*(uint64_t *)at = value_at(at);
	say("filled\n");
	ask(READ, 0, (uint64_t)&byte, 1);
	do {
		/* An emulator's CPUs are few. */
		kernel(FUTURE_SYS_SLEEP, future_clock_read(start->time_page, FUTURE_CLOCK_MONOTONIC) + 100000000, 0, 0);
		for (uint64_t at = stack_end(); at < end_of_all; at += 8)
			wrong += *(volatile uint64_t *)at != value_at(at);
	} while (!wire_pending(&replies));
	end(wrong != 0);
}

__attribute__((used)) static void run(struct future_start_block *block)
{
	const char *what = block->argv[block->argc - 1];

	save_vectors();
	begin(block);
	if (same(what, "fill"))
		fill();
	if (same(what, "fresh"))
		fresh();
	if (same(what, "beside"))
		beside();
	end(2);
}

__asm__(".globl _start\n_start:\n"
	".set at, 0\n"
	".irp n, rax, rbx, rcx, rdx, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n"
	"mov %\\n, registers + at(%rip)\n.set at, at + 8\n"
	".endr\n"
	"pushf\n\tpop registers + 104(%rip)\n\tmov %rsp, registers + 112(%rip)\n\tmov %rsi, registers + 120(%rip)\n"
	".set at, 0\n"
	".irp n, ds, es, fs, gs\n"
	"mov %\\n, selectors + at(%rip)\n.set at, at + 2\n"
	".endr\n"
	"call run\n");
