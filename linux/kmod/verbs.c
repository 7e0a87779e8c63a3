// SPDX-License-Identifier: GPL-2.0
/* One function for each verb about processes: create, run, kill, list, status. */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "future.h"
#include "../../idl/wire/note.h"

/* It is shown on other people's terminals. */
static void clean_name(char *name)
{
	for (name[FUTURE_DEVICE_NAME_BYTES - 1] = 0; *name; name++)
		if ((u8)*name < ' ' || *name == 0x7f)
			*name = '?';
}

static int check_wish(const struct future_device_create *wish)
{
	if (wish->flags & ~(u32)FUTURE_CREATE_WAIT)
		return -EINVAL;
	return wish->cores && wish->memory_bytes && wish->max_threads ? 0 : -EINVAL;
}

/* machine.lock */
static int may_create(struct future_context *context)
{
	if (!future_context_attach(context))
		return -ENODEV;
	if (context->machine->state == FUTURE_MACHINE_ENDING)
		return -ESHUTDOWN;
	/* `memory`: what it had is still there to be mapped */
	return context->pid || context->create || context->memory ? -EEXIST : 0;
}

static int send_create(struct future_context *context, struct future_request *request)
{
	struct future_machine *machine = context->machine;
	const struct future_device_create *wish = &request->wish;
	const struct control_create_request body = {
		.cores = wish->cores,
		.memory_bytes = wish->memory_bytes,
		.max_threads = wish->max_threads,
		.flags = wish->flags,
		.linux_pid = wish->linux_pid,
	};
	u64 message[CONTROL_CREATE_WORDS];
	u32 size = control_create_encode(message, &body);
	int error;

	spin_lock_irq(&machine->lock);
	error = may_create(context);
	if (!error)
		error = future_request_send(context, request, message, size);
	if (!error)
		context->create = request;
	spin_unlock_irq(&machine->lock);
	return error;
}

#define ANSWER_SECONDS 10 /* what is answered at once, unless the kernel hangs */

static int wait_answered(struct future_context *context, struct future_request *request)
{
	long left = wait_event_killable_timeout(context->wait, READ_ONCE(request->done), ANSWER_SECONDS * HZ);

	if (!left)
		pr_warn_ratelimited("Future's kernel does not answer; future shutdown --force ends it\n");
	return left > 0 ? 0 : left ? -EINTR : -ETIMEDOUT;
}

/*
 * A signal withdraws a create. If its reply comes at the same time, the kernel has made the process before it sees the
 * withdrawal, which then finds nothing: the reply stands and the caller gets its process. Either way both are answered.
 */
static int wait_created(struct future_context *context, struct future_request *request)
{
	long limit = request->wish.flags & FUTURE_CREATE_WAIT ? MAX_SCHEDULE_TIMEOUT : ANSWER_SECONDS * HZ;
	int error = 0;

	if (wait_event_interruptible_timeout(context->wait, READ_ONCE(request->done), limit) <= 0) {
		spin_lock_irq(&context->machine->lock);
		if (!request->done)
			future_context_withdraw(context);
		spin_unlock_irq(&context->machine->lock);
		error = wait_answered(context, request);
	}
	if (error)
		return error; /* the file's end will care for what comes of it */
	return request->error ? request->error : -request->reply.error;
}

static void fill_made(struct future_context *context, struct future_device_created *made)
{
	const struct future_native_process *places = &context->places;

	*made = (struct future_device_created){
		.pid = context->pid,
		.cores = context->wish.cores,
		.arena_address = places->arena_address,
		.arena_bytes = places->arena_bytes,
		.channel_address = places->channel_address,
		.channel_bytes = places->channel_bytes,
		.entry_table = places->entry_table,
		.time_page = places->time_page,
		.ring_lines = places->ring_lines,
		.max_threads = context->wish.max_threads,
	};
}

/* The process is there: from here on the context's mappings mean something. */
static int adopt(struct future_context *context, struct future_ioc_create *wish, struct future_doorbell *bell)
{
	struct future_machine *machine = context->machine;
	int error = 0;

	spin_lock_irq(&machine->lock);
	if (!context->pid) {
		error = -EIO; /* the machine died meanwhile */
	} else {
		fill_made(context, &wish->made);
		future_doorbell_attach(bell, context->slot);
		context->doorbell = bell;
		future_memory_get(machine->memory);
		smp_store_release(&context->memory, machine->memory); /* behind `places`: find_place() */
	}
	spin_unlock_irq(&machine->lock);
	return error;
}

/* The caller installs `doorbell` at wish->doorbell once it has told its program. */
long future_create(struct future_context *context, struct future_ioc_create *wish, struct file **doorbell)
{
	struct future_request *request;
	struct future_doorbell *bell;
	int error;

	error = check_wish(&wish->wish);
	if (error)
		return error;
	request = future_request_new(CONTROL_CREATE_TYPE);
	bell = future_doorbell_new(context->machine);
	error = -ENOMEM;
	if (!request || !bell)
		goto out;
	wish->doorbell = future_doorbell_file(bell, doorbell);
	error = wish->doorbell;
	if (error < 0)
		goto out;
	request->owner = current_uid();
	request->wish = wish->wish;
	request->wish.linux_pid = task_tgid_nr(current);
	clean_name(request->wish.name);
	error = send_create(context, request);
	if (!error) {
		error = wait_created(context, request);
		wish->detail = error && READ_ONCE(request->done) ? request->reply.more[0] : 0;
	}
	if (!error)
		error = adopt(context, wish, bell);
	if (error) {
		put_unused_fd(wish->doorbell);
		fput(*doorbell);
	}
out:
	if (error < 0)
		future_doorbell_put(bell);
	future_request_put(request);
	return error;
}

/* Sends and waits for the reply. */
static int ask(struct future_context *context, u16 type, u64 *message, u32 size)
{
	struct future_request *request = future_request_new(type);
	int error;

	if (!request)
		return -ENOMEM;
	spin_lock_irq(&context->machine->lock);
	error = future_context_attach(context) ? future_request_send(context, request, message, size) : -ENODEV;
	spin_unlock_irq(&context->machine->lock);
	if (!error)
		error = wait_answered(context, request);
	if (!error)
		error = request->error ? request->error : -request->reply.error;
	future_request_put(request);
	return error;
}

long future_run(struct future_context *context, const struct future_device_run *wish)
{
	const struct control_run_request body = {
		.pid = READ_ONCE(context->pid),
		.entry = wish->entry,
		.start_block = wish->start_block,
		.stack_top = wish->stack_top,
		.reserved_bytes = wish->reserved_bytes,
	};
	u64 message[CONTROL_RUN_WORDS];

	if (!body.pid)
		return READ_ONCE(context->attached) && !READ_ONCE(context->gone) ? -ESRCH : -ENODEV;
	return ask(context, CONTROL_RUN_TYPE, message, control_run_encode(message, &body));
}

static struct future_context *find_process(struct future_machine *machine, u32 pid)
{
	u32 slot;

	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++)
		if (machine->process[slot] && machine->process[slot]->pid == pid)
			return machine->process[slot];
	return NULL;
}

/* Whose process may be killed, and which pid that is. */
static int find_target(struct future_context *context, const struct future_device_kill *wish, u32 *pid)
{
	struct future_machine *machine = context->machine;
	struct future_context *target;
	kuid_t owner = INVALID_UID;
	int error = 0;

	if (wish->signal < 1 || wish->signal > 64)
		return -EINVAL;
	spin_lock_irq(&machine->lock);
	*pid = wish->pid ? wish->pid : context->pid;
	target = *pid ? find_process(machine, *pid) : NULL;
	if (!future_context_attach(context))
		error = -ENODEV;
	else if (!target)
		error = -ESRCH;
	else
		owner = target->owner;
	spin_unlock_irq(&machine->lock);
	if (error || target == context || uid_eq(owner, current_uid()) || uid_eq(owner, current_euid()))
		return error;
	return capable(CAP_KILL) ? 0 : -EPERM;
}

/* machine.lock. It may have ended since its owner was looked up; the kernel says ESRCH then, pids come back late. */
static void mark_dying(struct future_machine *machine, u32 pid)
{
	struct future_context *target = find_process(machine, pid);

	if (target && target->state != FUTURE_PROCESS_DEAD)
		target->state = FUTURE_PROCESS_DYING;
}

long future_kill(struct future_context *context, const struct future_device_kill *wish)
{
	struct future_machine *machine = context->machine;
	struct control_kill_request body = {.signal = wish->signal};
	u64 message[CONTROL_KILL_WORDS];
	int error = find_target(context, wish, &body.pid);

	if (error)
		return error;
	error = ask(context, CONTROL_KILL_TYPE, message, control_kill_encode(message, &body));
	if (!error) {
		spin_lock_irq(&machine->lock);
		mark_dying(machine, body.pid);
		spin_unlock_irq(&machine->lock);
	}
	return error;
}

/* Written, not asked: read(2) brings the answer. */
long future_kill_write(struct future_context *context, const struct future_device_kill *wish)
{
	struct future_machine *machine = context->machine;
	struct control_kill_request body = {.signal = wish->signal};
	struct future_request *request;
	u64 message[CONTROL_KILL_WORDS];
	int error = find_target(context, wish, &body.pid);

	if (error)
		return error;
	request = future_request_new(CONTROL_KILL_TYPE);
	if (!request)
		return -ENOMEM;
	request->kind = FUTURE_REQUEST_ANSWERED;
	request->answer = kzalloc(sizeof(*request->answer), GFP_KERNEL_ACCOUNT);
	error = -ENOMEM;
	if (request->answer) {
		u32 size = control_kill_encode(message, &body);

		request->answer->allocated = true;
		spin_lock_irq(&machine->lock);
		error = -ENODEV;
		if (future_context_attach(context))
			error = context->answers < FUTURE_ANSWERS_MAX ?
				future_request_send(context, request, message, size) : -EAGAIN;
		if (!error) {
			context->answers++;
			mark_dying(machine, body.pid);
		}
		spin_unlock_irq(&machine->lock);
	}
	future_request_put(request);
	return error;
}

/*
 * The process a place belongs to. A closed file's process that ran to its end (or never began) is nobody's any
 * more: its confirmation is on channel 0 already, ahead of every create to come, so what it had counts as free.
 */
static const struct future_context *process_at(const struct future_machine *machine, u32 slot)
{
	const struct future_context *context = machine->process[slot];

	if (context && context->closed &&
	    (context->state == FUTURE_PROCESS_DEAD || context->state == FUTURE_PROCESS_CREATED))
		return NULL;
	return context;
}

/* Into to[FUTURE_NATIVE_PROCESSES]. */
u32 future_list(struct future_machine *machine, struct future_device_process *to)
{
	u64 now = ktime_get_ns();
	u32 slot, count = 0;

	spin_lock_irq(&machine->lock);
	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++) {
		const struct future_context *context = process_at(machine, slot);
		struct future_device_process *process = &to[count];

		if (!context)
			continue;
		process->pid = context->pid;
		process->linux_pid = context->wish.linux_pid;
		process->state = context->state;
		process->cores = context->wish.cores;
		process->core_mask = context->core_mask;
		process->memory_bytes = context->places.arena_bytes;
		process->age_ns = now - context->created_ns;
		memcpy(process->name, context->wish.name, sizeof(process->name));
		count++;
	}
	spin_unlock_irq(&machine->lock);
	return count;
}

/* Each gap begins where programs' memory does, or at some arena's end, and reaches to the next arena. */
static u64 gap_at(const struct future_machine *machine, u64 begin, u64 end)
{
	u32 slot;

	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++) {
		const struct future_context *context = process_at(machine, slot);

		if (context && context->places.arena_offset >= begin && context->places.arena_offset < end)
			end = context->places.arena_offset;
	}
	return end > begin ? end - begin : 0;
}

static void fill_status(const struct future_machine *machine, struct future_device_status *status)
{
	u64 end = (u64)machine->memory->chunks * FUTURE_CHUNK_BYTES;
	u32 slot;

	status->cores = machine->booted.cores;
	status->free_cores = status->cores;
	status->memory_bytes = machine->booted.memory_bytes;
	status->free_bytes = status->memory_bytes;
	status->uptime_ns = ktime_get_ns() - machine->booted_ns;
	status->largest_free_bytes = gap_at(machine, end - min(end, status->memory_bytes), end);
	for (slot = 0; slot < FUTURE_NATIVE_PROCESSES; slot++) {
		const struct future_context *context = process_at(machine, slot);

		if (!context)
			continue;
		status->processes++;
		status->free_cores -= context->wish.cores;
		status->free_bytes -= context->places.arena_bytes;
		status->largest_free_bytes =
			max(status->largest_free_bytes,
			    gap_at(machine, context->places.arena_offset + context->places.arena_bytes, end));
	}
}

void future_status(struct future_machine *machine, struct future_ioc_status *status)
{
	memset(status, 0, sizeof(*status));
	status->status.abi_version = FUTURE_ABI_VERSION;
	status->status.machine_kind = FUTURE_MACHINE_NATIVE;
	status->linux_cpus = future_cpus_owned();
	spin_lock_irq(&machine->lock);
	status->state = machine->state;
	status->interrupts = machine->interrupts;
	if (machine->state == FUTURE_MACHINE_UP)
		fill_status(machine, &status->status);
	spin_unlock_irq(&machine->lock);
}
