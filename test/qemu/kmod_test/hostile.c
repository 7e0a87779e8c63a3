// SPDX-License-Identifier: MIT
/* What a program may try. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kmod_test.h"

/*
 * Each with the entry table at r12 and, if nothing else has ended the program by then, ud2 behind it. None may harm more
 * than itself. %c0 … are no operands here: basic asm.
 */
#define FLAGS(bits) "pushf\n orl $" bits ", (%rsp)\n popf\n"
#define AT(address) "movabs $" address ", %rax\n"
#define INFO "xor %edi, %edi\n call *48(%r12)\n"
#define ATTACKS(X)                                                                                             \
	X(halt, "hlt") X(interrupts, "cli") X(interrupts_on, "sti") X(input, "in $0x60, %al")                  \
	X(output, "out %al, $0x80") X(read_msr, "mov $0x1b, %ecx\n rdmsr")                                    \
	X(write_msr, "mov $0xc0000082, %ecx\n wrmsr") X(counters, "xor %ecx, %ecx\n rdpmc")                   \
	X(read_cr0, "mov %cr0, %rax") X(write_cr3, "xor %eax, %eax\n mov %rax, %cr3")                         \
	X(write_cr4, "mov %rax, %cr4") X(debug, "mov %rax, %dr7") X(gdt, "lgdt (%rsp)") X(idt, "lidt (%rsp)")  \
	X(task, "mov $0x30, %eax\n ltr %ax") X(ldt, "lldt %ax") X(page, "invlpg (%rsp)") X(caches, "wbinvd")  \
	X(swap, "swapgs") X(return_call, "sysretq") X(enter, "sysenter") X(leave, "sysexitl")                   \
	X(components, "xor %ecx, %ecx\n xor %edx, %edx\n mov $7, %eax\n xsetbv") X(clear_task, "clts")         \
	X(int_80, "int $0x80") X(int_wake, "int $0xf0") X(int_nmi, "int $2") X(int_double, "int $8")           \
	X(int_page, "int $14") X(int_check, "int $18") X(int_debug, "int $1") X(breakpoint, "int3")            \
	X(ice, ".byte 0xf1") X(foreign, "mov $6, %eax\n syscall")                                             \
	X(to_ring_0, "mov %rsp, %rax\n push $0x10\n push %rax\n push $2\n push $8\n push $0\n iretq")           \
	X(far_to_ring_0, "push $8\n lea 1f(%rip), %rax\n push %rax\n lretq\n1:")                              \
	X(far_to_32, "push $0x1b\n lea 1f(%rip), %rax\n push %rax\n lretq\n1:")                              \
	X(level_3, FLAGS("0x3000") "cli") X(step, FLAGS("0x100") "nop\n nop")                                 \
	X(step_foreign, "mov $6, %eax\n" FLAGS("0x100") "syscall") X(nested, FLAGS("0x4000") INFO "iretq")    \
	X(aligned, FLAGS("0x40000") INFO "mov 1(%rsp), %rax")                                                  \
	X(stack_trap, "mov %ss, %eax\n mov %eax, %ss\n int3") X(stack_ice, "mov %ss, %eax\n mov %eax, %ss\n .byte 0xf1") \
	X(stack_call, "mov %ss, %eax\n" FLAGS("0x100") "mov %eax, %ss\n syscall")                             \
	X(backwards, "std\n mov %rsp, %rdi\n mov $64, %esi\n call *40(%r12)\n" INFO)                          \
	X(no_stack, "xor %esp, %esp\n int3") X(no_stack_call, "xor %esp, %esp\n xor %edi, %edi\n jmp *48(%r12)")    \
	X(kernel_stack, AT("0xffffffffc000d000") "mov %rax, %rsp\n int3")                                     \
	X(kernel_stack_call, AT("0xffffffffc000d000") "mov %rax, %rsp\n xor %edi, %edi\n jmp *48(%r12)")        \
	X(odd_stack_call, AT("0x8000000000000001") "mov %rax, %rsp\n xor %edi, %edi\n jmp *48(%r12)")           \
	X(kernel_gs, AT("0xffffffffc0000000") "wrgsbase %rax\n wrfsbase %rax\n" INFO "mov %gs:0, %rax")       \
	X(read_kernel, AT("0xffffffff80200000") "mov (%rax), %rax")                                            \
	X(read_boot, AT("0xffffffff80000000") "mov (%rax), %rax")                                              \
	X(read_memory, AT("0xffff800000000000") "mov (%rax), %rax")                                            \
	X(write_core, AT("0xffffffffc0000000") "mov %rax, (%rax)")                                             \
	X(write_apic, AT("0xffffffffc1000300") "movl $0x000c4500, (%rax)") /* INIT to all others */            \
	X(jump_kernel, AT("0xffffffff80200000") "jmp *%rax") X(jump_odd, AT("0x8000000000000000") "jmp *%rax") \
	X(jump_last, AT("0x7fffffffffff") "jmp *%rax") X(prefetch, AT("0xffffffffc0000000") "prefetcht0 (%rax)") \
	X(write_entry, "mov %rax, (%r12)")                                                                     \
	X(odd_calls, "mov (%r12), %r13\n add $5, %r13\n mov $8, %eax\n call *%r13\n mov $-1, %rax\n call *%r13\n"     \
		     AT("0x8000000000000000") "call *%r13")                                                    \
	X(log_kernel, AT("0xffffffff80000000") "mov %rax, %rdi\n mov $480, %esi\n call *40(%r12)")             \
	X(log_much, "mov $-1, %rdi\n mov $-1, %rsi\n call *40(%r12)\n mov %rsp, %rdi\n mov $-1, %rsi\n call *40(%r12)") \
	X(map_much, "mov $1, %edi\n xor %esi, %esi\n mov $-4096, %rdx\n call *32(%r12)\n mov $2, %edi\n"        \
		    AT("0xfffffffffffff000") "mov %rax, %rsi\n mov $0x2000, %edx\n call *32(%r12)")             \
	X(map_fixed, "mov $3, %edi\n mov %r12, %rsi\n mov $4096, %edx\n call *32(%r12)")                       \
	X(wake_much, "mov $64, %edi\n mov %rsp, %rsi\n mov %rsp, %rdx\n call *24(%r12)\n mov $-1, %rdi\n call *24(%r12)") \
	X(wake_kernel, "mov $1, %edi\n" AT("0xffffffff80200000") "mov %rax, %rsi\n mov %rsp, %rdx\n and $-16, %rdx\n call *24(%r12)") \
	X(data, "mov $8, %eax\n mov %eax, %ds") X(task_data, "mov $0x30, %eax\n mov %eax, %gs")               \
	X(floating, "fld1\n fldz\n push $0x340\n fldcw (%rsp)\n fdivrp\n" INFO "fwait")                         \
	X(vectors, "push $-1\n ldmxcsr (%rsp)")

#define CODE(name, text)                                                                                       \
	extern const char attack_##name[], attack_##name##_end[];                                              \
	__asm__(".pushsection .rodata\nattack_" #name ": mov (%rdi), %r12\n" text "\n ud2\nattack_" #name        \
		"_end:\n.popsection\n");
ATTACKS(CODE)
#define ROW(name, text) {#name, attack_##name, attack_##name##_end},
static const struct attack {
	const char *name, *code, *code_end;
} attacks[] = {ATTACKS(ROW)};

void hostile_instructions(void)
{
	unsigned index;
	int fd = open_device();

	for (index = 0; index < sizeof attacks / sizeof attacks[0]; index++) {
		const struct attack *attack = &attacks[index];
		struct control_exit_notice_request notice;
		struct process process;

		if (!begin_code(&process, 1, attack->code, attack->code_end, 0, 0))
			break;
		notice = exit_of(process.fd);
		if (notice.kind != CONTROL_SIGNALLED || status_of(fd).state != FUTURE_MACHINE_UP) {
			printf("attack %s: ended by %u, %d\n", attack->name, notice.kind, notice.value);
			failures++;
		}
		end(&process);
	}
	printf("%u attacks\n", index);
	close(fd);
	wait_free();
}

/*
 * Every core calls anything with anything, and keeps a count of its calls; core 0 starts the others. Half of the
 * addresses are in the arena behind code and stacks.
 */
extern const char fuzz[], fuzz_end[];
__asm__(".pushsection .rodata\n"
	"fuzz:	mov %rdi, %rbx\n"
	"	mov (%rbx), %r12\n"
	"	mov %rsi, %r15\n" /* core */
	"	rdtsc\n"
	"	mov %rax, %r13\n"
	"	test %r15, %r15\n"
	"	jnz 2f\n"
	"	mov $1, %r14d\n" /* wake 1, 2, 3: stacks 4 KiB apart */
	"1:	mov %r14, %rdi\n"
	"	lea fuzz(%rip), %rsi\n"
	"	mov %r14, %rdx\n"
	"	shl $12, %rdx\n"
	"	lea 8192(%rbx, %rdx), %rdx\n"
	"	call *24(%r12)\n"
	"	inc %r14d\n"
	"	cmp $4, %r14d\n"
	"	jne 1b\n"
	"2:	call 5f\n"
	"	and $7, %eax\n"
	"	mov %rax, %r14\n"
	"	jz 2b\n" /* exit: only by what the others do */
	"	cmp $7, %eax\n"
	"	je 2b\n"
	"	call 6f\n"
	"	mov %rax, %rdi\n"
	"	call 6f\n"
	"	mov %rax, %rsi\n"
	"	call 6f\n"
	"	mov %rax, %rdx\n"
	"	cmp $1, %r14d\n" /* sleep: not long */
	"	jne 3f\n"
	"	and $1, %edi\n"
	"3:	cmp $4, %r14d\n" /* map: mostly what it knows, behind the first 512 KiB */
	"	jne 4f\n"
	"	and $0x303, %edi\n"
	"	and $-4096, %rsi\n"
	"	and $0x3ff000, %edx\n"
	"4:	call *(%r12, %r14, 8)\n"
	"	lock incq 64(%rbx)\n"
	"	jmp 2b\n"
	"5:	movabs $6364136223846793005, %rax\n"
	"	imul %rax, %r13\n"
	"	add $12345, %r13\n"
	"	mov %r13, %rax\n"
	"	shr $33, %rax\n"
	"	ret\n"
	"6:	call 5b\n"
	"	test $1, %al\n"
	"	jz 7f\n"
	"	and $0x37ffff, %eax\n"
	"	lea 524288(%rbx, %rax), %rax\n"
	"	ret\n"
	"7:	test $2, %al\n"
	"	jz 8f\n"
	"	mov %r13, %rax\n"
	"	ret\n"
	"8:	and $0xfff, %eax\n"
	"	ret\n"
	"fuzz_end:\n"
	".popsection\n");

/* While the proxy touches the arena, overwrites the channel, and ends it at any time. */
void hostile_calls(unsigned rounds)
{
	unsigned seed = 7, round;
	uint64_t calls = 0;
	int fd = open_device();

	for (round = 0; round < rounds; round++) {
		struct process process;
		double limit = now() + 20 + rand_r(&seed) % 80;

		if (!begin_code(&process, cores_wanted, fuzz, fuzz_end, 0, 0))
			break;
		while (now() < limit) {
			process.arena[524288 + rand_r(&seed) % (7 << 19)] = (char)rand_r(&seed);
			((int *)process.channel)[rand_r(&seed) % (process.made.made.channel_bytes / 4)] = rand_r(&seed);
			ioctl(process.fd, FUTURE_IOC_RING_CORE, rand_r(&seed) % 4);
		}
		calls += ((uint64_t *)(process.arena + 8192))[8];
		end(&process);
		CHECK(status_of(fd).state == FUTURE_MACHINE_UP);
		wait_free();
	}
	printf("%llu hostile calls\n", (unsigned long long)calls);
	CHECK(calls > 1000);
	close(fd);
	wait_free();
}
