// SPDX-License-Identifier: MIT
// A call that would read or write where the program itself cannot is EFAULT and changes nothing; nothing needs no buffer.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char name[] = "forbidden.tmp";
static const char constant[64] = "this text is constant";
static int fd;

static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, result);
	errno = 0;
}

static void try_place(const char *which, void *volatile place)
{
	struct iovec one = {place, 4}, two[2];
	char first[2] = "..";

	printf("%s:\n", which);
	lseek(fd, 2, SEEK_SET);
	say("read", read(fd, place, 4));
	say("pread", pread(fd, place, 4, 0));
	say("readv", readv(fd, &one, 1));
	two[0].iov_base = first;
	two[0].iov_len = 2;
	two[1] = one;
	if (readv(fd, two, 2) == 6) /* Linux reads what comes before */
		printf("readv wrote there\n");
	lseek(fd, 2, SEEK_SET);
	say("fstat", fstat(fd, place));
	say("stat", stat(name, place));
	say("pipe", pipe(place));
	say("the offset", lseek(fd, 0, SEEK_CUR));
	say("nothing", read(fd, place, 0));
}

static char *guard_of_mine(void)
{
	pthread_attr_t attributes;
	void *low;
	size_t bytes, guard;

	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstack(&attributes, &low, &bytes);
	pthread_attr_getguardsize(&attributes, &guard);
	return (char *)low - 8;
}

static void *in_thread(void *unused)
{
	char *guard = guard_of_mine(), over[16];
	(void)unused;

	try_place("below a thread's stack", guard);
	say("write from there", write(fd, guard, 4));
	say("open of a name there", open(guard, O_RDONLY));
	memset(over, 'x', sizeof over);
	say("pwrite from the stack", pwrite(fd, over, 4, 40));
	return NULL;
}

static int code(void) { return 42; }

int main(void)
{
	pthread_t thread;
	struct stat status;
	void *volatile none = NULL, *volatile nowhere = (void *)8;
	char buffer[32] = "";

	fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	say("eight bytes to begin with", write(fd, "abcdefgh", 8));
	try_place("constants", (void *)(uintptr_t)constant);
	printf("constants hold \"%s\"\n", constant);
	try_place("code", (void *)(uintptr_t)code);
	printf("code says %d\n", code());
	try_place("nowhere", nowhere);
	pthread_create(&thread, NULL, in_thread, NULL);
	pthread_join(thread, NULL);

	say("write of nothing from NULL", write(fd, none, 0));
	say("pwrite of nothing from NULL", pwrite(fd, none, 0, 100));
	say("open of NULL", open(none, O_RDONLY));
	say("stat of NULL", stat(none, &status));
	say("pwrite from constants", pwrite(fd, constant, 4, 20));
	say("pread", pread(fd, buffer, 4, 20));
	printf("%s\n", buffer);
	say("size", fstat(fd, &status) ? -1 : (long)status.st_size);
	return unlink(name);
}
