/* SPDX-License-Identifier: GPL-2.0 */
/* A core's first instructions: from real mode to long mode in one step. Copied to a low page; never run in place. */
#include <linux/linkage.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include "trampoline.h"

	.section .rodata, "a"
	.balign 16
SYM_DATA_START(future_trampoline)
	.code16
	cli
	cld
	movw	%cs, %ax
	movw	%ax, %ds
	movl	$1, TRAMPOLINE_STARTED

	lgdtl	TRAMPOLINE_GDT_POINTER
	movl	$X86_CR4_PAE, %eax
	movl	%eax, %cr4
	movl	TRAMPOLINE_CR3, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$(1 << _EFER_LME | 1 << _EFER_NX), %eax
	wrmsr
	movl	$(X86_CR0_PE | X86_CR0_MP | X86_CR0_ET | X86_CR0_NE | X86_CR0_PG), %eax
	movl	%eax, %cr0
	ljmpl	$8, $(TRAMPOLINE_PAGE + long_mode - future_trampoline)

	.code64
long_mode:
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	lidt	TRAMPOLINE_PAGE + TRAMPOLINE_IDT_POINTER
	movl	TRAMPOLINE_PAGE + TRAMPOLINE_CORE, %edi
	movq	TRAMPOLINE_PAGE + TRAMPOLINE_BOOT, %rsi
	movq	TRAMPOLINE_PAGE + TRAMPOLINE_ENTRY, %rax
	.byte	0xff, 0xe0		/* jmp *%rax, which the build would refuse for want of a retpoline */
SYM_DATA_END_LABEL(future_trampoline, SYM_L_GLOBAL, future_trampoline_end)
