// SPDX-License-Identifier: GPL-2.0
/* The machine's life: reserve, boot, shut down. Its death is death.c's. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "future.h"

#define KERNEL_CHUNKS ((FUTURE_NATIVE_IMAGE + FUTURE_NATIVE_IMAGE_MAX) / FUTURE_CHUNK_BYTES)
#define SHUTDOWN_SECONDS 5 /* that proxies have to close their files */
#define CLOSING_SECONDS 2  /* that the kernel has to end what nobody has open any more */

void future_machine_init(struct future_machine *machine)
{
	mutex_init(&machine->transition);
	mutex_init(&machine->image_lock);
	spin_lock_init(&machine->lock);
	idr_init(&machine->contexts_by_number);
	INIT_LIST_HEAD(&machine->contexts);
	init_waitqueue_head(&machine->wait);
	init_waitqueue_head(&machine->echo_wait);
}

/* Memory and CPUs are Linux's again. machine.transition; no core runs. */
static void give_back(struct future_machine *machine)
{
	lockdep_assert_held(&machine->transition);
	mutex_lock(&machine->image_lock);
	machine->image_owner = NULL;
	mutex_unlock(&machine->image_lock);
	future_cpus_return(machine);
	if (machine->memory) {
		future_mappings_revoke(machine, machine->memory);
		future_memory_put(machine->memory);
	}
	spin_lock_irq(&machine->lock);
	machine->memory = NULL;
	machine->reserver = NULL;
	machine->state = FUTURE_MACHINE_NONE;
	spin_unlock_irq(&machine->lock);
}

/* The boot block and its neighbours, in chunks that are all zero. */
static void fill_boot(const struct future_machine *machine)
{
	const struct future_memory *memory = machine->memory;
	struct future_native_boot *boot = future_memory_boot(memory);
	u8 *state = future_memory_at(memory, FUTURE_NATIVE_CHUNK_STATE);
	u64 apic_base = 0;
	u32 index;

	for (index = 0; index < KERNEL_CHUNKS; index++) {
		memset(future_chunk_address(memory, index), 0, FUTURE_CHUNK_BYTES);
		cond_resched();
	}
	memset(state, FUTURE_CHUNK_READY, KERNEL_CHUNKS);
	memcpy(future_memory_at(memory, FUTURE_NATIVE_CHUNKS), memory->physical, memory->chunks * sizeof(u64));
	rdmsrl(MSR_IA32_APICBASE, apic_base);
	boot->magic = FUTURE_NATIVE_MAGIC;
	boot->version = FUTURE_NATIVE_VERSION;
	boot->cores = machine->cores;
	boot->chunks = memory->chunks;
	boot->tsc_khz = tsc_khz;
	boot->apic_base = apic_base & MSR_IA32_APICBASE_BASE;
	for (index = 0; index < machine->cores; index++)
		boot->core[index].apic_id = machine->core[index].apic_id;
}

static int reserve(struct future_machine *machine, struct future_ioc_reserve *wish)
{
	u64 chunks = DIV_ROUND_UP_ULL(wish->memory_bytes, FUTURE_CHUNK_BYTES);
	struct future_memory *memory;
	u64 possible;
	int error;

	if (wish->cores > future_cpus_possible()) {
		wish->cores = future_cpus_possible();
		return -EBUSY;
	}
	if (wish->memory_bytes > (u64)FUTURE_CHUNKS_MAX * FUTURE_CHUNK_BYTES) {
		wish->memory_bytes = (u64)FUTURE_CHUNKS_MAX * FUTURE_CHUNK_BYTES;
		return -ENOMEM;
	}
	memory = future_memory_take(max_t(u64, chunks, KERNEL_CHUNKS + 1), &possible);
	if (IS_ERR(memory)) {
		if (PTR_ERR(memory) == -EBUSY)
			wish->cores = future_cpus_possible(); /* of cores there are enough */
		wish->memory_bytes = possible;
		return PTR_ERR(memory);
	}
	machine->memory = memory;
	error = future_cpus_take(machine, wish->cores);
	if (error) {
		wish->cores = machine->cores;
		return error;
	}
	fill_boot(machine);
	wish->memory_bytes = (u64)memory->chunks * FUTURE_CHUNK_BYTES;
	wish->image_bytes = FUTURE_NATIVE_IMAGE_MAX;
	wish->image_address = FUTURE_NATIVE_BASE + FUTURE_NATIVE_IMAGE;
	return 0;
}

long future_reserve(struct future_context *context, struct future_ioc_reserve *wish)
{
	struct future_machine *machine = context->machine;
	int error;

	if (mutex_lock_interruptible(&machine->transition))
		return -EINTR;
	if (machine->state != FUTURE_MACHINE_NONE || machine->asleep) {
		wish->cores = 0;
		mutex_unlock(&machine->transition);
		return -EBUSY;
	}
	error = reserve(machine, wish);
	if (!error && READ_ONCE(machine->asleep)) /* Linux began to suspend or to reboot meanwhile */
		error = -EBUSY;
	if (error) {
		give_back(machine);
	} else {
		mutex_lock(&machine->image_lock);
		machine->image_owner = context;
		mutex_unlock(&machine->image_lock);
		spin_lock_irq(&machine->lock);
		machine->reserver = context;
		machine->state = FUTURE_MACHINE_RESERVED;
		spin_unlock_irq(&machine->lock);
	}
	mutex_unlock(&machine->transition);
	return error;
}

/* The file that reserved is closed: if it never booted, everything goes back. */
void future_unreserve(struct future_context *context)
{
	struct future_machine *machine = context->machine;

	if (READ_ONCE(machine->reserver) != context)
		return;
	mutex_lock(&machine->transition);
	if (machine->reserver == context)
		give_back(machine);
	mutex_unlock(&machine->transition);
}

/* The cores stand still, nothing comes from them any more, and nobody sends to them. */
static void stop(struct future_machine *machine, enum future_gone gone)
{
	future_cores_stop_wait(machine);
	future_interrupt_publish(NULL);
	future_time_stop(machine);
	spin_lock_irq(&machine->lock);
	machine->boot = NULL;
	future_contexts_gone(machine, gone);
	spin_unlock_irq(&machine->lock);
}

static int wait_for_boot(struct future_machine *machine, unsigned long deadline)
{
	const struct future_native_boot *boot = machine->boot;

	for (;;) {
		long left = (long)(deadline - jiffies);

		if (READ_ONCE(boot->panic.done))
			return -EIO;
		if (READ_ONCE(machine->boot_complete))
			return 0;
		if (left <= 0)
			return -ETIMEDOUT;
		if (wait_event_killable_timeout(machine->wait, READ_ONCE(machine->boot_complete) ||
						READ_ONCE(boot->panic.done), min_t(long, left, HZ / 50 + 1)) < 0)
			return -EINTR;
		future_look(machine); /* in case its interrupt is lost */
	}
}

/* What the kernel said last: its panic, or the end of its console. */
static void last_words(const struct future_native_boot *boot, char *text, u32 size)
{
	const struct future_native_console *console = &boot->console;
	u64 written = READ_ONCE(console->written);
	u64 from = written > size - 1 ? written - (size - 1) : 0;
	u32 bytes = min_t(u32, READ_ONCE(boot->panic.bytes), FUTURE_NATIVE_TEXT_BYTES);

	if (READ_ONCE(boot->panic.done)) {
		bytes = min(bytes, size - 1);
		memcpy(text, boot->panic.text, bytes);
		text[bytes] = 0;
		return;
	}
	for (; from < written; from++)
		*text++ = console->text[from % FUTURE_NATIVE_CONSOLE_BYTES];
	*text = 0;
}

static void report(const struct future_machine *machine, struct future_ioc_boot *wish)
{
	u32 core;

	for (core = 0; core < machine->cores && wish->failed_core == machine->cores; core++) {
		u32 stage = READ_ONCE(machine->boot->core[core].stage);

		if (stage >= FUTURE_STAGE_ONLINE)
			continue;
		wish->failed_core = core;
		wish->failed_stage = stage;
	}
	last_words(machine->boot, wish->text, sizeof(wish->text));
}

static int start(struct future_machine *machine, struct future_ioc_boot *wish)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(wish->timeout_ms);
	int error;

	future_channel0_start(machine);
	future_time_start(machine);
	spin_lock_irq(&machine->lock);
	machine->state = FUTURE_MACHINE_BOOTING;
	machine->boot_complete = false;
	future_log_clear(machine);
	machine->boot = future_memory_boot(machine->memory);
	spin_unlock_irq(&machine->lock);
	future_interrupt_publish(machine->boot);

	wish->failed_core = machine->cores;
	wish->failed_stage = FUTURE_STAGE_ONLINE;
	error = future_cores_start(machine, wish->entry, deadline, &wish->failed_core,
				   &wish->failed_stage);
	if (!error)
		error = wait_for_boot(machine, deadline);
	if (error)
		report(machine, wish);
	return error;
}

/* machine.transition is held and the state is RESERVED, by this context. */
static int boot(struct future_context *context, struct future_ioc_boot *wish)
{
	struct future_machine *machine = context->machine;
	int error;

	mutex_lock(&machine->image_lock);
	machine->image_owner = NULL;
	mutex_unlock(&machine->image_lock);
	unmap_mapping_range(context->inode->i_mapping, FUTURE_MMAP_KERNEL, FUTURE_NATIVE_IMAGE_MAX, 1);

	error = start(machine, wish);
	if (error) {
		stop(machine, FUTURE_GONE_DIED);
		give_back(machine);
		return error;
	}
	__module_get(THIS_MODULE); /* the caller's file holds it too; this one is the machine's */
	spin_lock_irq(&machine->lock);
	machine->state = FUTURE_MACHINE_UP;
	machine->reserver = NULL;
	machine->booted_ns = ktime_get_ns();
	context->gone = FUTURE_GONE_NOT;
	future_context_attach(context);
	wish->cores = machine->booted.cores;
	wish->memory_bytes = machine->booted.memory_bytes;
	spin_unlock_irq(&machine->lock);
	return 0;
}

long future_boot(struct future_context *context, struct future_ioc_boot *wish)
{
	struct future_machine *machine = context->machine;
	u64 first = FUTURE_NATIVE_BASE + FUTURE_NATIVE_IMAGE;
	int error;

	if (mutex_lock_interruptible(&machine->transition))
		return -EINTR;
	if (machine->state == FUTURE_MACHINE_NONE)
		error = -ENODEV;
	else if (machine->state != FUTURE_MACHINE_RESERVED || machine->reserver != context || machine->asleep)
		error = -EBUSY;
	else if (wish->entry < first || wish->entry >= first + FUTURE_NATIVE_IMAGE_MAX)
		error = -EINVAL;
	else
		error = boot(context, wish);
	mutex_unlock(&machine->transition);
	return error;
}

/* Its reply is for nobody: sequence 0. */
static int send_kill(struct future_machine *machine, u32 pid, u32 signal)
{
	const struct control_kill_request body = {.pid = pid, .signal = signal};
	u64 message[CONTROL_KILL_WORDS];

	return future_message_send(machine, message, control_kill_encode(message, &body), CONTROL_KILL_TYPE, 0, 0);
}

static void kill_all(struct future_machine *machine, u32 signal)
{
	u32 slot;

	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++) {
		struct future_context *context = machine->process[slot];

		if (context && context->state < FUTURE_PROCESS_DYING && !send_kill(machine, context->pid, signal))
			context->state = FUTURE_PROCESS_DYING;
	}
}

/* No more processes: those that wait to be created are withdrawn, those there are end. machine.lock. */
static void end_processes(struct future_machine *machine, u32 signal)
{
	struct future_context *context;

	list_for_each_entry(context, &machine->contexts, link)
		future_context_withdraw(context);
	kill_all(machine, signal);
}

/* A create that is still to be answered may become a process. */
static bool ended(const struct future_machine *machine)
{
	return (!READ_ONCE(machine->processes) && !READ_ONCE(machine->in_flight)) ||
	       READ_ONCE(machine->state) == FUTURE_MACHINE_DEAD;
}

static void wait_for_processes(struct future_machine *machine, u32 signal)
{
	unsigned long deadline = jiffies + SHUTDOWN_SECONDS * HZ;
	bool done = false;

	while (!done && time_before(jiffies, deadline)) {
		spin_lock_irq(&machine->lock);
		end_processes(machine, signal);
		spin_unlock_irq(&machine->lock);
		done = wait_event_interruptible_timeout(machine->wait, ended(machine), HZ / 5) != 0;
	}
	if (READ_ONCE(machine->processes))
		pr_warn("shut down with %u processes whose files are not closed\n", READ_ONCE(machine->processes));
}

/* A file that is closed has given its process up; what the kernel has still to confirm takes no time worth a word. */
static bool closing(struct future_machine *machine)
{
	bool some = false, kept = false;
	u32 slot;

	spin_lock_irq(&machine->lock);
	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++) {
		some |= machine->process[slot] && machine->process[slot]->closed;
		kept |= machine->process[slot] && !machine->process[slot]->closed;
	}
	some &= machine->state == FUTURE_MACHINE_UP && !kept;
	spin_unlock_irq(&machine->lock);
	return some;
}

/* It died a moment ago, perhaps: who had a process there is just being told, and should not find its memory gone. */
static void wait_for_files(const struct future_machine *machine)
{
	u32 tries = CLOSING_SECONDS * 50;

	while (future_memory_shared(machine->memory) && tries-- && !signal_pending(current))
		msleep(20);
}

static int begin_end(struct future_machine *machine, u32 signal)
{
	int error = 0;

	spin_lock_irq(&machine->lock);
	if (machine->state != FUTURE_MACHINE_UP && machine->state != FUTURE_MACHINE_DEAD)
		error = -ENODEV;
	else if (machine->processes && !signal)
		error = -EBUSY;
	else if (machine->state == FUTURE_MACHINE_UP)
		machine->state = FUTURE_MACHINE_ENDING;
	spin_unlock_irq(&machine->lock);
	return error;
}

/* Cores are stopped by INIT in the end, whatever they do. */
long future_shut_down(struct future_machine *machine, u32 signal)
{
	int error;

	if (mutex_lock_interruptible(&machine->transition))
		return -EINTR;
	if (!signal)
		wait_event_interruptible_timeout(machine->wait, !closing(machine), CLOSING_SECONDS * HZ);
	error = begin_end(machine, signal);
	if (!error) {
		/* Without a signal no process was there when this began: what a create on its way makes since is killed. */
		if (machine->state == FUTURE_MACHINE_ENDING)
			wait_for_processes(machine, signal ? signal : SIGKILL);
		else
			wait_for_files(machine);
		stop(machine, FUTURE_GONE_SHUT);
		give_back(machine);
		module_put(THIS_MODULE); /* the caller's file still holds it */
	}
	mutex_unlock(&machine->transition);
	return error;
}
