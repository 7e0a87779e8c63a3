/* SPDX-License-Identifier: MIT */
/* Addresses, selectors and offsets that assembly and C++ share. core.h asserts that the structures agree. */
#ifndef FUTUREK_X86_64_LAYOUT_H
#define FUTUREK_X86_64_LAYOUT_H

/* Kernel addresses. The image and chunk 0 lie where the module's tables have them: FUTURE_NATIVE_BASE + offset. */
#define DIRECT_ADDRESS 0xffff800000000000 /* machine offset o is at DIRECT_ADDRESS + o, for all chunks */
#define CORES_ADDRESS 0xffffffffc0000000  /* a CORE_SPACE a core */
#define APIC_ADDRESS 0xffffffffc1000000

/*
 * A core's own space: its PerCore in the first page, then stacks with unmapped pages between them. Which core runs is
 * read off the stack pointer, on any of the stacks; so the kernel has no use for a GS base, and the program's stays in.
 */
#define CORE_SPACE 0x20000
#define MAIN_STACK 0x2000
#define MAIN_STACK_TOP 0xe000
#define NMI_STACK_TOP 0x11000 /* these have two pages each */
#define MACHINE_CHECK_STACK_TOP 0x14000
#define DEBUG_STACK_TOP 0x17000
#define DOUBLE_FAULT_STACK_TOP 0x1a000

/* struct PerCore */
#define CORE_KERNEL_STACK 0
#define CORE_USER_STACK 8
#define CORE_NUMBER 16
#define CORE_IN_PROGRAM 20
#define CORE_ATTENTION 24
#define CORE_TSS 64

/* struct future_native_boot */
#define BOOT_CORE_STAGE 0x4a48

/* Program addresses, the same in every process. Whole 2 MiB around each group stay unmapped. */
#define PROGRAM_FIXED 0xfc0000000 /* page numbers from here on: */
#define PROGRAM_ENTRY_PAGE 16
#define PROGRAM_TIME_PAGE 32
#define PROGRAM_WORDS_PAGE 48 /* WORDS_SPACE for each of the process's cores: where its GS points */
#define PROGRAM_CHANNEL_PAGE 64
#define PROGRAM_ARENA 0x1000000000

/* What lies behind a core's GS in a program (abi/core_words.h): a line of its own. */
#define WORDS_SPACE 64

#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define PROGRAM_DATA 0x23 /* SYSRET: the base 0x1b + 8 … */
#define PROGRAM_CODE 0x2b /* … and + 16 */
#define TASK_SEGMENT 0x30

#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101

#define VECTOR_FOREIGN_SYSCALL 31 /* none of the processor's: entry.S makes it of a SYSCALL that is not ours */

#endif
