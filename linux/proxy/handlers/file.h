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

    result<int> open(caller&, std::string_view path, int flags, mode_t mode) override;
    result<int> openat(caller&, int directory, std::string_view path, int flags, mode_t mode) override;
    result<int> dup2(caller&, int fd, int target) override;
    result<int> isatty(caller&, int fd) override;
    result<int> fcntl_duplicate(caller& from, int fd, int command, int lowest) override;
    result<void> getcwd(caller&, std::span<std::byte> buffer, size_t size) override;

private:
    struct Identity {
        dev_t device;
        ino_t inode;
        dev_t driver;  // of a character device, whose name somebody may have made anew; else 0
    };
    long resolve(caller&, int directory, const char* path, int flags, mode_t mode);
    long follow(caller&, int directory, const char* path, int flags, mode_t mode, int links);
    long create_beside(caller&, int directory, const char* path, int flags, mode_t mode, int links);
    long create_in(caller&, int folder, const char* name, int flags, mode_t mode, int links);
    int refuse(int fd) const;

    std::vector<Identity> forbidden_;
};

}  // namespace future
