/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's files share: the machine, its contexts, and who may call what under which lock. */
#ifndef FUTURE_KMOD_H
#define FUTURE_KMOD_H

#ifdef pr_fmt
#undef pr_fmt
#endif
#define pr_fmt(format) "future: " format

#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "uapi/future_ioctl.h"
#include "../../futurek/abi/native.h"
#include "../../idl/wire/sleep.h"
#include "control_wire.h"
#include "compat.h"

/*
 * Lock order, outermost first (README.md has the reasons):
 *   mmap_lock → map_lock (mapping.c) → machine.image_lock; machine.transition → either of these
 *   machine.transition → Linux's CPU hotplug locks
 *   any of them → machine.lock (a spinlock, interrupts off) → wait queues' own locks
 * No user memory is touched under transition, image_lock or machine.lock: a page fault may need image_lock.
 */

/* ---- memory.c ---- */

/* Machine memory. The machine has a reference, and so has each open context that has a process: it may map it. */
struct future_memory {
	struct kref kref;
	u32 chunks;
	u64 *physical;             /* of each chunk */
	void *region;              /* the reserved region's mapping, or NULL: chunks come from the page allocator */
	u64 region_start;
	u64 region_bytes;
};

struct future_memory *future_memory_take(u32 chunks, u64 *possible_bytes);
void future_memory_get(struct future_memory *memory);
void future_memory_put(struct future_memory *memory); /* may sleep */
bool future_memory_shared(const struct future_memory *memory);
void *future_chunk_address(const struct future_memory *memory, u32 chunk);
int future_chunk_ready(const struct future_memory *memory, u32 chunk, bool may_zero);
int future_memory_check_region(void);
extern u64 future_region_start, future_region_bytes;

static inline void *future_memory_at(const struct future_memory *memory, u64 offset)
{
	return future_chunk_address(memory, offset / FUTURE_CHUNK_BYTES) + offset % FUTURE_CHUNK_BYTES;
}

static inline struct future_native_boot *future_memory_boot(const struct future_memory *memory)
{
	return future_memory_at(memory, FUTURE_NATIVE_BOOT);
}

/* ---- what an open file is, and the machine ---- */

#define FUTURE_ANSWERS_MAX 64 /* written requests whose answers nobody reads, and core_stopped notices */

/* A message that waits to be read. */
struct future_note {
	struct list_head link;
	u64 arrival;
	u32 bytes;
	bool allocated;            /* else a part of its context */
	u64 words[CONTROL_EXCEPTION_WORDS];
};

enum future_request_kind {
	FUTURE_REQUEST_WAITED,     /* someone sleeps on context->wait for `done` */
	FUTURE_REQUEST_ANSWERED,   /* sent by write(2): the reply becomes `answer` */
	FUTURE_REQUEST_CONFIRM,    /* part of its context: the exit confirmation */
	FUTURE_REQUEST_WITHDRAW,   /* part of its context: takes back the create that waits */
};

/* A message on its way into the kernel and back. machine.lock. */
struct future_request {
	struct list_head link;     /* context->pending, in the order of sending */
	refcount_t references;     /* the sender's and the list's */
	u16 type;
	enum future_request_kind kind;
	bool done;
	int error;                 /* no reply came: why (negative) */
	struct wire_reply reply;
	struct future_note *answer;
	struct future_device_create wish;
	kuid_t owner;
};

enum future_gone {
	FUTURE_GONE_NOT = 0,
	FUTURE_GONE_DIED,
	FUTURE_GONE_SHUT,
};

struct future_doorbell;
struct future_machine;

/* An open file; what is below `lock` changes under machine.lock only. */
struct future_context {
	struct future_machine *machine;
	wait_queue_head_t wait;    /* for notes and replies */
	struct inode *inode;
	kuid_t opener;

	/* lock */
	struct list_head link;     /* machine.contexts */
	u32 number;                /* ltn of its messages on channel 0 … */
	u32 generation;            /* … and their sequence; never 0 */
	bool closed;               /* a zombie: only what is in flight keeps it */
	bool attached;             /* has something to do with the machine that is up */
	enum future_gone gone;     /* what became of that machine */
	struct list_head pending;
	struct future_request *create; /* the create in flight */
	struct future_request confirm;
	struct future_request withdraw;
	struct list_head notes;
	struct future_note exit_note;
	struct future_note exception_note;
	u32 answers;               /* written requests whose answer was not read, and core_stopped notices that were not */
	bool log;
	struct list_head log_link; /* machine.log.readers */
	u64 log_next;              /* the next log message to look at */
	u64 log_lost;

	/* Its process. Once `memory` is set, until the file is closed or the machine ends, `places` do not change. */
	u32 pid;                   /* 0: none (yet) */
	u32 state;                 /* enum future_process_state */
	u32 slot;
	kuid_t owner;
	u64 core_mask;
	u64 created_ns;
	struct future_device_create wish;
	struct future_native_process places;
	struct future_memory *memory;
	struct future_doorbell *doorbell;
};

struct future_core {
	unsigned int cpu;
	u32 apic_id;
	bool was_online;
};

struct future_log_message {
	u64 arrival;
	u32 number, generation;    /* of the context whose process wrote it */
	u32 bytes;
	u64 words[CONTROL_LOG_WORDS];
};

struct future_log {
	struct future_log_message *history; /* the last of them */
	u64 written;
	bool news;                 /* for the readers, who were not woken yet */
	struct list_head readers;
};

/* There is one, which main.c has; everybody else is given it, or has it from his context. */
struct future_machine {
	struct mutex transition;   /* reserve, boot, shutdown, echo: one at a time */
	struct mutex image_lock;   /* image_owner, and inserting pages of the image */
	struct future_context *image_owner;

	/* transition, and lock for writing; either for reading */
	u32 state;
	struct future_memory *memory;
	struct future_native_boot *boot; /* not NULL: cores may run and interrupt us */
	u32 cores;
	struct future_core core[WIRE_MAX_CORES];
	struct future_context *reserver;
	bool asleep;               /* Linux is being suspended */
	struct delayed_work tick;  /* each second while cores may run: the time page, and a look */
	struct delayed_work later; /* a look at what Future has for Linux */

	spinlock_t lock;           /* all below, and the queues of contexts */
	struct idr contexts_by_number;
	struct list_head contexts;
	u32 last_generation;
	u32 in_flight;
	u64 l2f_tail;
	struct wire_sender l2f;
	struct wire_receiver f2l;
	u64 arrivals;
	struct future_log log;
	u32 processes;
	struct future_context *process[FUTURE_NATIVE_PROCESSES]; /* by slot: whose it is */
	wait_queue_head_t wait;    /* boot complete, death, the last process's end */
	wait_queue_head_t echo_wait;
	bool boot_complete;
	struct control_boot_complete_request booted;
	u64 booted_ns;
	u64 interrupts;
	u64 message[WIRE_MESSAGE_MAX / 8];
};

static inline bool future_machine_up(const struct future_machine *machine)
{
	return machine->state == FUTURE_MACHINE_UP || machine->state == FUTURE_MACHINE_ENDING;
}

/*
 * What the files offer, each to those below it: none calls what stands further down (check-direction).
 * "lock": machine.lock is held. "transition": machine.transition is.
 */

/* ---- cpu.c ---- */

int future_cpu_init(void);
void future_cpu_exit(void);
u32 future_cpus_possible(void);
int future_cpus_take(struct future_machine *machine, u32 cores); /* transition */
void future_cpus_return(struct future_machine *machine); /* transition */
u64 future_cpus_owned(void);
/* These three wherever the caller is, also in a panic. */
void future_interrupt_core(const struct future_machine *machine, u32 core, u32 vector);
void future_apic_write(u32 apic_id, u32 low);
void future_cores_stop(const struct future_machine *machine);
void future_cores_stop_wait(const struct future_machine *machine); /* may sleep */

/* ---- start.c ---- */

int future_cores_start(struct future_machine *machine, u64 entry, unsigned long deadline, u32 *failed_core,
		       u32 *failed_stage); /* transition */

/* ---- context.c ---- */

struct future_context *future_context_open(struct future_machine *machine, struct inode *inode);
void future_context_free(struct future_context *context); /* lock */
bool future_context_attach(struct future_context *context); /* lock */
struct future_context *future_context_find(struct future_machine *machine, u32 number, u32 generation); /* lock */
void future_context_note(struct future_context *context, struct future_note *note); /* lock */

/* ---- log.c ---- */

int future_log_init(struct future_machine *machine);
void future_log_exit(struct future_machine *machine);
void future_log_clear(struct future_machine *machine); /* lock */
void future_log_keep(struct future_machine *machine, const u64 *words, u32 bytes); /* lock */
void future_log_tell(struct future_machine *machine); /* lock */
void future_log_panic(struct future_machine *machine); /* lock */
bool future_log_pending(struct future_context *context, u64 *arrival); /* lock */
ssize_t future_log_next(struct future_context *context, u64 *buffer, size_t bytes); /* lock */
long future_log_attend(struct future_context *context);

/* ---- read.c ---- */

bool future_context_readable(struct future_context *context); /* lock */
ssize_t future_context_next(struct future_context *context, u64 *buffer, size_t bytes); /* lock */

/* ---- doorbell.c ---- */

struct future_doorbell *future_doorbell_new(struct future_machine *machine);
void future_doorbell_put(struct future_doorbell *bell);
void future_doorbell_attach(struct future_doorbell *bell, u32 slot);
void future_doorbell_detach(struct future_doorbell *bell); /* lock */
void future_doorbells_rung(struct future_machine *machine); /* lock */
int future_doorbell_file(struct future_doorbell *bell, struct file **file);
long future_ring_core(struct future_context *context, unsigned long index);

/* ---- request.c ---- */

struct future_request *future_request_new(u16 type);
void future_request_put(struct future_request *request);
int future_message_send(struct future_machine *machine, u64 *message, u32 size, u16 type, u32 number,
			u32 generation); /* lock */
int future_request_send(struct future_context *context, struct future_request *request, u64 *message,
			u32 size); /* lock */
void future_request_done(struct future_request *request, int error, struct future_context *context); /* lock */

/* ---- ending.c ---- */

void future_context_confirm(struct future_context *context); /* lock */
void future_context_withdraw(struct future_context *context); /* lock */
void future_context_close(struct future_context *context);
void future_contexts_gone(struct future_machine *machine, enum future_gone gone); /* lock */

/* ---- death.c ---- */

void future_machine_dead(struct future_machine *machine, const char *reason); /* lock */
void future_machine_stop_now(const struct future_machine *machine); /* also in a panic */

/* ---- channel0.c ---- */

void future_channel0_start(struct future_machine *machine); /* transition */
bool future_channel0_drain(struct future_machine *machine, unsigned int limit); /* lock */

/* ---- interrupt.c ---- */

int future_interrupt_init(struct future_machine *machine);
void future_interrupt_exit(struct future_machine *machine);
void future_interrupt_publish(struct future_native_boot *boot);
void future_look(struct future_machine *machine); /* as if the interrupt had come */

/* ---- time_page.c ---- */

void future_time_start(struct future_machine *machine);
void future_time_stop(struct future_machine *machine);

/* ---- mapping.c ---- */

int future_mmap(struct file *file, struct vm_area_struct *area);
void future_mappings_revoke(struct future_machine *machine, struct future_memory *memory); /* transition; may sleep */

/* ---- machine.c ---- */

void future_machine_init(struct future_machine *machine);
long future_reserve(struct future_context *context, struct future_ioc_reserve *wish);
long future_boot(struct future_context *context, struct future_ioc_boot *wish);
long future_shut_down(struct future_machine *machine, u32 signal);
void future_unreserve(struct future_context *context);

/* ---- echo.c ---- */

long future_echo(struct future_machine *machine, const struct future_ioc_echo *wish, u32 *ns);

/* ---- verbs.c ---- */

long future_create(struct future_context *context, struct future_ioc_create *wish, struct file **doorbell);
long future_run(struct future_context *context, const struct future_device_run *wish);
long future_kill(struct future_context *context, const struct future_device_kill *wish);
long future_kill_write(struct future_context *context, const struct future_device_kill *wish);
u32 future_list(struct future_machine *machine, struct future_device_process *to);
void future_status(struct future_machine *machine, struct future_ioc_status *status);

/* ---- chardev.c ---- */

int future_device_init(struct future_machine *machine);
void future_device_exit(void);

#endif
