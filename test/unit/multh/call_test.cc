// SPDX-License-Identifier: MIT
// Delegated calls: every reply reaches its thread, whatever the proxy does and however full the rings are.
#include <doctest/doctest.h>

#include <atomic>
#include <vector>

#include "future/multh.h"
#include "machine.h"
#include "posix_names.h"

namespace {

std::atomic<int> wrong;
int calls_each;

void *make_calls(void *argument)
{
    int64_t base = (int64_t)(intptr_t)argument * 1000000;
    for (int i = 0; i < calls_each; i++)
        if (nop(base + i) != base + i)
            wrong++;
    return nullptr;
}

int many_callers(int threads, int calls)
{
    std::vector<pthread_t> ids((size_t)threads);
    calls_each = calls;
    wrong = 0;
    for (int i = 0; i < threads; i++)
        if (pthread_create(&ids[(size_t)i], nullptr, make_calls, (void *)(intptr_t)(i + 1)))
            return 2;
    for (auto id : ids)
        if (pthread_join(id, nullptr))
            return 3;
    return wrong ? 1 : 0;
}

} // namespace

TEST_CASE("a null call comes back with its result, and switches to nobody")
{
    for (uint32_t spin : {0u, 2000u}) {
        struct multh_statistics after{};
        auto result = run_machine({.spin_limit = spin}, [&] {
            for (int64_t i = 0; i < 1000; i++)
                if (nop(i * 3) != i * 3)
                    return 1;
            multh_statistics(&after);
            return 0;
        });
        CHECK(result.status == 0);
        CHECK(result.requests == 1000);
        CHECK(after.total.delegated_calls == 1000);
        CHECK(after.total.replies == 1000);
        CHECK(after.total.switches <= 1);
    }
}
