// SPDX-License-Identifier: MIT
/* Inside the guest, as root: the module's verbs used as they should be, and as they should not. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "kmod_test.h"

int main(int count, char **words)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count < 4) {
		fprintf(stderr, "usage: kmod_test KERNEL BROKEN CORES [CYCLES] [STRESS_SECONDS] [KILLS]\n");
		return 2;
	}
	kernel_file = words[1];
	broken_file = words[2];
	cores_wanted = atoi(words[3]);
	signal(SIGBUS, SIG_DFL);
	refused_without_machine();
	refused_reserved();
	cycles(count > 4 ? atoi(words[4]) : 3);
	if (!boot())
		return 1;
	echo();
	processes();
	doorbells();
	doorbell_reads();
	clocks();
	logs();
	guarded();
	affinity();
	waiting();
	refused_verbs();
	greedy();
	hostile_instructions();
	hostile_calls(20);
	stress(count > 5 ? atoi(words[5]) : 2);
	killed_asking(100);
	shut_down_after_run();
	shut_down_running();
	cycles(1);
	killed(count > 6 ? atoi(words[6]) : 12);
	toggled(20);
	races(4);
	broken();
	unload();
	printf(failures ? "%u failures\n" : "all good\n", failures);
	return failures != 0;
}
