/* SPDX-License-Identifier: MIT */
/* Between program and kernel: stack and mode are swapped here, and nowhere else. GS base is the HostCore, always; FS base
 * the host thread's, always. */
#include "../../abi/core_words.h"

#define KERNEL_STACK 8
#define MODE 16
#define STOP 20
#define ENTRY 24

#define CLOCK 8 /* one more than the system calls' numbers */

	.text

/* uint64_t future_hosted_enter(const ProgramStart *): runs the program; returns when future_hosted_leave is reached. */
	.globl future_hosted_enter
	.type future_hosted_enter, @function
future_hosted_enter:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	sub $8, %rsp
	stmxcsr (%rsp)
	fnstcw 4(%rsp)
	mov %rsp, %gs:KERNEL_STACK	/* 16-byte aligned */
	xor %eax, %eax
	mov %rax, %gs:FUTURE_GS_THREAD	/* the program sets its own */
	mov (%rdi), %r11
	mov %r11, %gs:ENTRY
	mov 16(%rdi), %rsi
	mov 24(%rdi), %rsp
	mov 8(%rdi), %rdi
	xor %ebx, %ebx
	xor %ecx, %ecx
	xor %edx, %edx
	xor %ebp, %ebp
	xor %r8d, %r8d
	xor %r9d, %r9d
	xor %r10d, %r10d
	xor %r11d, %r11d
	xor %r12d, %r12d
	xor %r13d, %r13d
	xor %r14d, %r14d
	xor %r15d, %r15d
	movb $1, %gs:MODE
	/* The mode first, then the look: a stop that comes in between finds a program and moves it to leave. */
	cmpl $0, %gs:STOP
	jne stopped
	jmp *%gs:ENTRY
	.size future_hosted_enter, . - future_hosted_enter

/* The way out of a program for good; rax is the LeaveReason. Any register state, from mode program or kernel. */
stopped:
	xor %eax, %eax
	.globl future_hosted_leave
	.type future_hosted_leave, @function
future_hosted_leave:
	movb $0, %gs:MODE
	mov %gs:KERNEL_STACK, %rsp
	cld
	fninit
	ldmxcsr (%rsp)
	fldcw 4(%rsp)
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
	.size future_hosted_leave, . - future_hosted_leave

/* The entry stubs: a C call from the program. From mode kernel on, signals wait for the way back. */
	.macro stub number
	.type future_hosted_call_\number, @function
future_hosted_call_\number:
	mov $\number, %eax
	jmp call
	.size future_hosted_call_\number, . - future_hosted_call_\number
	.endm
	.irp number, 0, 1, 2, 3, 4, 5, 6, 7
	stub \number
	.endr

/* The time page's `ask`: no system call of the kernel's, but like one; the vDSO may make one of Linux's. */
	.globl future_hosted_clock
	.type future_hosted_clock, @function
future_hosted_clock:
	mov $CLOCK, %eax
	jmp call
	.size future_hosted_clock, . - future_hosted_clock

	.type call, @function
call:
	movb $0, %gs:MODE
	mov %rsp, %r8
	mov %gs:KERNEL_STACK, %rsp
	push %r8
	push %r8			/* for the alignment */
	cld
	mov %eax, %ecx
	call future_hosted_syscall	/* SyscallResult: value in rax, leave in dl */
	pop %r8
	test %dl, %dl
	jne stopped
	mov %r8, %rsp
	movb $1, %gs:MODE
	cmpl $0, %gs:STOP
	jne stopped
	ret
	.size call, . - call

/* Signal return. Dispatch compares the address after `syscall`: something must follow it within the allowed range. */
	.globl future_hosted_restorer, future_hosted_restorer_end
	.type future_hosted_restorer, @function
	nop				/* unwinders look one byte before a return address */
future_hosted_restorer:
	mov $15, %eax
	syscall
	ud2
future_hosted_restorer_end:
	.size future_hosted_restorer, . - future_hosted_restorer

/* uint64_t future_hosted_copy(to, from, bytes): 0, or 1 when a byte could not be read (trap.cc moves us to _fault). */
	.globl future_hosted_copy, future_hosted_copy_at, future_hosted_copy_fault
	.type future_hosted_copy, @function
future_hosted_copy:
	mov %rdx, %rcx
future_hosted_copy_at:
	rep movsb
	xor %eax, %eax
	ret
future_hosted_copy_fault:
	mov $1, %eax
	ret
	.size future_hosted_copy, . - future_hosted_copy

	.section .data.rel.ro, "aw"
	.globl future_hosted_entry_table
	.type future_hosted_entry_table, @object
	.balign 64
future_hosted_entry_table:
	.irp number, 0, 1, 2, 3, 4, 5, 6, 7
	.quad future_hosted_call_\number
	.endr
	.size future_hosted_entry_table, . - future_hosted_entry_table

	.section .note.GNU-stack, "", @progbits
