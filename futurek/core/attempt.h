// SPDX-License-Identifier: MIT
// Value or error: what every function that can refuse returns. Neither can be ignored.
#pragma once

#include <stdint.h>

#include "error.h"

namespace futurek {

// `detail` says more than the number can: EBUSY, the free cores; ENOMEM, the largest free extent.
struct [[nodiscard]] Failure {
    Error error;
    uint64_t detail = 0;
};

template <class Value>
class [[nodiscard]] Attempt {
public:
    Attempt(const Value& value) : value_(value) {}
    Attempt(Failure failure) : failure_(failure) {}
    Attempt(Error error) : failure_{error, 0} {}

    bool ok() const { return failure_.error == Error::none; }
    const Value& value() const { return value_; }
    Failure failure() const { return failure_; }
    Error error() const { return failure_.error; }

private:
    Value value_{};
    Failure failure_{Error::none, 0};
};

struct Done {};

}  // namespace futurek
