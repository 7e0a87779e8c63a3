// SPDX-License-Identifier: MIT
// Filling templates and spelling names.
#include "text.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace gen {

std::string fill(std::string_view raw, const Values& values) {
    std::string out;
    while (!raw.empty()) {
        const size_t at = raw.find('@');
        out += raw.substr(0, at);
        if (at == std::string_view::npos) break;
        const size_t end = raw.find('@', at + 1);
        const std::string_view name = end == std::string_view::npos ? "" : raw.substr(at + 1, end - at - 1);
        const std::string* value = nullptr;
        for (const auto& [key, text] : values)
            if (key == name) value = &text;
        if (!value) {
            std::fprintf(stderr, "future-gen: template names @%.*s@, which has no value\n", int(name.size()), name.data());
            std::abort();
        }
        out += *value;
        raw.remove_prefix(end + 1);
    }
    return out;
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::string title(const std::string& text) {
    std::string out;
    bool start = true;
    for (const char c : text) {
        if (c == '_') {
            start = true;
            continue;
        }
        out += start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        start = false;
    }
    return out;
}

std::string camel(const std::string& text) {
    std::string out = title(text);
    if (!out.empty()) out[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(out[0])));
    return out;
}

std::string hex(uint64_t value) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(value));
    return text;
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out + "\"";
}

std::string indented(const std::string& text, const std::string& by) {
    std::istringstream lines(text);
    std::string out;
    for (std::string line; std::getline(lines, line);) out += (line.empty() ? "" : by + line) + "\n";
    return out;
}

Comment comment_of(const std::string& raw) {
    Comment comment;
    std::istringstream lines(raw);
    for (std::string line; std::getline(lines, line);) {
        const size_t start = line.find_first_not_of("/*! \t");
        if (start == std::string::npos) continue;
        line = line.substr(start);
        if (line.size() >= 2 && line.substr(line.size() - 2) == "*/") line.resize(line.size() - 2);
        if (line.rfind("@retval", 0) == 0) {
            std::istringstream parts(line.substr(7));
            std::string name, sentence;
            parts >> name >> std::ws;
            std::getline(parts, sentence);
            comment.errors.emplace_back(name, sentence);
        } else if (!comment.errors.empty()) {
            comment.errors.back().second += " " + line;
        } else if (!line.empty()) {
            comment.lines.push_back(line);
        }
    }
    return comment;
}

}  // namespace gen
