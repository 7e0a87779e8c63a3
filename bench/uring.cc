// SPDX-License-Identifier: MIT
#include "uring.h"

#include <liburing.h>

#include "samples.h"

namespace bench {

std::optional<Samples> uring_sqpoll(int rounds, unsigned at_once) {
    constexpr int kWarmUp = 20;
    io_uring ring;
    io_uring_params params = {};
    params.flags = IORING_SETUP_SQPOLL;
    params.sq_thread_idle = 1000;  // ms: it does not sleep while we measure
    if (io_uring_queue_init_params(2 * at_once, &ring, &params) != 0) return {};
    std::vector<double> values;
    const double scale = ns_per_tick();
    for (int i = -kWarmUp; i < rounds; i++) {
        const uint64_t start = ticks();
        for (unsigned n = 0; n < at_once; n++) io_uring_prep_nop(io_uring_get_sqe(&ring));
        io_uring_submit(&ring);
        for (unsigned done = 0; done < at_once;) {
            const unsigned ready = io_uring_cq_ready(&ring);
            io_uring_cq_advance(&ring, ready);
            done += ready;
            if (ready == 0) __builtin_ia32_pause();
        }
        if (i >= 0) values.push_back(static_cast<double>(ticks() - start) * scale / at_once);
    }
    io_uring_queue_exit(&ring);
    return Samples(std::move(values));
}

}  // namespace bench
