/* SPDX-License-Identifier: MIT */
/* The device's verbs: what a proxy asks of a machine (paper: "Interfaces", Linux driver). */
#ifndef FUTURE_WIRE_DEVICE_H
#define FUTURE_WIRE_DEVICE_H

#include "types.h"

/*
 * Native: ioctls on /dev/future carry these structures; read(2) delivers notices; mmap(2) maps arena and channel.
 * Hosted: one SOCK_SEQPACKET connection a process context; each packet to the machine is one request structure, each
 * packet back one future_device_answer (with what follows it), or one notice. The machine answers each request once,
 * in order; notices may come in between. Either side's end of file means: the other is gone, reclaim everything.
 *
 * A process context lives as long as its connection or open file. After create it owns cores, an arena and a channel;
 * closing it is the exit confirmation: until then nothing of them is given to anyone else. If the process still runs,
 * closing kills it first.
 *
 * Notices are channel 0 messages (control.idl.h: exit_notice, exception, log), header and body exactly as in the
 * ring; a packet whose first word is a publish word with a nonzero size is a notice, one whose first four bytes are 0
 * is an answer.
 */
enum future_verb {
	FUTURE_VERB_CREATE = 1,  /* future_device_create → future_device_created (+ 3 descriptors when hosted) */
	FUTURE_VERB_RUN = 2,     /* future_device_run → answer; then the program runs, and later an exit_notice comes */
	FUTURE_VERB_KILL = 3,    /* future_device_kill → answer; a process of the same machine, by pid (0: this context's) */
	FUTURE_VERB_LIST = 4,    /* future_device_request → answer + future_device_process[count] */
	FUTURE_VERB_STATUS = 5,  /* future_device_request → answer + future_device_status */
	FUTURE_VERB_SHUTDOWN = 6,/* future_device_kill: `signal` nonzero: kill what runs; else EBUSY while programs run */
	FUTURE_VERB_LOG = 7,     /* future_device_request → answer; the kernel's log follows as log notices, and goes on */
};

enum {
	FUTURE_DEVICE_VERSION = 2,
	FUTURE_DEVICE_PACKET_MAX = 8192,
	FUTURE_DEVICE_NAME_BYTES = 32,
	FUTURE_CREATE_WAIT = 1 << 0, /* cores or memory are taken: wait for them instead of EBUSY/ENOMEM */
};

struct future_device_request {
	uint32_t verb;
	uint32_t version; /* FUTURE_DEVICE_VERSION, else EPROTO */
};

struct future_device_create {
	struct future_device_request request;
	uint64_t memory_bytes;  /* rounded up to 2 MiB */
	uint32_t cores;         /* 1 … WIRE_MAX_CORES */
	uint32_t max_threads;   /* ltns, and calls in flight, of the process */
	uint32_t flags;         /* FUTURE_CREATE_* */
	uint32_t linux_pid;     /* the proxy's, shown by ps */
	char name[FUTURE_DEVICE_NAME_BYTES]; /* program's, NUL-padded, shown by ps */
};

struct future_device_run {
	struct future_device_request request;
	uint64_t entry;         /* program addresses, all within the arena */
	uint64_t start_block;   /* passed to entry in rdi */
	uint64_t stack_top;     /* of the first core; 16-byte aligned */
	uint64_t reserved_bytes;/* arena bytes from its base that map() must not hand out: image, block, first stack */
};

struct future_device_kill {
	struct future_device_request request;
	uint32_t pid;
	uint32_t signal;        /* what exit_notice will report, 1 … 64 */
};

struct future_device_answer {
	uint32_t zero;
	int32_t error;          /* 0 or a Linux errno */
	uint32_t verb;
	uint32_t count;         /* of what follows */
	uint64_t detail;        /* EBUSY on create: free cores; ENOMEM: the largest free extent in bytes */
};

/* Follows the answer to create. Hosted: descriptors arena, channel, Linux's doorbell (an eventfd), in this order. */
struct future_device_created {
	uint32_t pid;
	uint32_t cores;
	uint64_t arena_address;   /* where the program sees its arena; message addresses are relative to this view */
	uint64_t arena_bytes;
	uint64_t channel_address; /* where the program sees its channel */
	uint64_t channel_bytes;
	uint64_t entry_table;     /* program address of struct future_entry_table */
	uint64_t time_page;       /* program address of struct future_time_page */
	uint32_t ring_lines;
	uint32_t max_threads;
};

struct future_device_process {
	uint32_t pid;
	uint32_t linux_pid;
	uint32_t state;           /* enum future_process_state */
	uint32_t cores;
	uint64_t core_mask;       /* the machine's numbers of its cores */
	uint64_t memory_bytes;
	uint64_t age_ns;          /* since create */
	char name[FUTURE_DEVICE_NAME_BYTES];
	uint32_t threads;         /* as the program says: alive, and most at once; 0: not known (natively) */
	uint32_t threads_peak;
};

enum future_process_state {
	FUTURE_PROCESS_CREATED = 1,
	FUTURE_PROCESS_RUNNING = 2,
	FUTURE_PROCESS_DYING = 3,   /* cores are being stopped */
	FUTURE_PROCESS_DEAD = 4,    /* exit notice sent, confirmation awaited */
};

struct future_device_status {
	uint32_t abi_version;
	uint32_t machine_kind;    /* enum future_machine_kind */
	uint32_t cores;
	uint32_t free_cores;
	uint64_t memory_bytes;
	uint64_t free_bytes;
	uint64_t largest_free_bytes;
	uint32_t processes;
	uint32_t linux_pid;       /* hosted: the machine's process; native: 0 */
	uint64_t uptime_ns;
};

enum future_machine_kind { FUTURE_MACHINE_HOSTED = 1, FUTURE_MACHINE_NATIVE = 2 };

WIRE_ASSERT(sizeof(struct future_device_create) == 64);
WIRE_ASSERT(sizeof(struct future_device_run) == 40);
WIRE_ASSERT(sizeof(struct future_device_answer) == 24);
WIRE_ASSERT(sizeof(struct future_device_created) == 64);
WIRE_ASSERT(sizeof(struct future_device_process) == 80);

#endif
