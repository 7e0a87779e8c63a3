// SPDX-License-Identifier: GPL-2.0
/* /dev/future: what a program says is copied, checked and handed on; what it hears is copied back. */
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "future.h"

static int check_request(const struct future_device_request *request, u32 verb)
{
	if (request->version != FUTURE_DEVICE_VERSION)
		return -EPROTO;
	return request->verb == verb ? 0 : -EINVAL;
}

static long status(struct future_machine *machine, void __user *to)
{
	struct future_ioc_status status;

	future_status(machine, &status);
	return copy_to_user(to, &status, sizeof(status)) ? -EFAULT : 0;
}

static long reserve(struct future_context *context, void __user *user)
{
	struct future_ioc_reserve wish;
	long error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&wish, user, sizeof(wish)))
		return -EFAULT;
	if (!wish.cores || !wish.memory_bytes || wish.reserved)
		return -EINVAL;
	wish.image_bytes = 0;
	wish.image_address = 0;
	error = future_reserve(context, &wish);
	return copy_to_user(user, &wish, sizeof(wish)) ? -EFAULT : error;
}

static long boot(struct future_context *context, void __user *user)
{
	struct future_ioc_boot *wish;
	long error = -EFAULT;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	wish = kzalloc(sizeof(*wish), GFP_KERNEL);
	if (!wish)
		return -ENOMEM;
	if (copy_from_user(wish, user, offsetof(struct future_ioc_boot, cores)))
		goto out;
	error = -EINVAL;
	if (!wish->timeout_ms || wish->timeout_ms > 60000)
		goto out;
	error = future_boot(context, wish);
	if (copy_to_user(user, wish, sizeof(*wish)))
		error = -EFAULT;
out:
	kfree(wish);
	return error;
}

static long create(struct future_context *context, struct future_ioc_create __user *user)
{
	struct future_ioc_create wish = {};
	struct file *doorbell;
	long error;

	if (copy_from_user(&wish.wish, &user->wish, sizeof(wish.wish)))
		return -EFAULT;
	if (copy_from_user(&wish.reserved, &user->reserved, sizeof(wish.reserved)))
		return -EFAULT;
	error = check_request(&wish.wish.request, FUTURE_VERB_CREATE);
	if (error || wish.reserved)
		return error ? error : -EINVAL;
	wish.doorbell = -1;
	error = future_create(context, &wish, &doorbell);
	if (error) {
		wish.doorbell = -1;
		if (copy_to_user(&user->detail, &wish.detail, sizeof(wish.detail)))
			error = -EFAULT;
		return error;
	}
	if (copy_to_user(user, &wish, sizeof(wish))) {
		put_unused_fd(wish.doorbell);
		fput(doorbell);
		return -EFAULT; /* the process stays the context's */
	}
	fd_install(wish.doorbell, doorbell);
	return 0;
}

static long run(struct future_context *context, void __user *user)
{
	struct future_device_run wish;
	long error;

	if (copy_from_user(&wish, user, sizeof(wish)))
		return -EFAULT;
	error = check_request(&wish.request, FUTURE_VERB_RUN);
	return error ? error : future_run(context, &wish);
}

static long kill(struct future_context *context, void __user *user)
{
	struct future_device_kill wish;
	long error;

	if (copy_from_user(&wish, user, sizeof(wish)))
		return -EFAULT;
	error = check_request(&wish.request, FUTURE_VERB_KILL);
	return error ? error : future_kill(context, &wish);
}

static long list(struct future_machine *machine, struct future_ioc_list __user *user)
{
	struct future_device_process *processes;
	struct future_ioc_list wish;
	u32 places;
	long error = 0;

	if (copy_from_user(&wish, user, sizeof(wish)))
		return -EFAULT;
	if (wish.reserved)
		return -EINVAL;
	processes = kcalloc(FUTURE_NATIVE_PROCESSES, sizeof(*processes), GFP_KERNEL);
	if (!processes)
		return -ENOMEM;
	places = wish.count;
	wish.count = future_list(machine, processes);
	if (copy_to_user(u64_to_user_ptr(wish.processes), processes,
			 min(places, wish.count) * sizeof(*processes)) ||
	    copy_to_user(user, &wish, sizeof(wish)))
		error = -EFAULT;
	kfree(processes);
	return error;
}

static long shut_down(struct future_machine *machine, void __user *user)
{
	struct future_device_kill wish;
	long error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&wish, user, sizeof(wish)))
		return -EFAULT;
	error = check_request(&wish.request, FUTURE_VERB_SHUTDOWN);
	if (error)
		return error;
	return wish.signal > 64 ? -EINVAL : future_shut_down(machine, wish.signal);
}

static long echo(struct future_machine *machine, void __user *user)
{
	struct future_ioc_echo wish;
	u32 *ns;
	long error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&wish, user, sizeof(wish)))
		return -EFAULT;
	if (!wish.rounds || wish.rounds > 100000)
		return -EINVAL;
	ns = kvcalloc(wish.rounds, sizeof(*ns), GFP_KERNEL);
	if (!ns)
		return -ENOMEM;
	error = future_echo(machine, &wish, ns);
	if (!error && copy_to_user(u64_to_user_ptr(wish.ns), ns, wish.rounds * sizeof(*ns)))
		error = -EFAULT;
	kvfree(ns);
	return error;
}

static long device_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct future_context *context = file->private_data;
	void __user *user = (void __user *)argument;

	switch (command) {
	case FUTURE_IOC_STATUS:
		return status(context->machine, user);
	case FUTURE_IOC_RESERVE:
		return reserve(context, user);
	case FUTURE_IOC_BOOT_FUTURE:
		return boot(context, user);
	case FUTURE_IOC_CREATE_PROC:
		return create(context, user);
	case FUTURE_IOC_RUN_PROC:
		return run(context, user);
	case FUTURE_IOC_KILL:
		return kill(context, user);
	case FUTURE_IOC_LIST:
		return list(context->machine, user);
	case FUTURE_IOC_SHUTDOWN:
		return shut_down(context->machine, user);
	case FUTURE_IOC_LOG:
		return argument ? -EINVAL : future_log_attend(context);
	case FUTURE_IOC_RING_CORE:
		return future_ring_core(context, argument);
	case FUTURE_IOC_ECHO:
		return echo(context->machine, user);
	default:
		return -ENOTTY;
	}
}

static bool readable(struct future_context *context)
{
	bool yes;

	spin_lock_irq(&context->machine->lock);
	yes = future_context_readable(context);
	spin_unlock_irq(&context->machine->lock);
	return yes;
}

static ssize_t device_read(struct file *file, char __user *to, size_t bytes, loff_t *offset)
{
	struct future_context *context = file->private_data;
	u64 buffer[CONTROL_LOG_WORDS];
	ssize_t size;

	BUILD_BUG_ON(sizeof(buffer) < sizeof_field(struct future_note, words));
	for (;;) {
		spin_lock_irq(&context->machine->lock);
		size = future_context_next(context, buffer, bytes);
		spin_unlock_irq(&context->machine->lock);
		if (size != -EAGAIN || file->f_flags & O_NONBLOCK)
			break;
		if (wait_event_interruptible(context->wait, readable(context)))
			return -ERESTARTSYS;
	}
	if (size > 0 && copy_to_user(to, buffer, size))
		return -EFAULT;
	return size;
}

static ssize_t device_write(struct file *file, const char __user *from, size_t bytes, loff_t *offset)
{
	struct future_device_kill wish;
	long error;

	if (bytes != sizeof(wish))
		return -EINVAL;
	if (copy_from_user(&wish, from, sizeof(wish)))
		return -EFAULT;
	error = check_request(&wish.request, FUTURE_VERB_KILL);
	if (!error)
		error = future_kill_write(file->private_data, &wish);
	return error ? error : sizeof(wish);
}

static __poll_t device_poll(struct file *file, poll_table *table)
{
	struct future_context *context = file->private_data;
	__poll_t events = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &context->wait, table);
	spin_lock_irq(&context->machine->lock);
	if (future_context_readable(context))
		events |= EPOLLIN | EPOLLRDNORM;
	else
		future_context_attach(context);
	if (context->gone || !context->attached)
		events |= EPOLLHUP;
	spin_unlock_irq(&context->machine->lock);
	return events;
}

/* misc_open() leaves it in the file for us. */
struct device_file {
	struct miscdevice misc;
	struct future_machine *machine;
};

static int device_open(struct inode *inode, struct file *file)
{
	struct device_file *device = container_of(file->private_data, struct device_file, misc);
	struct future_context *context = future_context_open(device->machine, inode);

	if (IS_ERR(context))
		return PTR_ERR(context);
	file->private_data = context;
	return nonseekable_open(inode, file);
}

static int device_release(struct inode *inode, struct file *file)
{
	struct future_context *context = file->private_data;

	future_unreserve(context);
	future_context_close(context);
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.read = device_read,
	.write = device_write,
	.poll = device_poll,
	.mmap = future_mmap,
	.unlocked_ioctl = device_ioctl,
};

/* Root's, until a rule of udev gives it to a group: who may open it may take every core of Future. */
static struct device_file device = {
	.misc = {
		.minor = MISC_DYNAMIC_MINOR,
		.name = "future",
		.mode = 0660,
		.fops = &operations,
	},
};

int future_device_init(struct future_machine *machine)
{
	device.machine = machine;
	return misc_register(&device.misc);
}

void future_device_exit(void)
{
	misc_deregister(&device.misc);
}
