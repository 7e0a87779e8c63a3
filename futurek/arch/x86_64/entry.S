/* SPDX-License-Identifier: MIT */
/* Between program and kernel: system calls, traps, entering and leaving. Interrupts are off in all of it. */
#include "layout.h"

	.text

/* To the PerCore, from any stack of the core. */
	.macro find_core register
	mov %rsp, \register
	and $-CORE_SPACE, \register
	.endm

	.macro push_registers
	push %rax
	push %rbx
	push %rcx
	push %rdx
	push %rsi
	push %rdi
	push %rbp
	push %r8
	push %r9
	push %r10
	push %r11
	push %r12
	push %r13
	push %r14
	push %r15
	.endm

	.macro pop_registers
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rbp
	pop %rdi
	pop %rsi
	pop %rdx
	pop %rcx
	pop %rbx
	pop %rax
	.endm

/*
 * SYSCALL: rip is in rcx, flags in r11; number rax, arguments rdi rsi rdx; the stack is the program's. GS is swapped for
 * these few instructions only, and nothing but NMI, #MC and #DB can come in between: they have stacks of their own and
 * do not look at GS.
 */
	.globl native_syscall_entry
	.type native_syscall_entry, @function
native_syscall_entry:
	swapgs
	mov %rsp, %gs:CORE_USER_STACK
	mov %gs:CORE_KERNEL_STACK, %rsp
	push %gs:CORE_USER_STACK
	swapgs
	cmp entry_page_first, %rcx
	jb syscall_foreign
	cmp entry_page_last, %rcx
	ja syscall_foreign
	push %r11
	push %rcx
	push %rbx
	find_core %rbx
	movl $0, CORE_IN_PROGRAM(%rbx)
	mov %rdx, %r8
	mov %rsi, %rcx
	mov %rdi, %rdx
	mov %rax, %rsi
	mov CORE_NUMBER(%rbx), %edi
	call native_syscall		/* SyscallResult: value in rax, leave in dl */
	test %dl, %dl
	jnz leave_stopped
syscall_return:
	/* In the program first, then the look: whoever wants something sets attention and then looks at in_program. */
	mov $1, %ecx
	xchg %ecx, CORE_IN_PROGRAM(%rbx)
	cmpl $0, CORE_ATTENTION(%rbx)
	jne syscall_attend
	pop %rbx
	pop %rcx
	pop %r11
	/* SYSRET to an address that is not canonical faults in the kernel, on the program's stack (Intel). */
	mov %rcx, %rdx
	shr $47, %rdx
	jnz syscall_lost
	and $0xcd5, %r11d		/* CF PF AF ZF SF DF OF; TF, AC, NT, IOPL are not for a call to set */
	or $0x202, %r11d
	xor %edx, %edx
	xor %esi, %esi
	xor %edi, %edi
	xor %r8d, %r8d
	xor %r9d, %r9d
	xor %r10d, %r10d
	pop %rsp
	sysretq
/* An instruction of the program's own, not of the entry page: an exception, as Syscall User Dispatch makes it of hosted ones. */
syscall_foreign:
	push (%rsp)
	movq $PROGRAM_DATA, 8(%rsp)
	push %r11
	push $PROGRAM_CODE
	push %rcx
	push $0
	push $VECTOR_FOREIGN_SYSCALL
	jmp trap
syscall_attend:
	movl $0, CORE_IN_PROGRAM(%rbx)
	push %rax
	push %rax
	xor %edi, %edi
	call native_attend
	mov %eax, %ecx
	pop %rax
	pop %rax
	test %ecx, %ecx
	jz syscall_return
leave_stopped:
	xor %eax, %eax
	jmp leave
syscall_lost:
	find_core %rbx
	movl $0, CORE_IN_PROGRAM(%rbx)
	mov %rcx, %rdi
	pop %rsi
	and $-16, %rsp
	call native_lost		/* (rip, rsp) */
	mov $1, %eax

/* Out of the program for good, from any depth of the kernel stack; eax is the LeaveReason that native_enter returns. */
leave:
	find_core %rbx
	mov native_carved, %rcx
	mov %rcx, %cr3
	mov CORE_KERNEL_STACK(%rbx), %rsp
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
	.size native_syscall_entry, . - native_syscall_entry

/*
 * uint64_t native_enter(const ProgramStart *, uint64_t root, uint64_t gs_base): as if a trap of the program returned to its
 * start. The bases are set by MSR: that needs no FSGSBASE, which programs are not given either.
 */
	.globl native_enter
	.type native_enter, @function
native_enter:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	sub $8, %rsp
	find_core %rbx
	mov %rsp, CORE_KERNEL_STACK(%rbx)	/* 16-byte aligned */
	mov %rsp, CORE_TSS + 4(%rbx)
	mov %rsi, %cr3
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %fs
	mov %eax, %gs
	mov %rdx, %r8
	xor %edx, %edx
	mov $MSR_FS_BASE, %ecx
	wrmsr
	mov %r8, %rax
	mov %r8, %rdx
	shr $32, %rdx
	mov $MSR_GS_BASE, %ecx
	wrmsr
	push $PROGRAM_DATA
	push 24(%rdi)			/* stack_top */
	push $0x202
	push $PROGRAM_CODE
	push (%rdi)			/* entry */
	push $0
	push $0
	mov 16(%rdi), %rsi		/* core */
	mov 8(%rdi), %rdi		/* start_block */
	mov %rbx, %r12
	xor %eax, %eax
	xor %ebx, %ebx
	xor %ecx, %ecx
	xor %edx, %edx
	xor %ebp, %ebp
	xor %r8d, %r8d
	xor %r9d, %r9d
	xor %r10d, %r10d
	xor %r11d, %r11d
	xor %r13d, %r13d
	xor %r14d, %r14d
	xor %r15d, %r15d
	push_registers
	mov %rbx, 24(%rsp)		/* r12 */
	mov %r12, %rbx
	jmp trap_return
	.size native_enter, . - native_enter

/* Every trap comes here, with vector and error code pushed: a TrapFrame (trap.h). */
	.type trap, @function
trap:
	push_registers
	/* AC, NT, TF, DF, IOPL were the program's. */
	push $2
	popf
	find_core %rbx
	mov %rsp, %rdi
	testb $3, 144(%rsp)		/* cs */
	jz trap_in_kernel
	movl $0, CORE_IN_PROGRAM(%rbx)
	call native_trap		/* 0: back to the program; else LeaveReason + 1 */
	sub $1, %eax
	jnc leave
trap_return:
	mov $1, %ecx
	xchg %ecx, CORE_IN_PROGRAM(%rbx)
	cmpl $0, CORE_ATTENTION(%rbx)
	jne trap_attend
	pop_registers
	add $16, %rsp
	iretq
trap_attend:
	movl $0, CORE_IN_PROGRAM(%rbx)
	mov %rsp, %rdi
	call native_attend
	test %eax, %eax
	jz trap_return
	jmp leave_stopped
trap_in_kernel:
	call native_kernel_trap
	pop_registers
	add $16, %rsp
	iretq
	.size trap, . - trap

/* void native_halt(void): until an interrupt comes, or one that came before is taken (processor.cc). With interrupts off. */
	.globl native_halt, native_halt_at, native_halt_end
	.type native_halt, @function
native_halt:
	sti
native_halt_at:
	hlt
native_halt_end:
	cli
	ret
	.size native_halt, . - native_halt

/* NMI: another core panicked (or it means nothing to us). Neither stack nor GS nor anything else is trusted. */
	.type trap_nmi, @function
trap_nmi:
	cmpl $0, native_dead
	jne 1f
	iretq
1:	cli
	hlt
	jmp 1b
	.size trap_nmi, . - trap_nmi

/*
 * #DB: from the kernel it is the MOV SS trick and means nothing; GS may be the program's then. From the program it goes on
 * as any trap does, on the kernel stack.
 */
	.type trap_debug, @function
trap_debug:
	testb $3, 8(%rsp)
	jnz 1f
	iretq
1:	push %rax
	push %rcx
	mov %rsp, %rcx
	find_core %rax
	mov CORE_KERNEL_STACK(%rax), %rsp
	push 48(%rcx)
	push 40(%rcx)
	push 32(%rcx)
	push 24(%rcx)
	push 16(%rcx)
	push $0
	push $1
	mov 8(%rcx), %rax
	mov (%rcx), %rcx
	jmp trap
	.size trap_debug, . - trap_debug

/* 256 stubs of 16 bytes. Those with an error code of the processor's push none. */
	.globl native_trap_stubs
	.balign 16
native_trap_stubs:
	.set vector, 0
	.rept 256
	.balign 16
	.if vector == 1
	jmp trap_debug
	.elseif vector == 2
	jmp trap_nmi
	.else
	.if vector != 8 && vector != 10 && vector != 11 && vector != 12 && vector != 13 && vector != 14 && vector != 17 && vector != 21 && vector != 29 && vector != 30
	push $0
	.endif
	push $vector
	jmp trap
	.endif
	.set vector, vector + 1
	.endr
	.size native_trap_stubs, . - native_trap_stubs

/*
 * The page by which programs call us, mapped read and execute for them at one address: the table, then the stubs. They
 * keep what a C call keeps; SYSCALL itself takes rcx and r11.
 */
	.section .program_entry, "ax"
	.globl native_program_entry
	.type native_program_entry, @object
	.balign 4096
native_program_entry:
	.irp number, 0, 1, 2, 3, 4, 5, 6, 7
	.quad PROGRAM_FIXED + PROGRAM_ENTRY_PAGE * 4096 + call_\number - native_program_entry
	.endr
	.irp number, 0, 1, 2, 3, 4, 5, 6, 7
	.balign 16, 0xcc
call_\number:
	mov $\number, %eax
	syscall
	ret
	.endr
	.balign 4096, 0xcc
	.size native_program_entry, . - native_program_entry

	.section .rodata
	.balign 8
entry_page_first:
	.quad PROGRAM_FIXED + PROGRAM_ENTRY_PAGE * 4096
entry_page_last:
	.quad PROGRAM_FIXED + PROGRAM_ENTRY_PAGE * 4096 + 4095

	.section .note.GNU-stack, "", @progbits
