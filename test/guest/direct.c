/* SPDX-License-Identifier: MIT */
/*
 * Direct I/O, which pins the memory that it transfers. Argument 1: a folder, or a block device that may be overwritten.
 * Exit status 77: it refuses O_DIRECT, or takes it and goes through the page cache all the same (tmpfs, btrfs).
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "check.h"

enum { SECTOR = 4096, BYTES = 6 << 20, SHARES = 8, SHARE = 64 * SECTOR };

/* One sector more: for what must stay as it is behind a transfer. */
static char written[BYTES + SECTOR] __attribute__((aligned(SECTOR))), got[BYTES + SECTOR] __attribute__((aligned(SECTOR)));

static void fill(unsigned seed)
{
	for (size_t i = 0; i < sizeof(written); i++)
		written[i] = (char)((i * 2654435761u + seed * 40503u) >> 13);
	memset(got, 0x55, sizeof(got));
}

static int untouched(const char *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (from[i] != 0x55)
			return 0;
	return 1;
}

/* Some megabytes at once: more than one request of Linux's block layer. */
static void whole(int fd)
{
	fill(1);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	CHECK(write(fd, written, BYTES) == BYTES);
	CHECK(lseek(fd, 0, SEEK_CUR) == BYTES);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	CHECK(read(fd, got, BYTES) == BYTES);
	CHECK(lseek(fd, 0, SEEK_CUR) == BYTES);
	CHECK(memcmp(written, got, BYTES) == 0);
	CHECK(untouched(got + BYTES, SECTOR));
}

static void at_places(int fd)
{
	fill(2);
	CHECK(lseek(fd, SECTOR, SEEK_SET) == SECTOR);
	for (int sector = BYTES / SECTOR - 1; sector >= 0; sector -= 97)
		CHECK(pwrite(fd, written + sector * SECTOR, SECTOR, sector * SECTOR) == SECTOR);
	for (int sector = BYTES / SECTOR - 1; sector >= 0; sector -= 97) {
		CHECK(pread(fd, got + sector * SECTOR, SECTOR, sector * SECTOR) == SECTOR);
		CHECK(memcmp(written + sector * SECTOR, got + sector * SECTOR, SECTOR) == 0);
		CHECK(sector == 0 || untouched(got + (sector - 1) * SECTOR, SECTOR));
	}
	CHECK(lseek(fd, 0, SEEK_CUR) == SECTOR);
}

static void vectors(int fd)
{
	struct iovec out[3] = {{written + SECTOR, SECTOR}, {written + 4 * SECTOR, 2 * SECTOR}, {written, SECTOR}};
	struct iovec in[2] = {{got + 8 * SECTOR, 3 * SECTOR}, {got, SECTOR}};
	struct iovec crooked[2] = {{got, SECTOR}, {got + SECTOR, 100}};

	fill(3);
	CHECK(lseek(fd, 8 * SECTOR, SEEK_SET) == 8 * SECTOR);
	CHECK(writev(fd, out, 3) == 4 * SECTOR);
	CHECK(lseek(fd, 8 * SECTOR, SEEK_SET) == 8 * SECTOR);
	CHECK(readv(fd, in, 2) == 4 * SECTOR);
	CHECK(lseek(fd, 0, SEEK_CUR) == 12 * SECTOR);
	CHECK(memcmp(got + 8 * SECTOR, written + SECTOR, SECTOR) == 0);
	CHECK(memcmp(got + 9 * SECTOR, written + 4 * SECTOR, 2 * SECTOR) == 0);
	CHECK(memcmp(got, written, SECTOR) == 0);
	CHECK(untouched(got + SECTOR, 7 * SECTOR) && untouched(got + 11 * SECTOR, SECTOR));
	CHECK_ERRNO(readv(fd, crooked, 2), EINVAL);
	CHECK_ERRNO(writev(fd, crooked, 2), EINVAL);
	CHECK(untouched(got + SECTOR, SECTOR));
}

/* It is direct I/O, and stays refused what Linux refuses. */
static void refused(int fd)
{
	char *const nowhere = (char *)SECTOR;

	fill(4);
	CHECK_ERRNO(pread(fd, got, SECTOR, 1), EINVAL);
	CHECK_ERRNO(pread(fd, got, 100, 0), EINVAL);
	CHECK_ERRNO(pread(fd, got + 1, SECTOR, 0), EINVAL);
	CHECK_ERRNO(pwrite(fd, written, SECTOR, 1), EINVAL);
	CHECK_ERRNO(pwrite(fd, written, 100, 0), EINVAL);
	CHECK_ERRNO(pwrite(fd, written + 1, SECTOR, 0), EINVAL);
	CHECK_ERRNO(pread(fd, nowhere, SECTOR, 0), EFAULT);
	CHECK_ERRNO(pwrite(fd, nowhere, SECTOR, 0), EFAULT);
	CHECK_ERRNO(pread(fd, got, SECTOR, -SECTOR), EINVAL);
	CHECK(untouched(got, SECTOR));
	CHECK(pread(fd, got, 0, 0) == 0);
}

/* A file that ends within a sector: what there is comes. (Linux may zero the buffer behind it.) */
static void end_of_file(int fd)
{
	struct iovec in[2] = {{got + 2 * SECTOR, SECTOR}, {got, SECTOR}};

	fill(5);
	CHECK(pwrite(fd, written, 3 * SECTOR, 0) == 3 * SECTOR);
	CHECK(ftruncate(fd, 2 * SECTOR + 100) == 0);
	CHECK(pread(fd, got, BYTES, 0) == 2 * SECTOR + 100);
	CHECK(memcmp(written, got, 2 * SECTOR + 100) == 0);
	CHECK(lseek(fd, SECTOR, SEEK_SET) == SECTOR);
	CHECK(readv(fd, in, 2) == SECTOR + 100);
	CHECK(memcmp(written + SECTOR, got + 2 * SECTOR, SECTOR) == 0);
	CHECK(memcmp(written + 2 * SECTOR, got, 100) == 0);
	CHECK(pread(fd, got, SECTOR, 3 * SECTOR) == 0);
}

/* A hole can be read without pinning a page: then it meets what cannot be. */
static void hole(int fd)
{
	fill(6);
	CHECK(ftruncate(fd, 0) == 0);
	CHECK(pwrite(fd, written, SECTOR, 64 * SECTOR) == SECTOR);
	CHECK(pread(fd, got, 65 * SECTOR, 0) == 65 * SECTOR);
	CHECK(got[0] == 0 && memcmp(got, got + 1, 64 * SECTOR - 1) == 0);
	CHECK(memcmp(got + 64 * SECTOR, written, SECTOR) == 0);
}

/* At the end by O_APPEND, and on or off as the program wants. */
static void flags(int fd, const char *path)
{
	struct stat status;
	int other = open(path, O_WRONLY | O_APPEND | O_DIRECT | O_TRUNC);

	fill(7);
	CHECK(write(other, written, SECTOR) == SECTOR);
	CHECK(write(other, written + SECTOR, 2 * SECTOR) == 2 * SECTOR);
	CHECK(fstat(other, &status) == 0 && status.st_size == 3 * SECTOR);
	CHECK(close(other) == 0);
	CHECK(pread(fd, got, 4 * SECTOR, 0) == 3 * SECTOR);
	CHECK(memcmp(written, got, 3 * SECTOR) == 0);
	CHECK(fcntl(fd, F_SETFL, 0) == 0);
	CHECK(pread(fd, got + 1, 100, 3) == 100);
	CHECK(memcmp(written + 3, got + 1, 100) == 0);
	CHECK(fcntl(fd, F_SETFL, O_DIRECT) == 0);
	CHECK_ERRNO(pread(fd, got + 1, 100, 3), EINVAL);
}

static int shared;

static void *share(void *number)
{
	size_t at = (size_t)number * SHARE;
	int bad = 0;

	for (int round = 0; round < 10; round++) {
		memset(written + at, 'a' + (int)(size_t)number + round, SHARE);
		bad += pwrite(shared, written + at, SHARE, (off_t)at) != SHARE;
		bad += pread(shared, got + at, SHARE, (off_t)at) != SHARE;
		bad += memcmp(written + at, got + at, SHARE) != 0;
	}
	return (void *)(size_t)bad;
}

static void threads(int fd)
{
	pthread_t all[SHARES];
	void *bad;

	shared = fd;
	for (size_t i = 0; i < SHARES; i++)
		CHECK(pthread_create(&all[i], NULL, share, (void *)i) == 0);
	for (int i = 0; i < SHARES; i++)
		CHECK(pthread_join(all[i], &bad) == 0 && bad == NULL);
	CHECK(pread(fd, got, SHARES * SHARE, 0) == SHARES * SHARE);
	CHECK(memcmp(written, got, SHARES * SHARE) == 0);
}

int main(int argc, char **argv)
{
	static char path[4096];
	struct stat status;
	int fd, device;

	if (argc != 2 || stat(argv[1], &status) != 0)
		return 2;
	device = S_ISBLK(status.st_mode);
	snprintf(path, sizeof(path), device ? "%s" : "%s/direct", argv[1]);
	fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC | (device ? 0 : O_CREAT | O_EXCL), 0600);
	if (fd < 0 ? errno == EINVAL : pwrite(fd, written, 100, 0) >= 0) {
		if (!device)
			unlink(path);
		return 77;
	}
	CHECK(fd >= 0);
	if (fd >= 0) {
		CHECK(fcntl(fd, F_GETFL) & O_DIRECT);
		whole(fd);
		at_places(fd);
		vectors(fd);
		refused(fd);
		threads(fd);
		if (!device) {
			end_of_file(fd);
			hole(fd);
			flags(fd, path);
			CHECK(unlink(path) == 0);
		}
		CHECK(close(fd) == 0);
	}
	return check_result("direct");
}
