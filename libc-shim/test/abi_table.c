/* SPDX-License-Identifier: MIT
 * The list of abi_list.h as a table of strings in an object file: compiled once for Linux, once for Future.
 *
 * Values are not printed by running anything (Future's cannot run here) but laid down as records in a section. */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct record {
    char name[56];
    long long value;
};

/* glibc makes these two a call, because it keeps two numbers for its own threads: its answer, by its own words. */
#ifndef __future__
#undef SIGRTMIN
#undef SIGRTMAX
#define SIGRTMIN 34
#define SIGRTMAX 64
#endif

#define NUMBER(name)        { #name, (long long)(name) },
#define SIZE(type)          { "sizeof " #type, sizeof(type) },
#define SIGN(type)          { "signed " #type, (type)-1 < (type)0 },
#define FIELD(type, member) { #type "." #member, offsetof(type, member) },

const struct record abi_records[] __attribute__((section(".abi_records"), used)) = {
#include "abi_list.h"
};
