/* SPDX-License-Identifier: MIT */
/* Asks once; exit status 0 if the answer is right and the memory behind it is as it was. */
#include <pair.h>
#include <stdio.h>
#include <string.h>

#ifdef PAIR_MORE
#define ASK(answer) pair_ask(4, answer, 3)
#else
#define ASK(answer) pair_ask(7, answer)
#endif

int main(void)
{
	struct {
		struct pair_answer answer;
		unsigned char behind[64];
	} memory;
	size_t i;

	memset(&memory, 0x5a, sizeof memory);
	if (ASK(&memory.answer) != 0)
		return perror("pair_ask"), 1;
	for (i = 0; i < sizeof memory.behind; i++)
		if (memory.behind[i] != 0x5a)
			return puts("what lies behind the structure was overwritten"), 2;
	return memory.answer.level == 7 ? 0 : 3;
}
