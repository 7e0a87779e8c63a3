// SPDX-License-Identifier: MIT
/* An image that says it booted, and then is as the test wants it: deaf, late, dead at the first message. No libc, one core. */
#include "../../futurek/abi/native.h"
#include "../../idl/wire/sleep.h"
#include "control_wire.h"

enum { DEAF = 1, PANIC = 2, PANIC_EARLY = 3, GARBAGE = 4, LATE = 5 };

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

enum { PID = 7, ESRCH = 3, EINVAL = 22 };

static void answer(struct wire_sender *sender, const uint64_t *request, int error)
{
	const struct control_create_reply more = {0, 0, 1};
	struct wire_reply reply = {error ? -1 : PID, error, 0, {0, 0, 0}};
	uint64_t message[WIRE_LINE_WORDS] = {0};

	control_create_reply_encode(&reply, &more);
	message[0] = wire_publish_word(WIRE_LINE_BYTES, wire_message_type(request[0]), WIRE_FLAG_REPLY);
	message[1] = request[1];
	message[2] = wire_root_pointer(WIRE_REPLY_DATA_WORDS, 0);
	__builtin_memcpy(message + 3, &reply, sizeof reply);
	wire_send(sender, message);
}

/* Makes a process, but says so only when the create is withdrawn; kills it as it is told to. */
static void late(struct wire_sender *sender, struct wire_receiver *receiver)
{
	static uint64_t message[WIRE_MESSAGE_MAX / 8], create[2];
	uint64_t notice[CONTROL_EXIT_NOTICE_WORDS];
	struct control_exit_notice_request end = {PID, CONTROL_KILLED, 0};
	struct control_kill_request kill = {0, 0};
	uint32_t size;

	if (wire_receive(receiver, message) == WIRE_EMPTY)
		return;
	wire_publish_head(receiver);
	switch (wire_message_type(message[0])) {
	case CONTROL_CREATE_TYPE:
		create[0] = message[0];
		create[1] = message[1];
		return;
	case CONTROL_EXIT_CONFIRM_TYPE:
		if (create[0])
			answer(sender, create, 0);
		answer(sender, message, create[0] ? ESRCH : 0);
		create[0] = 0;
		return;
	case CONTROL_KILL_TYPE:
		control_kill_decode(message + WIRE_HEADER_WORDS, CONTROL_KILL_WORDS - WIRE_HEADER_WORDS, &kill);
		answer(sender, message, kill.signal ? 0 : EINVAL);
		if (!kill.signal)
			return;
		end.value = (int32_t)kill.signal;
		size = control_exit_notice_encode(notice, &end);
		notice[0] = wire_publish_word(size, CONTROL_EXIT_NOTICE_TYPE, WIRE_FLAG_ONEWAY);
		notice[1] = create[1];
		wire_send(sender, notice);
	}
}

void broken(struct future_native_boot *boot);
void broken(struct future_native_boot *boot)
{
	struct wire_channel *channel = (struct wire_channel *)(FUTURE_NATIVE_BASE + FUTURE_NATIVE_CONTROL);
	const struct control_boot_complete_request body = {1, 1, 2 << 20};
	uint64_t message[CONTROL_BOOT_COMPLETE_WORDS], tail = 0;
	struct wire_sender sender = wire_sender_of(&channel->request, wire_request_lines(channel),
						   FUTURE_NATIVE_CONTROL_LINES, &tail);
	struct wire_receiver receiver = wire_receiver_of(
		&channel->reply, wire_reply_lines(channel, FUTURE_NATIVE_CONTROL_LINES), FUTURE_NATIVE_CONTROL_LINES);
	uint32_t size = control_boot_complete_encode(message, &body);

	own_tables(boot->chunks);
	message[0] = wire_publish_word(size, CONTROL_BOOT_COMPLETE_TYPE, WIRE_FLAG_ONEWAY);
	message[1] = 0;
	if (mode == PANIC_EARLY)
		panic(boot);
	else
		wire_send(&sender, message);
	wire_store32(&boot->core[0].stage, FUTURE_STAGE_ONLINE);
	boot->process[0] = (struct future_native_process){
		.arena_offset = (uint64_t)boot->chunks * FUTURE_CHUNK_BYTES - body.memory_bytes,
		.arena_bytes = body.memory_bytes,
		.channel_offset = FUTURE_NATIVE_CONTROL,
		.channel_bytes = 4096,
		.used = 1,
	};
	while (mode == LATE) {
		late(&sender, &receiver);
		wire_store32(&boot->control_to_linux.word, 1); /* the module looks each second */
	}
	while (mode == DEAF || !wire_load32(&boot->control_rung.word))
		wire_pause();
	if (mode == PANIC)
		panic(boot);
	if (mode == GARBAGE)
		wire_store(&wire_request_lines(channel)[tail & (FUTURE_NATIVE_CONTROL_LINES - 1)].word[0], 12345);
	for (;;)
		wire_pause();
}
