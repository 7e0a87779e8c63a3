/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* The module's contract with Linux programs: /dev/future's ioctls, reads, writes and mappings. */
#ifndef FUTURE_UAPI_IOCTL_H
#define FUTURE_UAPI_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "../../../idl/wire/device.h"

/*
 * One open file is one process context: at most one process in its life. Closing it is the exit confirmation; a process
 * that still runs is killed first. All structures are fixed-width; unknown flags and nonzero reserved fields are EINVAL.
 * Every verb of idl/wire/device.h keeps its structure and its errors; `request.verb` and `request.version` are checked.
 *
 * State of the machine, and what may be asked in it (else ENODEV when none is booted, EBUSY when one is):
 *   none → RESERVE → reserved → BOOT_FUTURE → up → SHUTDOWN → none
 * Closing the file that reserved, before it booted, gives everything back; so does a boot that failed. A panic of the
 * kernel makes the machine dead: cores are stopped at once; every context's read says EIO; SHUTDOWN gives back.
 */
#define FUTURE_DEVICE_PATH "/dev/future"

/* Takes cores and memory from Linux (CAP_SYS_ADMIN). cores 0 or memory 0: EINVAL. */
struct future_ioc_reserve {
	__u32 cores;         /* taken from the highest-numbered CPUs down; never CPU 0. EBUSY: `cores` says how many can be had */
	__u32 reserved;
	__u64 memory_bytes;  /* of programs and kernel together, rounded up to 2 MiB; ENOMEM: says how much can be had */
	__u64 image_bytes;   /* out: how much FUTURE_MMAP_KERNEL can map */
	__u64 image_address; /* out: the virtual address at which the image's first byte runs */
};

/* Starts the cores at `entry` and waits for boot complete. The mapping of the kernel is gone afterwards. */
struct future_ioc_boot {
	__u64 entry;         /* within the image: image_address … + image_bytes; else EINVAL */
	__u32 timeout_ms;    /* 1 … 60000; ETIMEDOUT: the cores were stopped and are Linux's again */
	__u32 cores;         /* out: that came online */
	__u64 memory_bytes;  /* out: left for programs */
	__u32 failed_core;   /* out, ETIMEDOUT and EIO: the first core that is not online … */
	__u32 failed_stage;  /* … and how far it came: enum future_native_stage */
	char text[1024];     /* out, ETIMEDOUT and EIO: what the kernel said last; NUL-terminated */
};

struct future_ioc_create {
	struct future_device_create wish;
	struct future_device_created made; /* out */
	__u64 detail;        /* out, EBUSY and ENOMEM: as in struct future_device_answer */
	__s32 doorbell;      /* out: a descriptor, close-on-exec; see below */
	__u32 reserved;
};

struct future_ioc_list {
	__u32 count;         /* in: places at `processes`; out: processes there are (maybe more than places) */
	__u32 reserved;
	__u64 processes;     /* address of struct future_device_process[count] */
};

/* Machine states of future_ioc_status. */
enum {
	FUTURE_MACHINE_NONE = 0,
	FUTURE_MACHINE_RESERVED = 1,
	FUTURE_MACHINE_BOOTING = 2,
	FUTURE_MACHINE_UP = 3,
	FUTURE_MACHINE_ENDING = 4,
	FUTURE_MACHINE_DEAD = 5, /* panicked */
};

struct future_ioc_status {
	struct future_device_status status; /* all zero but abi_version and machine_kind unless UP */
	__u32 state;
	__u32 reserved;
	__u64 linux_cpus;    /* bit n: Linux's CPU n is Future's now */
	__u64 interrupts;    /* from Future, since load */
};

/* Interrupts both ways, `rounds` times, nothing else done: one time in ns each at `ns`. CAP_SYS_ADMIN, machine UP. */
struct future_ioc_echo {
	__u32 core;
	__u32 rounds;        /* 1 … 100000 */
	__u64 ns;            /* address of __u32[rounds] */
};

#define FUTURE_IOC_STATUS _IOR('F', 0, struct future_ioc_status)
#define FUTURE_IOC_RESERVE _IOWR('F', 1, struct future_ioc_reserve)
#define FUTURE_IOC_BOOT_FUTURE _IOWR('F', 2, struct future_ioc_boot)
/* Blocks with FUTURE_CREATE_WAIT until cores and memory are free; EINTR withdraws it. EEXIST: this context has one. */
#define FUTURE_IOC_CREATE_PROC _IOWR('F', 3, struct future_ioc_create)
#define FUTURE_IOC_RUN_PROC _IOW('F', 4, struct future_device_run)
/* Another context's process (pid nonzero): its owner's user or CAP_KILL, else EPERM. ESRCH. */
#define FUTURE_IOC_KILL _IOW('F', 5, struct future_device_kill)
#define FUTURE_IOC_LIST _IOWR('F', 6, struct future_ioc_list)
/*
 * CAP_SYS_ADMIN. Kills what runs if `signal` is nonzero, else EBUSY, but not for processes whose files are closed: it
 * awaits those. What a create that is on its way becomes meanwhile is killed. Waits until all is given back.
 */
#define FUTURE_IOC_SHUTDOWN _IOW('F', 7, struct future_device_kill)
/* Log notices reach this file's reads from now on, the kept history first. */
#define FUTURE_IOC_LOG _IO('F', 8)
/* Rings core `argument` (an index) of this context's process. */
#define FUTURE_IOC_RING_CORE _IO('F', 9)
#define FUTURE_IOC_ECHO _IOW('F', 10, struct future_ioc_echo)

/*
 * CREATE_PROC, RUN_PROC and KILL: ETIMEDOUT if Future's kernel hangs (CREATE_PROC with FUTURE_CREATE_WAIT: once a signal
 * has come); what was asked may still happen.
 *
 * read(2): the next message for this context, one whole message each: a notice (exit_notice, exception, core_stopped,
 * log), or the answer (struct future_device_answer) to a request that was written. Sleeps unless O_NONBLOCK (EAGAIN). A
 * buffer that is too small: EMSGSIZE, and the message stays. EIO: the machine died; 0: it was shut down.
 * write(2): sends one request without waiting for its answer, which read brings: struct future_device_kill. Returns
 * its size. poll(2): POLLIN: read would not sleep; POLLHUP: the machine is gone.
 *
 * The doorbell descriptor is like an eventfd: read(2) of 8 bytes sleeps until the program rings, unless O_NONBLOCK
 * (EAGAIN), and takes the ring, however many there were; poll(2) and epoll(7) say POLLIN while one is there
 * (edge-triggered: once more for each that follows); write(2) of 8 bytes rings it from this side. It stays valid after
 * the context's file is closed, and silent.
 *
 * mmap(2), MAP_SHARED, whole pages, offsets. SHUTDOWN takes the pages out (SIGBUS) if the file is still open after some seconds:
 */
#define FUTURE_MMAP_ARENA 0x000000000000ull   /* the context's arena, up to made.arena_bytes; EINVAL beyond */
#define FUTURE_MMAP_CHANNEL 0x100000000000ull /* the context's channel, up to made.channel_bytes */
#define FUTURE_MMAP_KERNEL 0x200000000000ull  /* the image, between RESERVE and BOOT_FUTURE, for who reserved */

#endif
