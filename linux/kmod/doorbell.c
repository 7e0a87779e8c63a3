// SPDX-License-Identifier: GPL-2.0
/* Doorbells: the descriptor by which a program wakes its proxy, and ringing the program's cores. */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "future.h"

/*
 * Why no wake-up is lost. The program's ring is: rung = 1; slot's bit in rung_slots; exchange armed to 0, and interrupt
 * if it was 1. Who sleeps, in read() or poll(), puts itself on the wait queue, exchanges armed to 1, then looks at
 * rung. All are locked instructions, so of each pair one side sees the other:
 *  - the ring's exchange finds armed 1: an interrupt comes, finds the slot's bit (set before), and wakes the queue, on
 *    which the sleeper was before it armed;
 *  - or it finds 0: the sleeper had not armed yet, hence looks at rung after the ring has set it, and does not sleep.
 * armed can be 0 while nobody looks only if an interrupt took it. That interrupt has woken the queue or will: read(2)
 * and poll(2) look again before they sleep; epoll(7), edge-triggered too, has the file on its ready list and asks
 * poll() again before epoll_wait() sleeps, which arms. So each ring after the last look is seen by the next one.
 * A ring that finds armed 0 leaves its bit for whatever interrupt comes next: one look too many, never one too few.
 */
struct future_doorbell {
	struct future_machine *machine;
	refcount_t references;    /* its file's and its context's */
	wait_queue_head_t wait;
	bool live;                /* machine.lock: the slot is its own */
	u32 slot;
	bool rung;                /* machine.lock: until it is read, as an eventfd */
};

struct future_doorbell *future_doorbell_new(struct future_machine *machine)
{
	struct future_doorbell *bell = kzalloc(sizeof(*bell), GFP_KERNEL_ACCOUNT);

	if (bell) {
		bell->machine = machine;
		refcount_set(&bell->references, 1);
		init_waitqueue_head(&bell->wait);
	}
	return bell;
}

void future_doorbell_put(struct future_doorbell *bell)
{
	if (bell && refcount_dec_and_test(&bell->references))
		kfree(bell);
}

/* Before anyone else knows it. */
void future_doorbell_attach(struct future_doorbell *bell, u32 slot)
{
	bell->slot = slot;
	bell->live = true;
}

/* Before the slot can have another process, or when the machine ends. */
void future_doorbell_detach(struct future_doorbell *bell)
{
	if (!bell)
		return;
	lockdep_assert_held(&bell->machine->lock);
	bell->live = false;
}

static void ring(struct future_doorbell *bell)
{
	bell->rung = true;
	wake_up_poll(&bell->wait, EPOLLIN | EPOLLRDNORM);
}

void future_doorbells_rung(struct future_machine *machine)
{
	struct future_native_boot *boot = machine->boot;
	u64 slots = wire_load_ordered(&boot->rung_slots.word) ? wire_exchange(&boot->rung_slots.word, 0) : 0;

	lockdep_assert_held(&machine->lock);
	for (; slots; slots &= slots - 1) {
		u32 slot = __builtin_ctzll(slots);
		struct future_context *context;

		wire_exchange32(&boot->doorbell[slot].rung, 0);
		context = machine->process[slot];
		if (context && context->doorbell)
			ring(context->doorbell);
	}
}

/* On the wait queue: asks for an interrupt at the next ring, then looks for one. */
static bool arm_and_look(struct future_doorbell *bell)
{
	struct future_machine *machine = bell->machine;
	unsigned long flags;
	bool rung;

	spin_lock_irqsave(&machine->lock, flags);
	if (bell->live && machine->boot) {
		struct future_native_doorbell *word = &machine->boot->doorbell[bell->slot];

		wire_exchange32(&word->armed, 1);
		if (wire_load32_ordered(&word->rung) && wire_exchange32(&word->rung, 0))
			bell->rung = true;
	}
	rung = bell->rung;
	spin_unlock_irqrestore(&machine->lock, flags);
	return rung;
}

static __poll_t bell_poll(struct file *file, poll_table *table)
{
	struct future_doorbell *bell = file->private_data;

	poll_wait(file, &bell->wait, table);
	return EPOLLOUT | EPOLLWRNORM | (arm_and_look(bell) ? EPOLLIN | EPOLLRDNORM : 0);
}

static bool take(struct future_doorbell *bell)
{
	struct future_machine *machine = bell->machine;
	unsigned long flags;
	bool rung;

	spin_lock_irqsave(&machine->lock, flags);
	rung = bell->rung;
	bell->rung = false;
	spin_unlock_irqrestore(&machine->lock, flags);
	return rung;
}

/* As wait_event_interruptible(), but a look costs the lock and two locked instructions: not once more than needed. */
static int wait_for_ring(struct future_doorbell *bell)
{
	DEFINE_WAIT(wait);
	int result = 0;

	prepare_to_wait(&bell->wait, &wait, TASK_INTERRUPTIBLE);
	if (!arm_and_look(bell)) {
		if (signal_pending(current))
			result = -ERESTARTSYS;
		else
			schedule();
	}
	finish_wait(&bell->wait, &wait);
	return result;
}

/* Sleeps until a ring comes, and takes it. */
static ssize_t bell_read(struct file *file, char __user *to, size_t bytes, loff_t *offset)
{
	struct future_doorbell *bell = file->private_data;
	bool wait = !(file->f_flags & O_NONBLOCK);
	u64 one = 1;
	int error;

	if (bytes < sizeof(one))
		return -EINVAL;
	while (!take(bell)) {
		error = wait ? wait_for_ring(bell) : arm_and_look(bell) ? 0 : -EAGAIN;
		if (error)
			return error;
	}
	return copy_to_user(to, &one, sizeof(one)) ? -EFAULT : sizeof(one);
}

static ssize_t bell_write(struct file *file, const char __user *from, size_t bytes, loff_t *offset)
{
	struct future_doorbell *bell = file->private_data;
	unsigned long flags;
	u64 word;

	if (bytes != sizeof(word))
		return -EINVAL;
	if (copy_from_user(&word, from, sizeof(word)))
		return -EFAULT;
	spin_lock_irqsave(&bell->machine->lock, flags);
	ring(bell);
	spin_unlock_irqrestore(&bell->machine->lock, flags);
	return sizeof(word);
}

static int bell_release(struct inode *inode, struct file *file)
{
	future_doorbell_put(file->private_data);
	return 0;
}

static const struct file_operations bell_operations = {
	.owner = THIS_MODULE,
	.read = bell_read,
	.write = bell_write,
	.poll = bell_poll,
	.release = bell_release,
	.llseek = noop_llseek,
};

/* A reserved descriptor and a file for it: the caller installs them once nothing can fail any more. */
int future_doorbell_file(struct future_doorbell *bell, struct file **file)
{
	int descriptor = get_unused_fd_flags(O_CLOEXEC);

	if (descriptor < 0)
		return descriptor;
	refcount_inc(&bell->references);
	*file = anon_inode_getfile("[future-doorbell]", &bell_operations, bell, O_RDWR);
	if (!IS_ERR(*file))
		return descriptor;
	future_doorbell_put(bell);
	put_unused_fd(descriptor);
	return PTR_ERR(*file);
}

/* The proxy rings core `index` of its process. Under the lock, since the machine may be ending. */
long future_ring_core(struct future_context *context, unsigned long index)
{
	struct future_machine *machine = context->machine;
	long result = -EINVAL;
	unsigned long flags;
	u64 cores;

	spin_lock_irqsave(&machine->lock, flags);
	if (!context->pid || context->gone || !machine->boot) {
		result = context->attached && !context->gone ? -ESRCH : -ENODEV;
		goto out;
	}
	if (index >= 64)
		goto out;
	for (cores = context->core_mask; cores && index; cores &= cores - 1)
		index--;
	if (cores) {
		u32 core = __builtin_ctzll(cores);
		struct future_native_core *state = &machine->boot->core[core];

		wire_exchange32(&state->rung, 1);
		if (core < machine->cores && wire_load32_ordered(&state->asleep))
			future_interrupt_core(machine, core, FUTURE_VECTOR_WAKE);
		result = 0;
	}
out:
	spin_unlock_irqrestore(&machine->lock, flags);
	return result;
}
