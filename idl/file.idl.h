/* SPDX-License-Identifier: MIT */
/* Files, descriptors and the few process calls that every program needs. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <future/idl.h>

interface_(file, 2);

constants_(open_flags, O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK, O_DSYNC,
	   O_SYNC, O_DIRECT, O_LARGEFILE, O_DIRECTORY, O_NOFOLLOW, O_NOATIME, O_CLOEXEC, O_PATH, O_TMPFILE);
constants_(access_modes, F_OK, X_OK, W_OK, R_OK);
constants_(seek_origins, SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE);
constants_(fcntl_duplicating, F_DUPFD, F_DUPFD_CLOEXEC);
constants_(fcntl_getting, F_GETFD, F_GETFL, F_GETPIPE_SZ);
constants_(fcntl_setting, F_SETFD, F_SETFL, F_SETPIPE_SZ);
constants_(random_flags, GRND_NONBLOCK, GRND_RANDOM);

/// Opens a file; mode counts only where the flags create one.
/// @retval EACCES  the user, or the program's policy, may not
/// @retval ENOENT  no such file, and O_CREAT was not given
/// @retval EEXIST  there is such a file, and O_CREAT and O_EXCL were given
/// @retval ELOOP   too many symbolic links, or one where O_NOFOLLOW was given
int open(const char *path, int flags, ...);
int open_file(const char *path string_(PATH_MAX), int flags flags_(open_flags),
	      mode_t mode when_((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE))
	case_of_(open) call_(0) handled_ may_block_ fd_ needs_(openat);

/// Opens a file relative to a directory.
/// @retval EACCES  the user, or the program's policy, may not
/// @retval ENOENT  no such file, and O_CREAT was not given
/// @retval EEXIST  there is such a file, and O_CREAT and O_EXCL were given
/// @retval ELOOP   too many symbolic links, or one where O_NOFOLLOW was given
int openat(int directory, const char *path, int flags, ...);
int openat_file(int directory fd_or_(AT_FDCWD), const char *path string_(PATH_MAX), int flags flags_(open_flags),
		mode_t mode when_((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE))
	case_of_(openat) call_(1) handled_ may_block_ fd_ needs_(openat);

/// Closes a descriptor.
int close(int fd fd_) call_(2) result_(status) cancellation_point_;

/// Reads at most count bytes at the file's position.
/// @retval EAGAIN  nothing is there yet, and the descriptor is non-blocking
ssize_t read(int fd fd_, void *buffer out_(bytes=count), size_t count) call_(3) blocks_on_(fd, in);

/// Writes at most count bytes at the file's position.
/// @retval EPIPE  nobody reads any more
ssize_t write(int fd fd_, const void *buffer in_(bytes=count), size_t count) call_(4) blocks_on_(fd, out);

/// Reads at an offset; the file's position stays.
ssize_t pread(int fd fd_, void *buffer out_(bytes=count), size_t count, off_t offset)
	call_(5) syscall_(pread64) blocks_on_(fd, in);

/// Writes at an offset; the file's position stays.
ssize_t pwrite(int fd fd_, const void *buffer in_(bytes=count), size_t count, off_t offset)
	call_(6) syscall_(pwrite64) blocks_on_(fd, out);

/// Reads into several buffers.
ssize_t readv(int fd fd_, const struct iovec *vectors iovec_(count, out), int count) call_(7) blocks_on_(fd, in);

/// Writes from several buffers.
ssize_t writev(int fd fd_, const struct iovec *vectors iovec_(count, in), int count) call_(8) blocks_on_(fd, out);

/// Moves the file's position.
/// @retval ESPIPE  a pipe, socket or terminal has none
off_t lseek(int fd fd_, off_t offset, int origin one_of_(seek_origins)) call_(9) may_block_;

/// What a descriptor refers to.
int fstat(int fd fd_, struct stat *status out_()) call_(10) result_(status);

/// What a path refers to.
/// @retval ENOENT   no such file
/// @retval ENOTDIR  a part of the path is no directory
int stat(const char *path string_(PATH_MAX), struct stat *status out_()) call_(11) result_(status) may_block_;

/// As stat, of a symbolic link itself.
/// @retval ENOENT   no such file
/// @retval ENOTDIR  a part of the path is no directory
int lstat(const char *path string_(PATH_MAX), struct stat *status out_()) call_(12) result_(status) may_block_;

/// May the user use the file so?
/// @retval EACCES  no
/// @retval ENOENT  no such file
int access(const char *path string_(PATH_MAX), int mode flags_(access_modes)) call_(13) result_(status) may_block_;

/// Removes a name; the file lives while it is open.
/// @retval ENOENT  no such file
/// @retval EISDIR  it is a directory
int unlink(const char *path string_(PATH_MAX)) call_(14) result_(status) may_block_;

/// Gives a file another name, in one step.
/// @retval ENOENT  no such file
/// @retval EXDEV   the new name is in another file system
int rename(const char *old_path string_(PATH_MAX), const char *new_path string_(PATH_MAX)) call_(15) result_(status) may_block_;

/// Makes a directory.
/// @retval EEXIST  there is something of that name
/// @retval ENOENT  a part of the path is missing
int mkdir(const char *path string_(PATH_MAX), mode_t mode) call_(16) result_(status) may_block_;

/// Removes an empty directory.
/// @retval ENOENT     no such directory
/// @retval ENOTDIR    it is no directory
/// @retval ENOTEMPTY  it is not empty
int rmdir(const char *path string_(PATH_MAX)) call_(17) result_(status) may_block_;

/// Cuts or extends a file.
int ftruncate(int fd fd_, off_t length) call_(18) result_(status) may_block_;

/// Returns when what was written is on the disk.
int fsync(int fd fd_) call_(19) result_(status) may_block_;

/// A second descriptor of the same open file, with the lowest free number.
/// @retval EMFILE  the program has all descriptors that it may have
int dup(int fd fd_) call_(20) fd_;

/// The same under a number of the program's choice, which is closed first.
/// @retval EBADF  that number is none that the program may have
/// @retval EBUSY  a file is being opened under it
int dup2(int fd fd_, int target) call_(21) handled_ fd_ needs_(dup2, fcntl);

/// Commands on a descriptor: those without a structure. Any other fails with EINVAL.
int fcntl(int fd, int command, ...);
/// Another descriptor, not below a number.
/// @retval EINVAL  that number is none that the program may have
int fcntl_duplicate(int fd fd_, int command one_of_(fcntl_duplicating), int lowest) case_of_(fcntl, command) call_(22) handled_ fd_
	needs_(fcntl);
/// Asks for flags or a pipe's size.
int fcntl_get(int fd fd_, int command one_of_(fcntl_getting)) case_of_(fcntl, command) call_(23);
/// Sets flags or a pipe's size.
int fcntl_set(int fd fd_, int command one_of_(fcntl_setting), int value) case_of_(fcntl, command) call_(24);

/// A pipe: the end to read from, the end to write to.
int pipe(int descriptors[2] out_(count=2) fd_) call_(25) result_(status);

/// 1: the descriptor is a terminal.
/// @retval EBADF   it is none of the program's
/// @retval ENOTTY  it is not
int isatty(int fd fd_) call_(26) handled_ result_(truth) needs_(ioctl);

/// The working directory, which the program shares with the process that serves it.
/// @retval ERANGE  the buffer is too small
/// @retval EINVAL  it has no bytes
char *getcwd(char *buffer out_(bytes=size), size_t size) call_(27) handled_ result_(pointer, buffer) needs_(getcwd);

/// Changes the working directory.
/// @retval ENOENT   no such directory
/// @retval ENOTDIR  it is no directory
int chdir(const char *path string_(PATH_MAX)) call_(28) result_(status) may_block_;

/// The Linux process id: of the process that serves the program.
pid_t getpid(void) call_(29) idempotent_;

/// Random bytes.
ssize_t getrandom(void *buffer out_(bytes=count), size_t count, unsigned flags flags_(random_flags)) call_(30) may_block_;

/// Clocks are read on Future's side, from the time page.
int clock_gettime(clockid_t clock, struct timespec *time) local_;
