// SPDX-License-Identifier: MIT
/* What the files of kmod_test share: the machine, a program on it, and what they find wrong. */
#ifndef FUTURE_KMOD_TEST_H
#define FUTURE_KMOD_TEST_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../../../futurek/abi/native.h"
#include "../../../futurek/abi/time_page.h"
#include "../../../linux/kmod/uapi/future_ioctl.h"
#include "control_wire.h"

extern unsigned failures;
extern volatile bool stop; /* threads that do something until it is set */
extern const char *kernel_file, *broken_file;
extern unsigned cores_wanted;

#define CHECK(condition)                                                                             \
	do {                                                                                         \
		if (!(condition)) {                                                                  \
			printf("%s:%d: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno);     \
			failures++;                                                                  \
		}                                                                                    \
	} while (0)
#define FAILS(call, expected) CHECK((errno = 0, (long)(call) == -1 && errno == (expected)))

/* What broken_kernel.c knows. */
enum { SOUND, DEAF, PANIC, PANIC_EARLY, GARBAGE, LATE };

enum { DO_EXIT, DO_RING, DO_FAULT, DO_SPIN, DO_TIME, DO_LOG };

struct block {
	uint64_t entry_table;
	uint64_t what;
	uint64_t status; /* or the address of the time page */
	struct future_time_page time;
};

struct process {
	int fd;
	struct future_ioc_create made;
	char *arena, *channel;
};

/* ---- machine.c ---- */

double now(void);
int open_device(void);
struct future_ioc_status status_of(int fd);
int reserve(int fd, struct future_ioc_reserve *reserved);
uint64_t load_image(const char *name, char *image, const struct future_ioc_reserve *reserved);
bool boot_as(uint64_t mode, struct future_ioc_boot *told);
bool boot(void);
int shut_down(uint32_t signal);
void cycles(unsigned count);
void unload(void);
bool write_file(const char *path, const char *text);
void nothing(int signal);

/* ---- program.c ---- */

int create(struct process *process, uint32_t cores, uint64_t bytes, uint32_t flags);
bool begin_code(struct process *process, uint32_t cores, const char *text, const char *text_end, uint64_t what,
		uint64_t code);
bool begin(struct process *process, uint32_t cores, uint64_t what, uint64_t code);
void end(struct process *process);
bool expect(int fd, uint16_t type, uint64_t *words);
struct control_exit_notice_request exit_of(int fd);
void wait_free(void);

/* ---- served.c ---- */

void processes(void);
void waiting(void);
void clocks(void);
void logs(void);
void guarded(void);

/* ---- doorbells.c ---- */

void doorbells(void);
void doorbell_reads(void);
void echo(void);
void affinity(void);

/* ---- refused.c ---- */

void refused_without_machine(void);
void refused_reserved(void);
void refused_verbs(void);
void greedy(void);

/* ---- hostile.c ---- */

void hostile_instructions(void);
void hostile_calls(unsigned rounds);

/* ---- together.c ---- */

void stress(unsigned seconds);
void races(unsigned seconds);
void toggled(unsigned rounds);

/* ---- killed.c ---- */

void killed(unsigned rounds);
void killed_asking(unsigned rounds);

/* ---- broken.c ---- */

void broken(void);

/* ---- shut_down.c ---- */

void shut_down_after_run(void);
void shut_down_running(void);

#endif
