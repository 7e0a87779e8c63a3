// SPDX-License-Identifier: MIT
// The eventfd that the program's machine rings, and that we ring ourselves to wake a follower.
#pragma once

#include <sys/syscall.h>

#include "pump/worker.h"

namespace future {

// Who shares it may be hostile: fill it so that a ring blocks, or undo O_NONBLOCK. stop() ends either.
class Doorbell {
public:
    explicit Doorbell(int fd) : fd_(fd) {}

    void ring(Worker& worker) const {
        static constexpr uint64_t one = 1;
        worker.own_call(SYS_write, fd_, reinterpret_cast<long>(&one), sizeof one);
    }
    // True: it rang. False: `elsewhere` (there is something to wait for that is not heard of here), the pump stops, or who
    // shares it has set O_NONBLOCK. elsewhere is asked once it is known that somebody reads.
    template <class Question>
    bool read(Worker& worker, Question elsewhere) {
        reader_.store(1);
        uint64_t rings = 0;
        if (!elsewhere()) worker.own_call(SYS_read, fd_, reinterpret_cast<long>(&rings), sizeof rings);
        reader_.store(0);
        return rings != 0;
    }
    // For who has just added something to be waited for elsewhere: whoever reads is to wait there from now on.
    void wake_reader(Worker& worker) const {
        if (reader_.load()) ring(worker);
    }

private:
    int fd_;
    std::atomic<uint32_t> reader_{0};
};

}  // namespace future
