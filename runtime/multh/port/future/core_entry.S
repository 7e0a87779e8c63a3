/* SPDX-License-Identifier: MIT */
/* Where the kernel lets a further core begin: rdi = start block, rsi = core, rsp = top of its idle thread's stack. */
	.text
	.globl	multh_future_core_entry
	.type	multh_future_core_entry, @function
multh_future_core_entry:
	.cfi_startproc
	.cfi_undefined rip
	xorl	%ebp, %ebp
	andq	$-16, %rsp
	call	multh_future_core
	ud2
	.cfi_endproc
	.size	multh_future_core_entry, . - multh_future_core_entry

	.section .note.GNU-stack, "", @progbits
