// SPDX-License-Identifier: MIT
// The table of words and the splitting of their arguments.
#include "annotation.h"

namespace gen {

static constexpr unsigned kMany = 1000;
static const WordRule kRules[] = {
    {"interface", Site::file, 2, 2, "interface_(name, slot or 64-bit id)"},
    {"constants", Site::file, 2, kMany, "constants_(name, A, B, …)"},
    {"call", Site::call, 1, 1, "call_(number)"},
    {"case_of", Site::call, 1, 2, "case_of_(variadic function[, choosing parameter])"},
    {"since", Site::call, 1, 1, "since_(release)"},
    {"removed", Site::call, 0, 1, "removed_(why)"},
    {"syscall", Site::call, 1, 1, "syscall_(Linux's name)"},
    {"blocks_on", Site::call, 2, 2, "blocks_on_(parameter, in) or (…, out)"},
    {"result", Site::call, 1, 2, "result_(errno | status | pointer[, parameter] | errno_returned | raw)"},
    {"needs", Site::call, 1, kMany, "needs_(syscall, …)"},
    {"deprecated", Site::call, 1, 1, "deprecated_(what to use)"},
    {"handled", Site::call, 0, 0, "handled_"},
    {"local", Site::call, 0, 0, "local_"},
    {"internal", Site::call, 0, 0, "internal_"},
    {"oneway", Site::call, 0, 0, "oneway_"},
    {"may_block", Site::call, 0, 0, "may_block_"},
    {"cancellation_point", Site::call, 0, 0, "cancellation_point_"},
    {"idempotent", Site::call, 0, 0, "idempotent_"},
    {"restart", Site::call, 0, 0, "restart_"},
    {"affine", Site::call, 0, 0, "affine_"},
    {"serial", Site::call, 0, 0, "serial_"},
    {"in", Site::parameter, 0, 1, "in_(), in_(bytes=…) or in_(count=…)"},
    {"out", Site::parameter, 0, 1, "out_(), out_(bytes=…) or out_(count=…)"},
    {"inout", Site::parameter, 0, 1, "inout_(), inout_(bytes=…) or inout_(count=…)"},
    {"iovec", Site::parameter, 2, 2, "iovec_(count parameter, in) or (…, out)"},
    {"string", Site::parameter, 1, 1, "string_(maximum with the NUL)"},
    {"inline", Site::parameter, 1, 2, "inline_(maximum[, bytes parameter])"},
    {"range", Site::parameter, 2, 2, "range_(least, most)"},
    {"flags", Site::parameter, 1, 2, "flags_(set[, unknown=pass])"},
    {"one_of", Site::parameter, 1, 1, "one_of_(set)"},
    {"fd_or", Site::parameter, 1, 1, "fd_or_(constant)"},
    {"when", Site::parameter, 1, 1, "when_(condition)"},
    {"reply", Site::parameter, 0, 0, "reply_"},
    {"redact", Site::parameter, 0, 0, "redact_"},
    {"fd", Site::either, 0, 0, "fd_"},
};

const WordRule* rule_of(const std::string& name) {
    for (const WordRule& rule : kRules)
        if (name == rule.name) return &rule;
    return nullptr;
}

bool is_word(const std::string& name) { return rule_of(name) != nullptr; }

std::vector<std::string> word_names() {
    std::vector<std::string> names;
    for (const WordRule& rule : kRules) names.push_back(rule.name);
    return names;
}

static std::string trimmed(const std::string& text) {
    const size_t begin = text.find_first_not_of(" \t\n");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

std::vector<std::string> split(const std::string& arguments) {
    std::vector<std::string> parts;
    std::string part;
    int depth = 0;
    bool quoted = false;
    for (const char c : arguments) {
        quoted ^= c == '"';
        if (!quoted) depth += (c == '(') - (c == ')');
        if (c == ',' && depth == 0 && !quoted) {
            parts.push_back(trimmed(part));
            part.clear();
        } else {
            part += c;
        }
    }
    if (!trimmed(part).empty() || !parts.empty()) parts.push_back(trimmed(part));
    return parts;
}

std::optional<std::string> value_of(const Word& word, const std::string& key) {
    for (const std::string& part : split(word.arguments)) {
        const size_t equals = part.find('=');
        if (equals != std::string::npos && trimmed(part.substr(0, equals)) == key) return trimmed(part.substr(equals + 1));
    }
    return std::nullopt;
}

const Word* find(const std::vector<Word>& words, const std::string& name) {
    for (const Word& word : words)
        if (word.name == name) return &word;
    return nullptr;
}

bool has(const std::vector<Word>& words, const std::string& name) { return find(words, name) != nullptr; }

std::string spelled(const std::vector<Word>& words) {
    std::string text;
    for (const Word& word : words) {
        const WordRule* rule = rule_of(word.name);
        text += (text.empty() ? "" : " ") + word.name + "_";
        if (rule && rule->most > 0) text += "(" + word.arguments + ")";
    }
    return text;
}

}  // namespace gen
