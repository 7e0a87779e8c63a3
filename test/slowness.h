// SPDX-License-Identifier: MIT
// How slow this computer is, for tests that wait for what must come, or must not take long.
#pragma once

#include <cstdlib>

namespace test {

// FUTURE_TEST_SLOW: how many times slower than usual this computer may be. ctest measures it (test/speed).
inline double slowness() {
    const char* factor = std::getenv("FUTURE_TEST_SLOW");
    return factor && std::atof(factor) > 1 ? std::atof(factor) : 1;
}

}  // namespace test
