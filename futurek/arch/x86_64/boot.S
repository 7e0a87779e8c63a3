/* SPDX-License-Identifier: MIT */
/* A core's first instructions (abi/native.h, "Entry"): rdi is its number, rsi the boot block; no stack yet. */
#include "layout.h"

	.section .text.start, "ax"
	.globl _start
	.type _start, @function
_start:
	cld
	mov %edi, %ebx
	mov %ebx, %eax
	shl $6, %rax
	movl $2, BOOT_CORE_STAGE(%rsi, %rax)	/* FUTURE_STAGE_ENTRY */
	xor %ebp, %ebp
	test %ebx, %ebx
	jnz 1f
	/* Core 0 builds everything, on the module's tables. Others are started after it has got past this. */
	mov $boot_stack_top, %rsp
	call native_build
1:
	mov native_carved, %rax			/* Carved::root */
	mov %rax, %cr3
	mov %ebx, %eax
	shl $17, %rax
	mov $CORES_ADDRESS + MAIN_STACK_TOP, %rsp
	add %rax, %rsp
	mov %ebx, %edi
	call native_core
	ud2
	.size _start, . - _start

	.bss
	.balign 4096
	.skip 16384
boot_stack_top:
	.section .note.GNU-stack, "", @progbits
