// SPDX-License-Identifier: MIT
// Opening files under the proxy's policy: the program has its user's authority, but none over the proxy itself.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <vector>

#include "file_handler.h"

namespace future {

class FileHandler final : public file::Handler {
public:
    // No path leads to these (our arena, channel and the like), whatever symlink or /proc entry names them.
    void forbid(int descriptor);

    open_result open(caller&, std::string_view path, int flags, mode_t mode) override;
    openat_result openat(caller&, int directory, std::string_view path, int flags, mode_t mode) override;
    dup2_result dup2(caller&, int fd, int target) override;
    isatty_result isatty(caller&, int fd) override;
    fcntl_duplicate_result fcntl_duplicate(caller& from, int fd, int command, int lowest) override;
    getcwd_result getcwd(caller&, std::span<std::byte> buffer, size_t size) override;

private:
    struct Identity {
        dev_t device;
        ino_t inode;
        dev_t driver;  // of a character device, whose name somebody may have made anew; else 0
    };
    openat_result resolve(caller&, int directory, const char* path, int flags, mode_t mode);
    openat_result follow(caller&, int directory, const char* path, int flags, mode_t mode, int links);
    openat_result open_judged(caller&, int place, int flags, mode_t mode) const;
    openat_result create_beside(caller&, int directory, const char* path, int flags, mode_t mode, int links);
    openat_result create_in(caller&, int folder, const char* name, int flags, mode_t mode, int links);
    result<void, openat_errors> judge(int fd) const;

    std::vector<Identity> forbidden_;
};

}  // namespace future
