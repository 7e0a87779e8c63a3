// SPDX-License-Identifier: MIT
#include "meaning.h"

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace gen {

Meaning meaning_of(const std::string& words) {
    Meaning meaning;
    std::string name, arguments;
    int depth = 0;
    bool quoted = false;
    const auto finish = [&] {
        if (!name.empty()) meaning.emplace(name, arguments);
        name.clear(), arguments.clear();
    };
    for (const char c : words) {
        if (c == '"') quoted = !quoted;
        if (quoted || c == '"') continue;
        if (c == ')' && --depth == 0) continue;
        if (depth > 0) arguments += c;
        else if (c == ' ') finish();
        else if (c != '(') name += c;
        if (c == '(') depth++;
    }
    finish();
    return meaning;
}

Bits values_of(const std::string& arguments) {
    Bits bits;
    const size_t equals = arguments.find('='), comma = arguments.find(", pass");
    bits.others_pass = comma != std::string::npos;
    if (equals == std::string::npos) return bits;
    const std::string list = arguments.substr(equals + 1, comma == std::string::npos ? comma : comma - equals - 1);
    const char* at = list.c_str();
    for (char* end = nullptr;; at = end) {
        const long long value = std::strtoll(at, &end, 0);
        if (end == at) return bits;
        bits.values.insert(value);
    }
}

std::optional<std::pair<int64_t, int64_t>> range_of(const std::string& arguments) {
    char* end = nullptr;
    const long long least = std::strtoll(arguments.c_str(), &end, 0);
    if (end == arguments.c_str() || *end != ',') return std::nullopt;
    return std::pair<int64_t, int64_t>(least, std::strtoll(end + 1, nullptr, 0));
}

std::vector<std::pair<std::string, std::string>> replies_of(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> replies;
    std::istringstream words(text);
    for (std::string word; words >> word;) replies.emplace_back(word.substr(0, word.find(':')), word.substr(word.find(':') + 1));
    return replies;
}

namespace {

// A cursor over the text. What is not as expected leaves good_ false, and every loop ends.
class Parser {
public:
    explicit Parser(const std::string& text) : at_(text.c_str()) {}

    std::optional<RecordLayout> whole() {
        RecordLayout layout;
        record("", layout.members);
        if (!good_ || *at_) return std::nullopt;
        layout.bytes = bytes_, layout.alignment = alignment_;
        return layout;
    }

private:
    uint64_t number() {
        if (!isdigit(static_cast<unsigned char>(*at_))) good_ = false;
        char* end = nullptr;
        const uint64_t value = std::strtoull(at_, &end, 10);
        at_ = end;
        return value;
    }

    bool take(char c) {
        if (*at_ != c) return false;
        at_++;
        return true;
    }
    void expect(char c) { good_ = take(c) && good_; }

    std::string until(const char* ends) {
        std::string text;
        while (*at_ && !std::strchr(ends, *at_)) text += *at_++;
        return text;
    }

    void record(const std::string& prefix, std::vector<Member>& members) {
        const char closing = *at_ == '|' ? '|' : '}';
        if (!take('|')) expect('{');
        const uint64_t bytes = number();
        expect('/');
        const uint64_t alignment = number();
        while (good_ && take(' ')) member(prefix, members);
        expect(closing);
        bytes_ = bytes, alignment_ = alignment;
    }

    void member(const std::string& prefix, std::vector<Member>& members) {
        const std::string own = until(":");
        expect(':');
        Member member{prefix.empty() || own.empty() ? prefix + own : prefix + "." + own, "", 0};
        const size_t place = members.size();
        if (*at_ == '{' || *at_ == '|') {
            const char opening = *at_;
            members.push_back(member);
            record(member.name, members);
            member.type = opening + std::to_string(bytes_) + "/" + std::to_string(alignment_);
        } else {
            member.type = until("@");
            members.push_back(member);
        }
        if (take('[')) member.type += "[" + std::to_string(number()) + "]", expect(']');
        expect('@');
        member.bit = number();
        if (!take('b')) member.bit *= 8;
        members[place] = member;
        // Where a structure lies stands behind it.
        for (size_t i = place + 1; i < members.size(); i++) members[i].bit += member.bit;
    }

    const char* at_;
    uint64_t bytes_ = 0, alignment_ = 0;
    bool good_ = true;
};

}  // namespace

std::optional<RecordLayout> layout_of(const std::string& text) { return Parser(text).whole(); }

}  // namespace gen
