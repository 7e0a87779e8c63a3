/* SPDX-License-Identifier: MIT */
/* A program without a C library, for tests of endings: says "ready", then does what its argument says. */
#include "test/guest/bare.h"

__attribute__((used)) static uint64_t found; /* in the registers at entry, all of them or-ed */

__attribute__((used)) static void run(struct future_start_block *block)
{
	char mode = block->argv[block->argc - 1][0];
	static char buffer[64];

	begin(block);
	say("ready\n");
	for (;;) {
		switch (mode) {
		case 'c': /* crash */ *(volatile int *)16 = 1; break;
		case 'e': /* exit */ end(7); break;
		case 'b': /* how it began */ end(found ? 9 : 0); break;
		case 'n': /* nops for ever */ call(NOP, 1, 0, 0); break;
		case 'r': /* a read that blocks */ call(READ, 0, (uint64_t)buffer, sizeof buffer); break;
		case 'w': /* writes into the log for ever */ kernel(FUTURE_SYS_LOG, (uint64_t)"again", 5, 0); break;
		case 'f': /* forges "Linux sleeps" and rings, for ever */
			for (;;) {
				wire_store32(&channel->request.sleep.word, 1);
				kernel(FUTURE_SYS_RING, 0, 0, 0);
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
