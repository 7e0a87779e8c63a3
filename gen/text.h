// SPDX-License-Identifier: MIT
// Templates: raw text with @names@, and a few spellings of names.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model.h"

namespace gen {

using Values = std::vector<std::pair<std::string_view, std::string>>;

// Replaces each @name@. A name without a value is our own bug and ends the program.
std::string fill(std::string_view raw, const Values& values);

std::string upper(std::string text);               // read → READ
std::string title(const std::string& text);        // exit_notice → ExitNotice
std::string camel(const std::string& text);        // exit_notice → exitNotice
std::string hex(uint64_t value);                   // 0x…, 16 digits
std::string quoted(const std::string& text);       // as a C, C++ or capnp string
std::string indented(const std::string& text, const std::string& by);

// A documentation comment without its slashes: free text, then (errno, sentence) of each @retval.
struct Comment {
    std::vector<std::string> lines;
    std::vector<std::pair<std::string, std::string>> errors;
};
Comment comment_of(const std::string& raw);

}  // namespace gen
