/* SPDX-License-Identifier: MIT */
/* A program without a C library, for tests of endings: says "ready", then does what its argument says. */
#include "futurek/abi/start_block.h"
#include "idl/wire/note.h"
#include "idl/wire/sleep.h"

enum { NOP = 0x100, READ = 0x203, WRITE = 0x204 };

__attribute__((section(".note.future"), used, aligned(4))) static const struct {
	uint32_t name_bytes, bytes, type;
	char name[8];
	struct future_program_note program;
} note = {7, sizeof(struct future_program_note), FUTURE_NOTE_PROGRAM, FUTURE_NOTE_OWNER, {FUTURE_ABI_VERSION, 0}};

__attribute__((used)) static uint64_t found; /* in the registers at entry, all of them or-ed */

static struct future_start_block *start;
static struct wire_sender requests;
static struct wire_receiver replies;

static long call(uint16_t type, uint64_t a, uint64_t b, uint64_t c)
{
	struct wire_channel *channel = (void *)start->channel_base;
	uint16_t words = type == NOP ? 1 : 3;
	uint64_t request[WIRE_LINE_WORDS] = {wire_publish_word(24 + 8 * words, type, 0), wire_who_word(0, 1),
					     wire_root_pointer(words, 0), a, b, c};
	uint64_t reply[WIRE_MESSAGE_MAX / 8];

	while (wire_send(&requests, request) <= 0)
		wire_pause();
	if (wire_must_ring_linux(&channel->request))
		start->entry->call[FUTURE_SYS_RING](0, 0, 0);
	while (!wire_receive(&replies, reply)) {
		wire_declare_sleeper(channel, 0);
		if (!wire_pending(&replies))
			start->entry->call[FUTURE_SYS_SLEEP](~0ul, 0, 0);
		wire_withdraw_sleeper(channel, 0);
	}
	if (wire_head_is_stale(&replies))
		wire_publish_head(&replies);
	return (long)reply[3];
}

__attribute__((used)) static void run(struct future_start_block *block)
{
	struct wire_channel *channel = (void *)block->channel_base;
	char mode = block->argv[block->argc - 1][0];
	static const char ready[] = "ready\n";
	static char buffer[64];

	start = block;
	requests = wire_sender_of(&channel->request, wire_request_lines(channel), block->ring_lines,
				  &channel->request.tail.word);
	replies = wire_receiver_of(&channel->reply, wire_reply_lines(channel, block->ring_lines), block->ring_lines);
	call(WRITE, 1, (uint64_t)ready, sizeof ready - 1);
	for (;;) {
		switch (mode) {
		case 'c': /* crash */ *(volatile int *)16 = 1; break;
		case 'e': /* exit */ start->entry->call[FUTURE_SYS_EXIT](7, 0, 0); break;
		case 'b': /* how it began */ start->entry->call[FUTURE_SYS_EXIT](found ? 9 : 0, 0, 0); break;
		case 'n': /* nops for ever */ call(NOP, 1, 0, 0); break;
		case 'r': /* a read that blocks */ call(READ, 0, (uint64_t)buffer, sizeof buffer); break;
		case 'f': /* forges "Linux sleeps" and rings, for ever */
			for (;;) {
				wire_store32(&channel->request.sleep.word, 1);
				start->entry->call[FUTURE_SYS_RING](0, 0, 0);
			}
		case 'm': /* a malformed message */ call(0x2ff, 0, 0, 0); break;
		default: /* an endless loop */ break;
		}
	}
}

/* rdi is the block, rsi the core (0 here), rsp the stack; every other register must not tell anything. */
__asm__(".globl _start\n"
	"_start:\n"
	"mov %rsi, found(%rip)\n"
	".irp register, rax, rbx, rcx, rdx, rbp, r8, r9, r10, r11, r12, r13, r14, r15\n"
	"or %\\register, found(%rip)\n"
	".endr\n"
	".irp number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"por %xmm\\number, %xmm0\n"
	".endr\n"
	"movq %xmm0, %rax\n"
	"psrldq $8, %xmm0\n"
	"movq %xmm0, %rcx\n"
	"or %rcx, %rax\n"
	"or %rax, found(%rip)\n"
	"call run\n");
