/* SPDX-License-Identifier: MIT */
/* Switching stacks: callee-saved registers and floating-point control only; the rest is dead at a call. */

/*
 * struct multh_thread *multh_context_switch(void **save, void *load, struct multh_thread *previous)
 * Returns, on the other stack, the `previous` that was given on this one.
 *
 * Saved, from the stack pointer up: mxcsr, x87 control word, r15 r14 r13 r12 rbx rbp, return address. The end is an
 * indirect jump: a `ret` would be predicted from the return stack, which belongs to the thread that was left.
 * ldmxcsr and fldcw cost more than the rest together, hence only where the values differ.
 */
	.text
	.globl	multh_context_switch
	.type	multh_context_switch, @function
	.p2align 5
multh_context_switch:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbx, 0
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r15, 0
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movl	(%rsp), %eax
	movzwl	4(%rsp), %ecx
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	cmpl	%eax, (%rsp)
	jne	1f
2:	cmpw	%cx, 4(%rsp)
	jne	3f
4:	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r15
	.cfi_adjust_cfa_offset -8
	.cfi_restore r15
	popq	%r14
	.cfi_adjust_cfa_offset -8
	.cfi_restore r14
	popq	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore r13
	popq	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore r12
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbx
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	movq	%rdx, %rax
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register rip, rcx
	jmpq	*%rcx
	.cfi_endproc
	.section .text.unlikely, "ax", @progbits
1:	ldmxcsr	(%rsp)
	jmp	2b
3:	fldcw	4(%rsp)
	jmp	4b
	.text
	.size	multh_context_switch, . - multh_context_switch

/*
 * void multh_context_keep(void **save, void (*then)(void *), void *argument)
 * Saves the same as above for those who look, and calls. What was saved is not loaded: `then` preserves it itself.
 */
	.globl	multh_context_keep
	.type	multh_context_keep, @function
	.p2align 4
multh_context_keep:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movq	%rsp, (%rdi)
	movq	%rdx, %rdi
	call	*%rsi
	addq	$48, %rsp
	.cfi_adjust_cfa_offset -48
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	ret
	.cfi_endproc
	.size	multh_context_keep, . - multh_context_keep

/* The "return address" of a thread that has never run: multh.up.begin(previous), which multh_prepare left in
   rbx, and which does not return. */
	.globl	multh_context_start
	.type	multh_context_start, @function
	.p2align 4
multh_context_start:
	.cfi_startproc
	.cfi_undefined rip
	xorl	%ebp, %ebp
	movq	%rax, %rdi
	call	*%rbx
	ud2
	.cfi_endproc
	.size	multh_context_start, . - multh_context_start

	.section .note.GNU-stack, "", @progbits
