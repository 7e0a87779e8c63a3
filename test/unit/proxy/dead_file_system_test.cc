// SPDX-License-Identifier: MIT
// A file system that has stopped answering (here FUSE, like a dead NFS server): an attempt at a read or write does not ask
// it, so a leader does not wait for it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "test/slowness.h"
#include "pump/pump_caller.h"

namespace {

// A folder with one file, of which Linux has to ask again whatever it wants to know.
class FileSystem {
public:
    FileSystem() {
        REQUIRE(mkdtemp(folder_));
        device_ = open("/dev/fuse", O_RDWR | O_CLOEXEC);
        const std::string options = "fd=" + std::to_string(device_) + ",rootmode=40000,user_id=0,group_id=0";
        if (device_ < 0 || mount("test", folder_, "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0) return;
        server_ = std::thread([this] {
            alignas(8) char request[1 << 17];
            while (read(device_, request, sizeof request) > 0) serve(request);
        });
    }
    ~FileSystem() {
        end();
        if (server_.joinable()) server_.join();
        umount2(folder_, MNT_DETACH);
        if (device_ >= 0) close(device_);
        rmdir(folder_);
    }
    bool there() const { return server_.joinable(); }
    std::string file() const { return std::string(folder_) + "/file"; }
    void die() { dead_ = true; }
    // Whoever waits for it gets an error from here on.
    void end() { umount2(folder_, MNT_FORCE); }

private:
    void serve(const char* request) {
        const auto& head = *reinterpret_cast<const fuse_in_header*>(request);
        if (dead_) return;
        fuse_attr attributes = {};
        attributes.ino = head.nodeid == 1 && head.opcode != FUSE_LOOKUP ? 1 : 2;
        attributes.mode = attributes.ino == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
        attributes.nlink = 1;
        attributes.size = 100;
        switch (head.opcode) {
            case FUSE_INIT: {
                fuse_init_out out = {};
                out.major = FUSE_KERNEL_VERSION;
                out.minor = FUSE_KERNEL_MINOR_VERSION;
                out.max_write = 4096;
                return answer(head, &out, sizeof out);
            }
            case FUSE_LOOKUP: {
                fuse_entry_out out = {};
                out.nodeid = 2;
                out.attr = attributes;
                return answer(head, &out, sizeof out);
            }
            case FUSE_GETATTR: {
                fuse_attr_out out = {};
                out.attr = attributes;
                return answer(head, &out, sizeof out);
            }
            case FUSE_OPEN: {
                const fuse_open_out out = {};
                return answer(head, &out, sizeof out);
            }
            default: return answer(head, nullptr, 0, -ENOSYS);
        }
    }
    void answer(const fuse_in_header& to, const void* body, size_t bytes, int error = 0) {
        char packet[512];
        const fuse_out_header head = {static_cast<uint32_t>(sizeof head + bytes), error, to.unique};
        std::memcpy(packet, &head, sizeof head);
        if (bytes) std::memcpy(packet + sizeof head, body, bytes);
        (void)!write(device_, packet, sizeof head + bytes);
    }

    char folder_[32] = "/tmp/future-dead-XXXXXX";
    int device_ = -1;
    std::atomic<bool> dead_{false};
    std::thread server_;
};

}  // namespace

TEST_CASE("an attempt on a dead file system comes back") {
    for (const long number : {SYS_read, SYS_pread64, SYS_write, SYS_pwrite64}) {
        CAPTURE(number);
        FileSystem system;
        if (!system.there()) {
            MESSAGE("not tested: no FUSE for us here");
            return;
        }
        const int fd = open(system.file().c_str(), O_RDWR | O_CLOEXEC);
        REQUIRE(fd >= 0);
        system.die();
        std::atomic<long> result{1};
        std::thread leader([&] {
            char bytes[10] = {};
            future::PumpCaller from({}, 1 << 10);
            from.begin(1, true, nullptr);
            result = from.syscall(number, fd, reinterpret_cast<long>(bytes), sizeof bytes, 0);
        });
        for (int i = 0; i < 2000 * test::slowness() && result == 1; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        CHECK(result == -future::caller::would_block);
        system.end();
        leader.join();
        close(fd);
    }
}
