/* SPDX-License-Identifier: MIT
 * Where a Future program begins: relocates itself and hands over to MULiTh. rdi = struct future_start_block. */

        .section .text._start,"ax",@progbits
        .globl  _start
        .type   _start,@function
_start:
        .cfi_startproc
        .cfi_undefined rip
        xorl    %ebp, %ebp
        testq   %rdi, %rdi
        jz      .Llinux                 /* it clears all registers; rsp points at argc, argv */
        andq    $-16, %rsp
        /* A static PIE is linked at 0, so its ELF header's address is what every relative address lacks. */
        leaq    __ehdr_start(%rip), %r8
        leaq    _DYNAMIC(%rip), %rdx
        xorl    %esi, %esi              /* DT_RELA */
        xorl    %ecx, %ecx              /* DT_RELASZ */
.Lnext_entry:
        movq    (%rdx), %rax
        testq   %rax, %rax
        jz      .Lrelocate
        cmpq    $7, %rax
        cmoveq  8(%rdx), %rsi
        cmpq    $8, %rax
        cmoveq  8(%rdx), %rcx
        addq    $16, %rdx
        jmp     .Lnext_entry
.Lrelocate:
        addq    %r8, %rsi
        addq    %rsi, %rcx              /* end of the table */
.Lnext_relocation:
        cmpq    %rcx, %rsi
        jae     .Lrelocated
        cmpl    $8, 8(%rsi)             /* R_X86_64_RELATIVE; anything else is a program that we did not link */
        jne     .Lbroken
        movq    (%rsi), %rax
        movq    16(%rsi), %rdx
        addq    %r8, %rdx
        movq    %rdx, (%rax,%r8)
        addq    $24, %rsi
        jmp     .Lnext_relocation
.Lrelocated:
        movq    %rdi, future_start(%rip)
        leaq    future_main(%rip), %rsi
        call    multh_start             /* (block, future_main); never returns */
.Llinux:
        leaq    8(%rsp), %rdi
        andq    $-16, %rsp
        call    future_started_by_linux /* (argv); never returns */
.Lbroken:
        ud2
        .cfi_endproc
        .size   _start, . - _start

/* The program note of idl/wire/note.h: by it the loader tells a Future program from a Linux one. */
        .section .note.future,"a",@note
        .p2align 2
        .long   7, 8, 1                 /* sizes of name and description, FUTURE_NOTE_PROGRAM */
        .asciz  "Future"
        .p2align 2
        .long   1, 0                    /* FUTURE_ABI_VERSION, reserved */

        .section .note.GNU-stack,"",@progbits
