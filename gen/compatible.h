// SPDX-License-Identifier: MIT
// Which changes of a call programs survive that were built before it: the table in docs/idl-guide.md, "The lock", as code.
#pragma once

#include <optional>
#include <string>

#include "layout.h"

namespace gen {

struct Break {
    std::string why;      // "parameter 'x' was Int32 and is now Int64"
    std::string instead;  // what to do
};

// Nothing: an older program's request means the same to a newer proxy, and its reply fits; a newer program's request is
// served by an older proxy, or refused with an error, never misread.
std::optional<Break> break_between(const SchemaStruct& old, const SchemaStruct& now);

}  // namespace gen
