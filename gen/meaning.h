// SPDX-License-Identifier: MIT
// What the lock says of a parameter or a structure, read back from its text: to compare, and to hash.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gen {

// "in(count * 8) range(0, 64)" → {"in": "count * 8", "range": "0, 64"}. Texts in quotes are passed over.
using Meaning = std::map<std::string, std::string>;
Meaning meaning_of(const std::string& words);

// "flags(open_flags = 0x7f, pass)", "one_of(origins = 0 1 2)": what stands behind the name.
struct Bits {
    std::set<int64_t> values;  // flags: one, all bits together
    bool others_pass = false;
};
Bits values_of(const std::string& arguments);

// "0, 64". Nothing: no two numbers.
std::optional<std::pair<int64_t, int64_t>> range_of(const std::string& arguments);

// "current:i8 more:u4" → name and type of each.
std::vector<std::pair<std::string, std::string>> replies_of(const std::string& text);

// One member of a structure, or of a structure within it.
struct Member {
    std::string name;  // with those around it: "st_mtim.tv_sec"; "" within what has no name
    std::string type;  // i4, u8, f8, b1, p8; i4[16]; u4.3 (a bit-field of three bits); of a structure "{16/8", of a union "|8/8"
    uint64_t bit = 0;  // from the beginning of the whole
};

// {SIZE/ALIGN name:type@byte … flag:u4.3@17b inner:{16/8 …}@24 :|8/8 …|@40}: bytes, or bits for bit-fields.
struct RecordLayout {
    uint64_t bytes = 0, alignment = 0;
    std::vector<Member> members;  // as they are declared; a structure before its members
};
// Nothing: `text` is no layout.
std::optional<RecordLayout> layout_of(const std::string& text);

}  // namespace gen
