// SPDX-License-Identifier: MIT
// The words as a table, and how their arguments are split.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model.h"

namespace gen {

enum class Site { file, call, parameter, either };

struct WordRule {
    const char* name;
    Site site;
    unsigned least, most;  // arguments
    const char* form;      // shown in hints
};

const WordRule* rule_of(const std::string& name);
bool is_word(const std::string& name);
std::vector<std::string> word_names();

// At commas outside parentheses and quotes; trimmed; empty for "".
std::vector<std::string> split(const std::string& arguments);
// "count" for ("bytes=count", "bytes").
std::optional<std::string> value_of(const Word& word, const std::string& key);

const Word* find(const std::vector<Word>& words, const std::string& name);
bool has(const std::vector<Word>& words, const std::string& name);
// The words again, as one would write them.
std::string spelled(const std::vector<Word>& words);

}  // namespace gen
