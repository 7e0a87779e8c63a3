// SPDX-License-Identifier: MIT
/* An image that says it booted, and then is as the test wants it: deaf, or dead at the first message. No libc, one core. */
#include "../../futurek/abi/native.h"
#include "../../idl/wire/sleep.h"
#include "control_wire.h"

enum { DEAF = 1, PANIC = 2, PANIC_EARLY = 3, GARBAGE = 4 };

/* At the image's start: jump, then what kmod_test writes over. */
__asm__(".section .start, \"ax\"\n"
	"	jmp 1f\n"
	"	.balign 8\n"
	"	.globl mode\n"
	"mode:	.quad 0\n"
	"1:	lea stack_top(%rip), %rsp\n"
	"	mov %rsi, %rdi\n"
	"	call broken\n"
	"	.bss\n	.skip 8192\n"
	"stack_top:\n"
	"	.text\n");
extern uint64_t mode;

static uint64_t tables[3][512] WIRE_ALIGNED(4096);

static uint64_t *chunks(void) { return (uint64_t *)(FUTURE_NATIVE_BASE + FUTURE_NATIVE_CHUNKS); }

static uint64_t physical(const void *at)
{
	uint64_t offset = (uint64_t)at - FUTURE_NATIVE_BASE;

	return chunks()[offset / FUTURE_CHUNK_BYTES] + offset % FUTURE_CHUNK_BYTES;
}

/* The module's tables go when all cores are on others. */
static void own_tables(uint32_t count)
{
	uint32_t chunk;

	tables[0][511] = physical(tables[1]) | 3;
	tables[1][510] = physical(tables[2]) | 3;
	for (chunk = 0; chunk < count && chunk < 512; chunk++)
		tables[2][chunk] = chunks()[chunk] | 0x83;
	__asm__ volatile("mov %0, %%cr3" ::"r"(physical(tables[0])) : "memory");
}

static void panic(struct future_native_boot *boot)
{
	static const char text[] = "broken on purpose\nsecond line\n";
	uint32_t i;

	for (i = 0; i < sizeof text - 1; i++)
		boot->panic.text[i] = text[i];
	boot->panic.bytes = sizeof text - 1;
	wire_store32(&boot->panic.done, 1);
}

void broken(struct future_native_boot *boot);
void broken(struct future_native_boot *boot)
{
	struct wire_channel *channel = (struct wire_channel *)(FUTURE_NATIVE_BASE + FUTURE_NATIVE_CONTROL);
	const struct control_boot_complete_request body = {1, 1, 2 << 20};
	uint64_t message[CONTROL_BOOT_COMPLETE_WORDS], tail = 0;
	struct wire_sender sender = wire_sender_of(&channel->request, wire_request_lines(channel),
						   FUTURE_NATIVE_CONTROL_LINES, &tail);
	uint32_t size = control_boot_complete_encode(message, &body);

	own_tables(boot->chunks);
	message[0] = wire_publish_word(size, CONTROL_BOOT_COMPLETE_TYPE, WIRE_FLAG_ONEWAY);
	message[1] = 0;
	if (mode == PANIC_EARLY)
		panic(boot);
	else
		wire_send(&sender, message);
	wire_store32(&boot->core[0].stage, FUTURE_STAGE_ONLINE);
	while (mode == DEAF || !wire_load32(&boot->control_rung.word))
		wire_pause();
	if (mode == PANIC)
		panic(boot);
	if (mode == GARBAGE)
		wire_store(&wire_request_lines(channel)[tail & (FUTURE_NATIVE_CONTROL_LINES - 1)].word[0], 12345);
	for (;;)
		wire_pause();
}
