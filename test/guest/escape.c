/* SPDX-License-Identifier: MIT */
/*
 * Breaks out of its mode on the hosted machine, as only a program that means harm does, and asks Linux for something.
 * Usage: escape NUMBER. 1: Linux refused; 0: it did what was asked; 77: there is no such attempt. As a rule it gets no answer:
 * it ends there.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "futurek/abi/start_block.h"

extern const struct future_start_block *future_start;

enum { MODE = 16, MODE_KERNEL = 0, MODE_PROGRAM = 1, X32 = 0x40000000 };

static long linux_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return result;
}

/* By the door of 32-bit programs, which some kernels have bricked up: SIGSEGV then. */
static long linux_call_32(long number)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(0), "c"(0), "d"(0) : "r8", "r9", "r10", "r11", "memory");
	return result;
}

/* The selector of Syscall User Dispatch lies behind GS, where a program can write. */
static void break_out(void)
{
	__asm__ volatile("movb %0, %%gs:%c1" : : "i"(MODE_KERNEL), "i"(MODE));
}

static const char by_int_0x80[] = "getpid by int 0x80";
/* Their address is put in: of the machine's code, and of a page of the program's own from where it goes too far. */
static const char the_machine[] = "protections in the machine", its_own[] = "protections behind the arena";

static const struct {
	const char *name;
	long number, a, b, c, d, e, f;
} attempts[] = {
	{"open", 2, (long)"/etc/passwd", 0, 0, 0, 0, 0},
	{"openat", 257, -100, (long)"/etc/passwd", 0, 0, 0, 0},
	{"openat2", 437, -100, (long)"/etc/passwd", 0, 24, 0, 0},
	{"creat", 85, (long)"/tmp/future-escape", 0600, 0, 0, 0, 0},
	{"unlink", 87, (long)"/tmp/future-escape", 0, 0, 0, 0, 0},
	{"socket", 41, 2, 1, 0, 0, 0, 0},
	{"connect", 42, 3, 0, 0, 0, 0, 0},
	{"bind", 49, 3, 0, 0, 0, 0, 0},
	{"execve", 59, (long)"/bin/true", 0, 0, 0, 0, 0},
	{"fork", 57, 0, 0, 0, 0, 0, 0},
	{"clone", 56, SIGCHLD, 0, 0, 0, 0, 0},
	{"clone3", 435, 0, 0, 0, 0, 0, 0},
	{"kill", 62, 0, 0, 0, 0, 0, 0},
	{"tkill", 200, 1, 0, 0, 0, 0, 0},
	{"tgkill", 234, 1, 1, 0, 0, 0, 0},
	{"ptrace", 101, 0, 0, 0, 0, 0, 0},
	{"process_vm_readv", 310, 1, 0, 0, 0, 0, 0},
	{"process_vm_writev", 311, 1, 0, 0, 0, 0, 0},
	{"mmap", 9, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0},
	{"pidfd_getfd", 438, 3, 0, 0, 0, 0, 0},
	{"pidfd_open", 434, 1, 0, 0, 0, 0, 0},
	{"io_uring_setup", 425, 8, 0, 0, 0, 0, 0},
	{"bpf", 321, 0, 0, 0, 0, 0, 0},
	{"mount", 165, 0, 0, 0, 0, 0, 0},
	{"sendto", 44, 3, 0, 0, 0, (long)"\1", 2},
	{"ioctl", 16, 2, 0x5412, (long)"x", 0, 0, 0}, /* TIOCSTI: types on the terminal */
	{"prctl", 157, 38, 0, 0, 0, 0, 0},
	{"setrlimit", 160, 7, 0, 0, 0, 0, 0},
	{"rt_sigaction", 13, SIGSEGV, 0, 0, 8, 0, 0},
	{"recvmsg", 47, 3, 0, 0, 0, 0, 0},
	{the_machine, 10, 0, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC, 0, 0, 0},
	{the_machine, 10, 0, 0x1000, PROT_READ, 0, 0, 0},
	{the_machine, 9, 0, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED, -1, 0},
	{"protections of a page for code", 9, 0x10000, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED, -1, 0},
	{"protections of all addresses", 10, 0, 1l << 47, PROT_READ | PROT_EXEC, 0, 0, 0},
	{"protections of no address", 10, -4096, 0x1000, PROT_READ | PROT_EXEC, 0, 0, 0},
	{its_own, 10, 0, 1l << 46, PROT_READ | PROT_WRITE | PROT_EXEC, 0, 0, 0},
	{its_own, 10, 0, -4096, PROT_READ | PROT_WRITE | PROT_EXEC, 0, 0, 0},
	{"getpid by its x32 number", X32 + 39, 0, 0, 0, 0, 0, 0},
	{by_int_0x80, 20, 0, 0, 0, 0, 0, 0},
};

int main(int count, char **words)
{
	unsigned which = count > 1 ? (unsigned)atoi(words[1]) : 0;
	long result, address;

	if (which >= sizeof attempts / sizeof *attempts)
		return 77;
	printf("%s\n", attempts[which].name);
	fflush(stdout);
	address = attempts[which].a;
	if (attempts[which].name == the_machine)
		address = (long)future_start->entry->call[0] & -0x1000l;
	if (attempts[which].name == its_own)
		address = (long)main & -0x1000l;
	break_out();
	if (attempts[which].name == by_int_0x80)
		result = linux_call_32(attempts[which].number);
	else
		result = linux_call(attempts[which].number, address, attempts[which].b, attempts[which].c, attempts[which].d,
				    attempts[which].e, attempts[which].f);
	__asm__ volatile("movb %0, %%gs:%c1" : : "i"(MODE_PROGRAM), "i"(MODE));
	return result < 0;
}
