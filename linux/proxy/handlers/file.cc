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

// Fails if the program may not have what fd is.
result<void, FileHandler::openat_errors> FileHandler::judge(int fd) const {
    struct stat status;
    if (const long failed = stat_of(fd, status); failed < 0) return linux_error(failed);
    for (const Identity& internal : forbidden_)
        if ((internal.device == status.st_dev && internal.inode == status.st_ino) ||
            (internal.driver && S_ISCHR(status.st_mode) && internal.driver == status.st_rdev))
            return error(EACCES);
    if (is_memory_device(status)) return error(EACCES);
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode) || status.st_nlink == 0) return {};
    struct statfs system;
    if (const long failed = caller::syscall_always(SYS_fstatfs, fd, reinterpret_cast<long>(&system)); failed < 0)
        return linux_error(failed);
    if (system.f_type != PROC_SUPER_MAGIC) return {};
    char name[4096];
    const long length = caller::syscall_always(SYS_readlinkat, AT_FDCWD, reinterpret_cast<long>(SelfLink(fd).path),
                                     reinterpret_cast<long>(name), sizeof name - 1);
    if (length < 0) return error(EACCES);  // what cannot be named is not given out
    name[length] = 0;
    if (names_memory(name)) return error(EACCES);
    return {};
}

// As openat, but a link of the kind that only /proc has ends with ELOOP.
FileHandler::openat_result FileHandler::resolve(caller& from, int directory, const char* path, int flags, mode_t mode) {
    const long fd = open_beneath(from, directory, path, flags, mode);
    // -ELOOP: perhaps such a link (/dev/stdin, /proc/self/exe); -ENOSYS: a kernel before 5.6.
    if (fd == -ELOOP || fd == -ENOSYS) return follow(from, directory, path, flags, mode, 0);
    return openat_result::of_linux(fd);
}

// Looks without opening (O_PATH has no effects), judges, then opens what was judged.
FileHandler::openat_result FileHandler::follow(caller& from, int directory, const char* path, int flags, mode_t mode, int links) {
    const int look = O_PATH | O_CLOEXEC | (flags & (O_NOFOLLOW | O_DIRECTORY));
    const long place = from.syscall(SYS_openat, directory, reinterpret_cast<long>(path), look, 0);
    if (place == -ENOENT && creates(flags)) return create_beside(from, directory, path, flags, mode, links);
    if (place < 0) return linux_error(place);
    const openat_result opened = open_judged(from, static_cast<int>(place), flags, mode);
    if (!opened.ok() || opened.value() != place) caller::syscall_always(SYS_close, place);
    return opened;
}

// `place` itself is the result where O_PATH was asked for.
FileHandler::openat_result FileHandler::open_judged(caller& from, int place, int flags, mode_t mode) const {
    if (const auto judged = judge(place); !judged.ok()) return judged.why();
    if ((flags & O_CREAT) && (flags & O_EXCL)) return error(EEXIST);
    if (flags & O_PATH) return place;
    struct stat status;
    if ((flags & O_NOFOLLOW) && stat_of(place, status) == 0 && S_ISLNK(status.st_mode)) return error(ELOOP);
    return openat_result::of_linux(from.syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(SelfLink(place).path),
                                                flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW), mode & kModeBits));
}

// A new file in a folder that is reached through a link of /proc, as in /proc/self/cwd/new, or in any where there is no
// openat2.
FileHandler::openat_result FileHandler::create_beside(caller& from, int directory, const char* path, int flags, mode_t mode, int links) {
    const char* last = std::strrchr(path, '/');
    const char* name = last ? last + 1 : path;
    if (!*name) return error(ENOENT);
    if (!last) return create_in(from, directory, name, flags, mode, links);
    const std::string folder(path, static_cast<size_t>(name - path));
    const long place = from.syscall(SYS_openat, directory, reinterpret_cast<long>(folder.c_str()),
                                    O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (place < 0) return linux_error(place);
    const openat_result made = create_in(from, static_cast<int>(place), name, flags, mode, links);
    caller::syscall_always(SYS_close, place);
    return made;
}

// `name` has no slash. Without openat2 a link that dangles is followed by hand: it names what is to be made.
FileHandler::openat_result FileHandler::create_in(caller& from, int folder, const char* name, int flags, mode_t mode, int links) {
    long made = open_beneath(from, folder, name, flags, mode);
    if (made != -ENOSYS) return openat_result::of_linux(made);
    made = from.syscall(SYS_openat, folder, reinterpret_cast<long>(name), flags | O_NOFOLLOW, mode & kModeBits);
    if (made != -ELOOP || (flags & O_NOFOLLOW)) return openat_result::of_linux(made);
    char target[4096];
    const long length = from.syscall(SYS_readlinkat, folder, reinterpret_cast<long>(name), reinterpret_cast<long>(target),
                                     sizeof target - 1, 0);
    if (length < 0) return linux_error(length);
    target[length] = 0;
    if (links >= kLinksMost) return error(ELOOP);
    return follow(from, folder, target, flags, mode, links + 1);
}

FileHandler::openat_result FileHandler::openat(caller& from, int directory, std::string_view path, int flags, mode_t mode) {
    // The view is a private copy with a NUL behind it.
    const openat_result opened = resolve(from, directory, path.data(), flags, mode);
    if (!opened.ok()) return opened;
    // Not the program's before it was judged: no other call of it can name this number. Dispatch admits it, and nobody
    // before: closed at once by another thread, the number might be a file that is not judged yet by then.
    if (const auto judged = judge(opened.value()); !judged.ok()) {
        caller::syscall_always(SYS_close, opened.value());
        return judged.why();
    }
    return opened;
}

FileHandler::open_result FileHandler::open(caller& from, std::string_view path, int flags, mode_t mode) {
    const openat_result opened = openat(from, AT_FDCWD, path, flags, mode);
    if (!opened.ok()) return opened.why();
    return opened.value();
}

// Onto a number that is not the program's only if nothing has it: it may be a file that is being opened.
FileHandler::dup2_result FileHandler::dup2(caller& from, int fd, int target) {
    if (!from.below_limit(target)) return error(EBADF);
    if (fd == target) return target;
    if (from.owns_descriptor(target)) return dup2_result::of_linux(caller::syscall_always(SYS_dup2, fd, target));
    const long got = caller::syscall_always(SYS_fcntl, fd, F_DUPFD, target);
    if (got == target || got < 0) return dup2_result::of_linux(got);
    caller::syscall_always(SYS_close, got);
    return error(EBUSY);
}

// Judged before Linux is asked: its table of descriptors grows with the number, and stays as large.
FileHandler::fcntl_duplicate_result FileHandler::fcntl_duplicate(caller& from, int fd, int command, int lowest) {
    if (!from.below_limit(lowest)) return error(EINVAL);
    return fcntl_duplicate_result::of_linux(from.syscall(SYS_fcntl, fd, command, lowest));
}

FileHandler::isatty_result FileHandler::isatty(caller& from, int fd) {
    termios settings;
    const long failed = from.syscall(SYS_ioctl, fd, TCGETS, reinterpret_cast<long>(&settings));
    if (failed == -EBADF) return error(EBADF);
    if (failed < 0) return error(ENOTTY);
    return 1;
}

// Linux itself says ERANGE of nothing too.
FileHandler::getcwd_result FileHandler::getcwd(caller& from, std::span<std::byte> buffer, size_t size) {
    if (size == 0) return error(EINVAL);
    const long got = from.syscall(SYS_getcwd, reinterpret_cast<long>(buffer.data()), size);
    if (got < 0) return linux_error(got);
    return {};
}

}  // namespace future
