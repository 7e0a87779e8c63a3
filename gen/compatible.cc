// SPDX-License-Identifier: MIT
#include "compatible.h"

#include <algorithm>

#include "meaning.h"

namespace gen {
namespace {

using Result = std::optional<Break>;

const char* const kAppend = "append parameters at the end, or declare a new call with a new number and keep this one";
const char* const kNewCall = "declare a new call with a new number and keep this one";
const char* const kWiden = "what older programs may pass stays allowed: only widen it, or declare a new call with a new number";

int place_of(const SchemaStruct& type, const std::string& name) {
    for (size_t i = 0; i < type.fields.size(); i++)
        if (type.fields[i].name == name) return static_cast<int>(i);
    return -1;
}

std::string quote(const SchemaField& field) { return "parameter '" + field.name + "'"; }

Result compare_field(const SchemaField& old, const SchemaField& now, size_t i, const SchemaStruct& all) {
    const int moved = place_of(all, old.name);
    if (moved >= 0 && static_cast<size_t>(moved) != i)
        return Break{quote(old) + " was number " + std::to_string(i) + " and is now number " + std::to_string(moved), kAppend};
    if (now.type != old.type) return Break{quote(now) + " was " + old.type + " and is now " + now.type, kNewCall};
    if (now.bit != old.bit)
        return Break{quote(now) + " would move from bit " + std::to_string(old.bit) + " to bit " + std::to_string(now.bit), kAppend};
    return std::nullopt;
}

// ---- what a parameter means ----

// Its role: the bits stay, and stand for something else.
std::string role_of(const Meaning& meaning) {
    for (const char* role : {"in", "out", "inout", "string", "iovec", "inline"})
        if (meaning.count(role)) return std::string(role) + "_";
    return "a number";
}

std::string argument(const Meaning& meaning, const std::string& word) {
    const auto found = meaning.find(word);
    return found == meaning.end() ? "" : found->second;
}

// "count * 8", with the parameter's number for its name: a name may change.
std::string size_of(const Meaning& meaning, const std::string& role, const SchemaStruct& all) {
    const std::string text = argument(meaning, role.substr(0, role.size() - 1));
    const std::string name = text.substr(0, text.find_first_of(" ,"));
    const int place = place_of(all, name);
    return place < 0 ? text : "#" + std::to_string(place) + text.substr(name.size());
}

Result compare_roles(const SchemaField& now_field, const Meaning& old, const Meaning& now, const SchemaStruct& old_all, const SchemaStruct& all) {
    const std::string role = role_of(old), new_role = role_of(now);
    if (role != new_role) return Break{quote(now_field) + " was " + role + " and is now " + new_role, kNewCall};
    if (role == "string_" || role == "inline_") {
        const long most = std::stol("0" + argument(old, role.substr(0, 6))), new_most = std::stol("0" + argument(now, role.substr(0, 6)));
        if (new_most < most)
            return Break{quote(now_field) + " held " + std::to_string(most) + " bytes and now holds " + std::to_string(new_most), kWiden};
    } else if (role != "a number" && size_of(old, role, old_all) != size_of(now, role, all)) {
        return Break{quote(now_field) + " was " + role + "(" + argument(old, role.substr(0, role.size() - 1)) + ") and is now " + role + "(" +
                         argument(now, role.substr(0, role.size() - 1)) + ")", kNewCall};
    }
    return std::nullopt;
}

Result compare_descriptors(const SchemaField& field, const Meaning& old, const Meaning& now) {
    const bool was = old.count("fd") || old.count("fd_or"), is = now.count("fd") || now.count("fd_or");
    if (was != is) return Break{quote(field) + (was ? " was a descriptor and is none now" : " was no descriptor and is one now"), kNewCall};
    if (old.count("fd_or") && argument(old, "fd_or") != argument(now, "fd_or"))
        return Break{quote(field) + " could be " + argument(old, "fd_or") + " instead of a descriptor", kWiden};
    return std::nullopt;
}

Result compare_ranges(const SchemaField& field, const Meaning& old, const Meaning& now) {
    if (!now.count("range")) return std::nullopt;
    const auto range = range_of(argument(now, "range"));
    const auto before = range_of(argument(old, "range"));
    if (!before) return Break{quote(field) + " could have any value and now has range_(" + argument(now, "range") + ")", kWiden};
    if (range && (range->first > before->first || range->second < before->second))
        return Break{quote(field) + " had range_(" + argument(old, "range") + ") and now has range_(" + argument(now, "range") + ")", kWiden};
    return std::nullopt;
}

// What could be passed and no longer can: bits of flags_, a value of one_of_.
std::optional<int64_t> lost_value(const std::string& word, const Bits& before, const Bits& now) {
    for (const int64_t value : before.values) {
        if (word == "one_of" && !now.values.count(value)) return value;
        const int64_t lost = value & ~(now.values.empty() ? 0 : *now.values.begin());
        if (word == "flags" && lost) return lost;
    }
    return std::nullopt;
}

Result compare_sets(const SchemaField& field, const Meaning& old, const Meaning& now) {
    for (const std::string word : {"flags", "one_of"}) {
        if (!now.count(word)) continue;
        const Bits bits = values_of(argument(now, word)), before = values_of(argument(old, word));
        if (bits.others_pass) continue;
        if (!old.count(word) || before.others_pass)
            return Break{quote(field) + " could have any value and now has " + word + "_(" + argument(now, word) + ")", kWiden};
        if (const auto lost = lost_value(word, before, bits))
            return Break{quote(field) + " could be " + std::to_string(*lost) + " of " + word + "_(" + argument(old, word) + ")", kWiden};
    }
    return std::nullopt;
}

// An older program's request ends before it: it reads as 0, which must mean what was meant before.
Result judge_appended(const SchemaField& field, const SchemaStruct& old, const SchemaStruct& now) {
    const Meaning meaning = meaning_of(field.words);
    const auto refuse = [&](const std::string& what) {
        return Break{quote(field) + " is new, older programs pass 0 for it, and " + what, "let 0 mean what the call did before; or declare a new call with a new number"};
    };
    const std::string role = role_of(meaning);
    if (meaning.count("fd") || meaning.count("fd_or")) return refuse("0 is a descriptor");
    if (const auto range = range_of(argument(meaning, "range")); range && (range->first > 0 || range->second < 0))
        return refuse("range_(" + argument(meaning, "range") + ") has no 0");
    if (meaning.count("one_of") && !values_of(argument(meaning, "one_of")).values.count(0))
        return refuse("one_of_(" + argument(meaning, "one_of") + ") has no 0");
    if (role == "a number" || role == "inline_") return std::nullopt;
    const std::string size = size_of(meaning, role, now);
    const bool size_is_new = size[0] == '#' && std::stoul(size.substr(1)) >= old.fields.size();
    if (!size_is_new) return refuse("0 is no address");
    return std::nullopt;
}

// ---- structures ----

std::string at(const Member& member) {
    return member.bit % 8 ? "at bit " + std::to_string(member.bit) : "at byte " + std::to_string(member.bit / 8);
}

const Member* member_named(const RecordLayout& layout, const std::string& name) {
    for (const Member& member : layout.members)
        if (member.name == name && !name.empty()) return &member;
    return nullptr;
}

std::string structure(const SchemaField& field) { return "the structure behind '" + field.name + "'"; }

Result compare_member(const SchemaField& field, const Member& old, const RecordLayout& layout, std::vector<Member>& unseen) {
    if (const Member* same_name = member_named(layout, old.name); same_name && (same_name->bit != old.bit || same_name->type != old.type))
        return Break{structure(field) + " had " + old.name + " " + at(old) + " as " + old.type + ", and has it " + at(*same_name) + " as " + same_name->type, kNewCall};
    const auto found = std::find_if(unseen.begin(), unseen.end(), [&](const Member& member) { return member.bit == old.bit && member.type == old.type; });
    if (found == unseen.end()) return Break{structure(field) + " had " + (old.name.empty() ? old.type : old.name) + " " + at(old) + ", which is gone", kNewCall};
    unseen.erase(found);
    return std::nullopt;
}

Result compare_layouts(const SchemaField& old_field, const SchemaField& field) {
    const auto old = layout_of(old_field.layout), now = layout_of(field.layout);
    if (!old || !now) return std::nullopt;  // none recorded before: the lock is out of date, no more
    if (old->bytes != now->bytes)
        return Break{structure(field) + " had " + std::to_string(old->bytes) + " bytes and now has " + std::to_string(now->bytes), kNewCall};
    if (old->alignment != now->alignment)
        return Break{structure(field) + " was aligned to " + std::to_string(old->alignment) + " bytes and now is to " + std::to_string(now->alignment), kNewCall};
    std::vector<Member> unseen = now->members;
    for (const Member& member : old->members)
        if (const Result broken = compare_member(field, member, *now, unseen)) return broken;
    if (!unseen.empty())
        return Break{structure(field) + " has a new member " + unseen[0].name + " " + at(unseen[0]) + ", where older programs have anything", kNewCall};
    return std::nullopt;
}

// ---- the call ----

Result compare_replies(const SchemaStruct& old, const SchemaStruct& now) {
    const auto before = replies_of(old.replies), after = replies_of(now.replies);
    for (size_t i = 0; i < before.size(); i++) {
        const std::string name = "reply_ parameter '" + before[i].first + "'";
        if (i >= after.size()) return Break{name + " is gone", "keep the parameter, even if it is always 0"};
        if (after[i].second != before[i].second) return Break{name + " was " + before[i].second + " and is now " + after[i].second, kNewCall};
        for (size_t j = 0; j < after.size(); j++)
            if (j != i && after[j].first == before[i].first) return Break{name + " was number " + std::to_string(i) + " and is now number " + std::to_string(j), kAppend};
    }
    return std::nullopt;
}

Result compare_results(const SchemaStruct& old, const SchemaStruct& now) {
    const Meaning before = meaning_of(old.words), after = meaning_of(now.words);
    const bool was_oneway = before.count("oneway_"), is_oneway = after.count("oneway_");
    if (was_oneway != is_oneway)
        return Break{was_oneway ? "nobody answered it, and now somebody waits" : "somebody waits for its answer, and now none comes", kNewCall};
    if (!old.returns.empty() && old.returns != now.returns) return Break{"it returned " + old.returns + " and now returns " + now.returns, kNewCall};
    if (argument(before, "result_") != argument(after, "result_"))
        return Break{"its result was by result_(" + argument(before, "result_") + ") and is now by result_(" + argument(after, "result_") + ")", kNewCall};
    if (before.count("fd_") != after.count("fd_"))
        return Break{before.count("fd_") ? "its result was a descriptor and is none now" : "its result was no descriptor and is one now", kNewCall};
    return std::nullopt;
}

Result compare_meanings(const SchemaStruct& old, const SchemaStruct& now) {
    for (size_t i = 0; i < old.fields.size(); i++) {
        const SchemaField& field = now.fields[i];
        const Meaning before = meaning_of(old.fields[i].words), after = meaning_of(field.words);
        if (const Result broken = compare_roles(field, before, after, old, now)) return broken;
        if (const Result broken = compare_layouts(old.fields[i], field)) return broken;
        if (const Result broken = compare_descriptors(field, before, after)) return broken;
        if (const Result broken = compare_ranges(field, before, after)) return broken;
        if (const Result broken = compare_sets(field, before, after)) return broken;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Break> break_between(const SchemaStruct& old, const SchemaStruct& now) {
    if (old.number != now.number)
        return Break{"its number was " + std::to_string(old.number) + " and is now " + std::to_string(now.number), "numbers never change"};
    for (size_t i = 0; i < old.fields.size(); i++) {
        if (i >= now.fields.size())
            return Break{quote(old.fields[i]) + " is gone", "keep the parameter, even if nothing reads it any more"};
        if (const Result broken = compare_field(old.fields[i], now.fields[i], i, now)) return broken;
    }
    if (const Result broken = compare_results(old, now)) return broken;
    if (const Result broken = compare_replies(old, now)) return broken;
    for (size_t i = old.fields.size(); i < now.fields.size(); i++)
        if (const Result broken = judge_appended(now.fields[i], old, now)) return broken;
    if (now.pointer_words != old.pointer_words)
        return Break{"it has " + std::to_string(now.pointer_words) + " inline parameters and had " + std::to_string(old.pointer_words), kNewCall};
    return compare_meanings(old, now);
}

}  // namespace gen
