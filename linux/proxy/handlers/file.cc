// SPDX-License-Identifier: MIT
// open and openat: no link of /proc is followed by the kernel unseen, and what was opened is judged, not its name.
#include "handlers/file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

namespace future {
namespace {

constexpr mode_t kModeBits = 07777;
constexpr int kLinksMost = 40;  // as Linux, path_resolution(7)
// openat2 refuses what openat ignores.
constexpr int kKnownFlags = O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC |
                            O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE;

bool creates(int flags) { return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE; }

struct SelfLink {  // /proc/self/fd/N, by our own hand
    char path[40];
    explicit SelfLink(long fd) { std::snprintf(path, sizeof path, "/proc/self/fd/%ld", fd); }
};

long open_beneath(caller& from, int directory, const char* path, int flags, mode_t mode) {
    open_how how = {};
    how.flags = static_cast<uint64_t>(static_cast<unsigned>(flags & kKnownFlags));
    if (flags & O_PATH) how.flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    how.mode = creates(flags) && !(flags & O_PATH) ? mode & kModeBits : 0;
    how.resolve = RESOLVE_NO_MAGICLINKS;
    return from.syscall(SYS_openat2, directory, reinterpret_cast<long>(path), reinterpret_cast<long>(&how), sizeof how);
}

long stat_of(long fd, struct stat& status) {
    return caller::syscall_always(SYS_fstat, fd, reinterpret_cast<long>(&status));
}

// In any procfs, of any process, mounted anywhere: `mem` writes memory, `map_files` is full of links to it. `kcore` is the
// computer's, with what other programs have on the native machine.
bool names_memory(const char* path) {
    const char* last = std::strrchr(path, '/');
    return last && (std::strcmp(last, "/mem") == 0 || std::strcmp(last, "/kcore") == 0 || std::strstr(path, "/map_files"));
}

// /dev/mem, kmem and port, under any name: memory that is kept from Linux for the native machine can be written there.
bool is_memory_device(const struct stat& status) {
    const unsigned number = minor(status.st_rdev);
    return S_ISCHR(status.st_mode) && major(status.st_rdev) == 1 && (number == 1 || number == 2 || number == 4);
}

}  // namespace

void FileHandler::forbid(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return;
    forbidden_.push_back({status.st_dev, status.st_ino, S_ISCHR(status.st_mode) ? status.st_rdev : 0});
}

// 0, or the errno for which the program may not have what fd is.
int FileHandler::refuse(int fd) const {
    struct stat status;
    if (const long failed = stat_of(fd, status); failed < 0) return static_cast<int>(-failed);
    for (const Identity& internal : forbidden_)
        if ((internal.device == status.st_dev && internal.inode == status.st_ino) ||
            (internal.driver && S_ISCHR(status.st_mode) && internal.driver == status.st_rdev))
            return EACCES;
    if (is_memory_device(status)) return EACCES;
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode) || status.st_nlink == 0) return 0;
    struct statfs system;
    if (const long failed = caller::syscall_always(SYS_fstatfs, fd, reinterpret_cast<long>(&system)); failed < 0)
        return static_cast<int>(-failed);
    if (system.f_type != PROC_SUPER_MAGIC) return 0;
    char name[4096];
    const long length = caller::syscall_always(SYS_readlinkat, AT_FDCWD, reinterpret_cast<long>(SelfLink(fd).path),
                                     reinterpret_cast<long>(name), sizeof name - 1);
    if (length < 0) return EACCES;  // what cannot be named is not given out
    name[length] = 0;
    return names_memory(name) ? EACCES : 0;
}

// As openat, but a link of the kind that only /proc has ends with ELOOP.
long FileHandler::resolve(caller& from, int directory, const char* path, int flags, mode_t mode) {
    const long fd = open_beneath(from, directory, path, flags, mode);
    // -ELOOP: perhaps such a link (/dev/stdin, /proc/self/exe); -ENOSYS: a kernel before 5.6.
    return fd == -ELOOP || fd == -ENOSYS ? follow(from, directory, path, flags, mode, 0) : fd;
}

// Looks without opening (O_PATH has no effects), judges, then opens what was judged.
long FileHandler::follow(caller& from, int directory, const char* path, int flags, mode_t mode, int links) {
    const int look = O_PATH | O_CLOEXEC | (flags & (O_NOFOLLOW | O_DIRECTORY));
    const long place = from.syscall(SYS_openat, directory, reinterpret_cast<long>(path), look, 0);
    if (place == -ENOENT && creates(flags)) return create_beside(from, directory, path, flags, mode, links);
    if (place < 0) return place;
    long result = -refuse(static_cast<int>(place));
    if (result == 0 && (flags & O_CREAT) && (flags & O_EXCL)) result = -EEXIST;
    if (result == 0 && (flags & O_NOFOLLOW)) {
        struct stat status;
        if (stat_of(place, status) == 0 && S_ISLNK(status.st_mode) && !(flags & O_PATH)) result = -ELOOP;
    }
    if (result == 0) {
        if (flags & O_PATH) return place;
        result = from.syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(SelfLink(place).path),
                              flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW), mode & kModeBits);
    }
    caller::syscall_always(SYS_close, place);
    return result;
}

// A new file in a folder that is reached through a link of /proc, as in /proc/self/cwd/new, or in any where there is no
// openat2.
long FileHandler::create_beside(caller& from, int directory, const char* path, int flags, mode_t mode, int links) {
    const char* last = std::strrchr(path, '/');
    const char* name = last ? last + 1 : path;
    if (!*name) return -ENOENT;
    if (!last) return create_in(from, directory, name, flags, mode, links);
    const std::string folder(path, static_cast<size_t>(name - path));
    const long place = from.syscall(SYS_openat, directory, reinterpret_cast<long>(folder.c_str()),
                                    O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (place < 0) return place;
    const long result = create_in(from, static_cast<int>(place), name, flags, mode, links);
    caller::syscall_always(SYS_close, place);
    return result;
}

// `name` has no slash. Without openat2 a link that dangles is followed by hand: it names what is to be made.
long FileHandler::create_in(caller& from, int folder, const char* name, int flags, mode_t mode, int links) {
    long result = open_beneath(from, folder, name, flags, mode);
    if (result != -ENOSYS) return result;
    result = from.syscall(SYS_openat, folder, reinterpret_cast<long>(name), flags | O_NOFOLLOW, mode & kModeBits);
    if (result != -ELOOP || (flags & O_NOFOLLOW)) return result;
    char target[4096];
    const long length = from.syscall(SYS_readlinkat, folder, reinterpret_cast<long>(name), reinterpret_cast<long>(target),
                                     sizeof target - 1, 0);
    if (length < 0) return length;
    target[length] = 0;
    return links < kLinksMost ? follow(from, folder, target, flags, mode, links + 1) : -ELOOP;
}

result<int> FileHandler::openat(caller& from, int directory, std::string_view path, int flags, mode_t mode) {
    // The view is a private copy with a NUL behind it.
    const long fd = resolve(from, directory, path.data(), flags, mode);
    if (fd < 0) return error(static_cast<int>(-fd));
    // Not the program's before it was judged: no other call of it can name this number. Dispatch admits it, and nobody
    // before: closed at once by another thread, the number might be a file that is not judged yet by then.
    if (const int why = refuse(static_cast<int>(fd))) {
        caller::syscall_always(SYS_close, fd);
        return error(why);
    }
    return static_cast<int>(fd);
}

result<int> FileHandler::open(caller& from, std::string_view path, int flags, mode_t mode) {
    return openat(from, AT_FDCWD, path, flags, mode);
}

// Onto a number that is not the program's only if nothing has it: it may be a file that is being opened.
result<int> FileHandler::dup2(caller& from, int fd, int target) {
    if (!from.below_limit(target)) return error(EBADF);
    if (fd == target) return target;
    if (from.owns_descriptor(target)) {
        const long done = caller::syscall_always(SYS_dup2, fd, target);
        if (done < 0) return error(static_cast<int>(-done));
        return target;
    }
    const long got = caller::syscall_always(SYS_fcntl, fd, F_DUPFD, target);
    if (got < 0) return error(static_cast<int>(-got));
    if (got == target) return target;
    caller::syscall_always(SYS_close, got);
    return error(EBUSY);
}

// Judged before Linux is asked: its table of descriptors grows with the number, and stays as large.
result<int> FileHandler::fcntl_duplicate(caller& from, int fd, int command, int lowest) {
    if (!from.below_limit(lowest)) return error(EINVAL);
    const long got = from.syscall(SYS_fcntl, fd, command, lowest);
    if (got < 0) return error(static_cast<int>(-got));
    return static_cast<int>(got);
}

result<int> FileHandler::isatty(caller& from, int fd) {
    termios settings;
    const long failed = from.syscall(SYS_ioctl, fd, TCGETS, reinterpret_cast<long>(&settings));
    if (failed < 0) return error(failed == -EBADF ? EBADF : ENOTTY);
    return 1;
}

// Linux itself says ERANGE of nothing too.
result<void> FileHandler::getcwd(caller& from, std::span<std::byte> buffer, size_t size) {
    if (size == 0) return error(EINVAL);
    const long got = from.syscall(SYS_getcwd, reinterpret_cast<long>(buffer.data()), size);
    if (got < 0) return error(static_cast<int>(-got));
    return {};
}

}  // namespace future
