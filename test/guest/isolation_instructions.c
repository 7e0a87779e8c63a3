/* SPDX-License-Identifier: MIT */
/* Instructions that are the kernel's, and ways into the kernel that are none. */
#include "isolation.h"

static struct __attribute__((packed)) {
	uint16_t limit;
	uint64_t base;
} table;

#define DO(name, ends, instructions, ...) ATTEMPT(name, ends, __asm__ volatile(instructions : : __VA_ARGS__ : "memory", "cc"))
#define SET_FLAG(flag) "pushf; orl $" flag ", (%%rsp); popf; "

/* Interrupts and devices. */
DO(cli, "139", "cli");
DO(sti, "139", "sti");
DO(hlt, "139", "hlt");
DO(in, "139", "in $0x60, %%al", "a"(0));
DO(in_dx, "139", "in (%%dx), %%al", "a"(0), "d"(0xcf8));
DO(out, "139", "out %%al, $0x64", "a"(0xfe)); /* would reset the computer */
DO(out_dx, "139", "out %%al, (%%dx)", "a"(0), "d"(0xf4));
DO(outs, "139", "rep outsb", "S"(&table), "d"(0x3f8), "c"(1));
DO(cli_after_iopl, "139", SET_FLAG("0x3000") "cli");
DO(out_after_iopl, "139", SET_FLAG("0x3000") "out %%al, $0x64", "a"(0xfe));

/* The processor's state. */
DO(rdmsr, "139", "rdmsr", "c"(0xc0000082));
DO(wrmsr, "139", "wrmsr", "c"(0xc0000082), "a"(0), "d"(0));
DO(read_cr0, "139", "mov %%cr0, %%rax", "a"(0));
DO(write_cr0, "139", "mov %%rax, %%cr0", "a"(0));
DO(read_cr3, "139", "mov %%cr3, %%rax", "a"(0));
DO(write_cr3, "139", "mov %%rax, %%cr3", "a"(0));
DO(write_cr4, "139", "mov %%rax, %%cr4", "a"(0));
DO(write_cr8, "139", "mov %%rax, %%cr8", "a"(0));
DO(read_dr7, "139", "mov %%dr7, %%rax", "a"(0));
DO(write_dr0, "139", "mov %%rax, %%dr0", "a"(0));
DO(lgdt, "139", "lgdt %0", "m"(table));
DO(lidt, "139", "lidt %0", "m"(table));
DO(lldt, "139", "lldt %%ax", "a"(0));
DO(ltr, "139", "ltr %%ax", "a"(TASK_SEGMENT));
DO(lmsw, "139", "lmsw %%ax", "a"(0));
DO(clts, "139", "clts");
DO(invlpg, "139", "invlpg %0", "m"(table));
DO(invd, "139", "invd");
DO(wbinvd, "139", "wbinvd");
DO(rdpmc, "139", "rdpmc", "c"(0));
DO(xsetbv, "139", "xsetbv", "c"(0), "a"(7), "d"(0));
DO(swapgs, "139", "swapgs");
DO(rsm, "132", "rsm");
DO(stac, "132", "stac");
DO(mwait, "132,139", "mwait", "a"(0), "c"(0));
DO(vmcall, "132,139", "vmcall");
DO(sgdt, "0,139", "sgdt %0", "m"(table)); /* forbidden where the processor has UMIP */
DO(sidt, "0,139", "sidt %0", "m"(table));
DO(smsw, "0,139", "smsw %%ax", "a"(0));
DO(str, "0,139", "str %%ax", "a"(0));

/* Into ring 0. */
DO(sysret, "139", "sysretq", "c"(0));
DO(sysexit, "132,139", "sysexitq", "c"(0), "d"(0));
DO(sysenter, "132,139", "sysenter");
DO(int_0x80, "139", "int $0x80", "a"(1));
DO(int_nmi, "139", "int $2");
DO(int_page_fault, "139", "int $14");
DO(int_machine_check, "139", "int $18");
DO(int_wake, "139", "int $0xf0");
DO(int3, "133", "int3");
DO(kernel_ss, "139", "mov %%eax, %%ss", "a"(KERNEL_DATA));
DO(kernel_ds, "139", "mov %%eax, %%ds", "a"(KERNEL_CODE));
DO(far_return_32, "139", "push $0x23; push %%rax; lretq", "a"(0)); /* Linux's code segment of 32-bit programs */
DO(far_return, "139", "push $8; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:", "a"(0)); /* to KERNEL_CODE */
DO(interrupt_return, "139", "push $0x10; push %%rsp; pushf; push $8; lea 1f(%%rip), %%rax; push %%rax; iretq; 1:", "a"(0));

/* What the kernel's way in and out must stand. */
DO(step, "133", SET_FLAG("0x100") "nop");
DO(step_through_call, "133", SET_FLAG("0x100") "call *%0", "r"(future_start->entry->call[FUTURE_SYS_INFO]), "D"(0));
DO(step_into_syscall, "133,159", "mov %%ss, %%ecx; " SET_FLAG("0x100") "mov %%ecx, %%ss; syscall", "a"(0), "c"(0));
DO(unaligned, "0,135", SET_FLAG("0x40000") "mov 1(%0), %%rax", "r"(future_start), "a"(0)); /* QEMU lets it pass */
DO(own_syscall, "159", "syscall", "a"(FUTURE_SYS_INFO), "c"(0));
DO(x32_syscall, "159", "syscall", "a"(0x40000000 + 39), "c"(0));
DO(call_on_kernel_stack, "139", "mov %0, %%rsp; jmp *%1", "r"(CORES_ADDRESS + MAIN_STACK_TOP - 64),
   "r"(future_start->entry->call[FUTURE_SYS_INFO]));
DO(call_on_no_stack, "135,139", "mov %0, %%rsp; jmp *%1", "r"(0x8000000000000000),
   "r"(future_start->entry->call[FUTURE_SYS_INFO]));
DO(trap_on_kernel_stack, "132", "mov %0, %%rsp; ud2", "r"(CORES_ADDRESS + MAIN_STACK_TOP - 64));
