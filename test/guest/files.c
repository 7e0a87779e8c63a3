/* SPDX-License-Identifier: MIT */
/* Every call of the file interface, good and bad, in a scratch folder given as the argument. */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void test_open_read_write(void)
{
	char buffer[64] = {0};
	int fd = open("a", O_CREAT | O_RDWR | O_EXCL, 0640);

	CHECK(fd >= 3);
	CHECK_ERRNO(open("a", O_CREAT | O_RDWR | O_EXCL, 0640), EEXIST);
	CHECK(write(fd, "hello world", 11) == 11);
	CHECK(lseek(fd, 0, SEEK_CUR) == 11);
	CHECK(lseek(fd, 6, SEEK_SET) == 6);
	CHECK(read(fd, buffer, sizeof buffer) == 5 && memcmp(buffer, "world", 5) == 0);
	CHECK(read(fd, buffer, sizeof buffer) == 0);
	CHECK(pread(fd, buffer, 5, 0) == 5 && memcmp(buffer, "hello", 5) == 0);
	CHECK(pwrite(fd, "J", 1, 0) == 1);
	CHECK(pread(fd, buffer, 5, 0) == 5 && memcmp(buffer, "Jello", 5) == 0);
	CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
	CHECK(ftruncate(fd, 3) == 0 && lseek(fd, 0, SEEK_END) == 3);
	CHECK(fsync(fd) == 0);
	CHECK(close(fd) == 0);
	CHECK_ERRNO(close(fd), EBADF);
	CHECK_ERRNO(read(fd, buffer, 1), EBADF);
	CHECK_ERRNO(open("nothing/here", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("a/b", O_RDONLY), ENOTDIR);
}

static void test_vectors(void)
{
	char one[4] = {0}, two[8] = {0};
	struct iovec out[3] = {{"abc", 3}, {"", 0}, {"defgh", 5}};
	struct iovec in[2] = {{one, 3}, {two, sizeof two}};
	int fd = open("v", O_CREAT | O_RDWR | O_TRUNC, 0600);

	CHECK(writev(fd, out, 3) == 8);
	lseek(fd, 0, SEEK_SET);
	CHECK(readv(fd, in, 2) == 8);
	CHECK(memcmp(one, "abc", 3) == 0 && memcmp(two, "defgh", 5) == 0);
	CHECK_ERRNO(readv(fd, in, -1), EINVAL);
	CHECK_ERRNO(readv(fd, in, IOV_MAX + 1), EINVAL);
	CHECK(close(fd) == 0);
}

static void test_bad_addresses(void)
{
	struct iovec outside = {(void *)16, 8}, negative = {&outside, (size_t)-1};
	int fd = open("bad", O_CREAT | O_RDWR | O_TRUNC, 0600);

	CHECK(write(fd, "data", 4) == 4);
	lseek(fd, 0, SEEK_SET);
	CHECK_ERRNO(read(fd, (void *)16, 4), EFAULT);
	CHECK_ERRNO(write(fd, (void *)(uintptr_t)0xffffffffff000000, 4), EFAULT);
	CHECK_ERRNO(readv(fd, &outside, 1), EFAULT);
	CHECK_ERRNO(readv(fd, &negative, 1), EINVAL);
	CHECK_ERRNO(writev(fd, &negative, 1), EINVAL);
	CHECK_ERRNO(open((const char *)16, O_RDONLY), EFAULT);
	CHECK_ERRNO(fstat(fd, (struct stat *)16), EFAULT);
	CHECK(close(fd) == 0);
}

static void test_names(void)
{
	char *longest = malloc(PATH_MAX + 1), folder[PATH_MAX];
	struct stat by_name, by_link, by_fd;
	int fd;

	memset(longest, 'x', PATH_MAX);
	longest[PATH_MAX] = 0;
	CHECK_ERRNO(open(longest, O_RDONLY), ENAMETOOLONG);
	free(longest);
	CHECK(mkdir("d", 0755) == 0);
	CHECK_ERRNO(mkdir("d", 0755), EEXIST);
	fd = openat(AT_FDCWD, "d/f", O_CREAT | O_WRONLY, 0644);
	CHECK(fd >= 0 && write(fd, "12345", 5) == 5);
	CHECK(fstat(fd, &by_fd) == 0 && stat("d/f", &by_name) == 0 && lstat("d/f", &by_link) == 0);
	CHECK(by_fd.st_ino == by_name.st_ino && by_fd.st_dev == by_link.st_dev && by_name.st_size == 5);
	CHECK(S_ISREG(by_fd.st_mode) && (by_fd.st_mode & 0777) == 0644);
	CHECK(by_fd.st_mtime > 1700000000);
	close(fd);
	CHECK(access("d/f", R_OK | W_OK) == 0);
	CHECK_ERRNO(access("d/none", F_OK), ENOENT);
	CHECK(rename("d/f", "d/g") == 0);
	CHECK_ERRNO(stat("d/f", &by_name), ENOENT);
	CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
	fd = open("d", O_RDONLY | O_DIRECTORY);
	CHECK(fd >= 0);
	CHECK(openat(fd, "g", O_RDONLY) >= 0);
	CHECK_ERRNO(openat(fd, "none", O_RDONLY), ENOENT);
	close(fd);
	CHECK(unlink("d/g") == 0);
	CHECK_ERRNO(unlink("d/g"), ENOENT);
	CHECK(chdir("d") == 0);
	CHECK(getcwd(folder, sizeof folder) == folder && strcmp(folder + strlen(folder) - 2, "/d") == 0);
	errno = 0;
	CHECK(getcwd(folder, 2) == NULL && errno == ERANGE);
	CHECK(getcwd(folder, 0) == NULL && errno == EINVAL);
	CHECK(chdir("..") == 0);
	CHECK(rmdir("d") == 0);
	CHECK_ERRNO(chdir("d"), ENOENT);
}

static void test_descriptors(void)
{
	int ends[2], copy, fd = open("dup", O_CREAT | O_RDWR | O_TRUNC, 0600);
	char byte = 0;

	copy = dup(fd);
	CHECK(copy >= 0 && copy != fd);
	CHECK(write(copy, "z", 1) == 1 && lseek(fd, 0, SEEK_CUR) == 1);
	CHECK(dup2(fd, copy) == copy);
	CHECK(dup2(fd, fd) == fd);
	CHECK_ERRNO(dup2(fd, -1), EBADF);
	CHECK_ERRNO(dup2(fd, INT_MAX), EBADF);
	CHECK_ERRNO(dup(9999), EBADF);
	CHECK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
	CHECK(fcntl(fd, F_SETFL, O_APPEND) == 0 && (fcntl(fd, F_GETFL) & O_APPEND));
	CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(fcntl(fd, F_DUPFD, 20) >= 20);
	errno = 0;
	CHECK(fcntl(fd, F_DUPFD, 1 << 30) == -1 && errno == EINVAL);
	errno = 0;
	CHECK(fcntl(fd, F_DUPFD_CLOEXEC, -1) == -1 && errno == EINVAL);
	CHECK_ERRNO(fcntl(fd, 12345), EINVAL);
	close(copy);
	close(fd);
	CHECK(pipe(ends) == 0);
	CHECK(write(ends[1], "p", 1) == 1 && read(ends[0], &byte, 1) == 1 && byte == 'p');
	CHECK_ERRNO(lseek(ends[0], 0, SEEK_SET), ESPIPE);
	CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
	CHECK_ERRNO(read(ends[0], &byte, 1), EAGAIN);
	CHECK(close(ends[1]) == 0);
	CHECK(read(ends[0], &byte, 1) == 0);
	CHECK(isatty(ends[0]) == 0);
	close(ends[0]);
}

static void test_the_rest(void)
{
	struct timespec before, after, wall;
	unsigned char random[64] = {0};
	int different = 0;

	CHECK(getpid() > 1);
	CHECK(getrandom(random, sizeof random, 0) == sizeof random);
	for (size_t i = 1; i < sizeof random; i++)
		different += random[i] != random[0];
	CHECK(different > 32);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &before) == 0 && clock_gettime(CLOCK_MONOTONIC, &after) == 0);
	CHECK(after.tv_sec > before.tv_sec || (after.tv_sec == before.tv_sec && after.tv_nsec >= before.tv_nsec));
	CHECK(clock_gettime(CLOCK_REALTIME, &wall) == 0 && wall.tv_sec > 1700000000 && wall.tv_nsec < 1000000000);
	CHECK_ERRNO(clock_gettime((clockid_t)9999, &wall), EINVAL);
}

static void test_stdio(void)
{
	char line[64];
	FILE *file = fopen("stdio", "w+");

	CHECK(file && fprintf(file, "%d %s %.3f\n", 42, "words", 1.5) > 0);
	rewind(file);
	CHECK(fgets(line, sizeof line, file) && strcmp(line, "42 words 1.500\n") == 0);
	CHECK(fclose(file) == 0);
	CHECK(unlink("stdio") == 0);
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]) != 0) {
		fputs("usage: files SCRATCH_FOLDER\n", stderr);
		return 2;
	}
	test_open_read_write();
	test_vectors();
	test_bad_addresses();
	test_names();
	test_descriptors();
	test_the_rest();
	test_stdio();
	return check_result("files");
}
