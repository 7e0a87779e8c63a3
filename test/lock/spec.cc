// SPDX-License-Identifier: MIT
#include "spec.h"

#include <algorithm>
#include <map>

namespace edits {
namespace {

const std::vector<std::string> kTypes = {"int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "uint64_t", "float", "double"};

size_t below(Random& random, size_t n) { return static_cast<size_t>(random() % n); }
template <class T>
const T& one_of(Random& random, const std::vector<T>& all) { return all[below(random, all.size())]; }

std::string fresh_name(Random& random) { return "p" + std::to_string(random() % 100000000); }

Member random_member(Random& random, int id) {
    return {id, fresh_name(random), one_of(random, kTypes), below(random, 4) == 0 ? static_cast<int>(1 + below(random, 3)) : 0};
}

Parameter random_parameter(Random& random, int id) {
    static const std::vector<std::string> directions = {"in", "out", "inout"};
    Parameter p{id, fresh_name(random), static_cast<Kind>(below(random, 9)), one_of(random, kTypes), "in", 0, 0, {}, 0, {}};
    p.direction = p.kind == Kind::buffer ? directions[below(random, 2)] : one_of(random, directions);
    p.least = -static_cast<int64_t>(below(random, 20)), p.most = static_cast<int64_t>(below(random, 20));
    p.maximum = 8 + static_cast<int>(below(random, 50));
    for (size_t i = 0; i < 2 + below(random, 4); i++)
        p.values.push_back(p.kind == Kind::flags ? 1ll << below(random, 30) : static_cast<int64_t>(below(random, 50)));
    std::sort(p.values.begin(), p.values.end());
    p.values.erase(std::unique(p.values.begin(), p.values.end()), p.values.end());
    if (p.kind == Kind::reply) p.type = kTypes[below(random, 8)];  // integers
    for (size_t i = 0; i < 1 + below(random, 5); i++) p.members.push_back(random_member(random, id * 20 + static_cast<int>(i)));
    return p;
}

// ---- edits; each says what it did, or "" where there is nothing to do ----

int next_id(Random& random) { return 1000 + static_cast<int>(random() % 1000000); }

Parameter* some(Random& random, Call& call, Kind kind) {
    std::vector<Parameter*> found;
    for (Parameter& p : call.parameters)
        if (p.kind == kind) found.push_back(&p);
    return found.empty() ? nullptr : one_of(random, found);
}

std::string edit_list(Random& random, Call& call) {
    std::vector<Parameter>& all = call.parameters;
    switch (below(random, 4)) {
    case 0:
        all.push_back(random_parameter(random, next_id(random)));
        return "parameter appended";
    case 1:
        if (all.size() < 2) return "";
        all.erase(all.begin() + static_cast<long>(below(random, all.size())));
        return "parameter taken out";
    case 2:
        if (all.size() < 2) return "";
        std::swap(all[below(random, all.size())], all[below(random, all.size())]);
        return "parameters swapped";
    default:
        all.insert(all.begin() + static_cast<long>(below(random, all.size() + 1)), random_parameter(random, next_id(random)));
        return "parameter inserted";
    }
}

std::string edit_parameter(Random& random, Call& call) {
    Parameter& p = call.parameters[below(random, call.parameters.size())];
    switch (below(random, 4)) {
    case 0: p.name = fresh_name(random); return "parameter renamed";
    case 1: {
        const Parameter other = random_parameter(random, p.id);
        p.kind = other.kind;
        return "another kind of parameter";
    }
    case 2: p.type = one_of(random, kTypes); return "another type";
    default: p.direction = p.direction == "in" ? "out" : p.kind == Kind::structure && p.direction == "out" ? "inout" : "in"; return "another direction";
    }
}

std::string edit_bounds(Random& random, Call& call) {
    Parameter* p = some(random, call, static_cast<Kind>(1 + below(random, 5)));
    if (!p) return "";
    const auto step = [&] { return static_cast<int64_t>(below(random, 7)) - 3; };
    p->least += step(), p->most += step(), p->maximum += static_cast<int>(step());
    if (p->least > p->most) std::swap(p->least, p->most);
    if (below(random, 2)) p->values.push_back(p->kind == Kind::flags ? 1ll << below(random, 30) : static_cast<int64_t>(50 + below(random, 50)));
    else if (p->values.size() > 1) p->values.erase(p->values.begin() + static_cast<long>(below(random, p->values.size())));
    return "other bounds";
}

std::string edit_members(Random& random, Call& call) {
    Parameter* p = some(random, call, Kind::structure);
    if (!p) return "";
    std::vector<Member>& all = p->members;
    Member& one = all[below(random, all.size())];
    switch (below(random, 7)) {
    case 0: all.push_back(random_member(random, next_id(random))); return "member appended";
    case 1: all.insert(all.begin() + static_cast<long>(below(random, all.size())), random_member(random, next_id(random))); return "member inserted";
    case 2:
        if (all.size() < 2) return "";
        all.erase(all.begin() + static_cast<long>(below(random, all.size())));
        return "member taken out";
    case 3: std::swap(one, all[below(random, all.size())]); return "members swapped";
    case 4: one.type = one_of(random, kTypes); return "a member's type";
    case 5: one.name = fresh_name(random); return "member renamed";
    default: one.count = one.count ? 0 : 2; return "a member's length";
    }
}

std::string edit_result(Random& random, Call& call) {
    static const std::vector<std::string> types = {"int", "long", "unsigned"}, conventions = {"", "errno_returned", "raw"};
    if (below(random, 2)) return call.returns = one_of(random, types), "another result";
    return call.convention = one_of(random, conventions), "another convention";
}

std::string parameter_text(const Call& call, const Parameter& p) {
    const std::string tag = "c" + std::to_string(call.number) + "_" + std::to_string(p.id);
    const std::string constness = p.direction == "in" ? "const " : "";
    switch (p.kind) {
    case Kind::number: return p.type + " " + p.name;
    case Kind::range: return "int " + p.name + " range_(" + std::to_string(p.least) + ", " + std::to_string(p.most) + ")";
    case Kind::flags: return "unsigned " + p.name + " flags_(s" + tag + ")";
    case Kind::one_of: return "int " + p.name + " one_of_(s" + tag + ")";
    case Kind::text: return "const char *" + p.name + " string_(" + std::to_string(p.maximum) + ")";
    case Kind::inline_data: return "const void *" + p.name + " inline_(" + std::to_string(p.maximum) + ", n_" + p.name + "), size_t n_" + p.name;
    case Kind::structure: return constness + "struct t" + tag + " *" + p.name + " " + p.direction + "_()";
    case Kind::buffer: return constness + "void *" + p.name + " " + p.direction + "_(bytes=n_" + p.name + "), size_t n_" + p.name;
    default: return p.type + " *" + p.name + " out_() reply_";
    }
}

std::string types_of(const Call& call, const Parameter& p) {
    const std::string tag = "c" + std::to_string(call.number) + "_" + std::to_string(p.id);
    std::string text;
    if (p.kind == Kind::flags || p.kind == Kind::one_of) {
        std::string names;
        text = "enum {";
        for (size_t i = 0; i < p.values.size(); i++) {
            const std::string name = "K" + tag + "_" + std::to_string(p.values[i]);
            text += " " + name + " = " + std::to_string(p.values[i]) + ",";
            names += ", " + name;
        }
        return text + " };\nconstants_(s" + tag + names + ");\n";
    }
    if (p.kind != Kind::structure) return "";
    text = "struct t" + tag + " {";
    for (const Member& member : p.members)
        text += " " + member.type + " " + member.name + (member.count ? "[" + std::to_string(member.count) + "]" : "") + ";";
    return text + " };\n";
}

}  // namespace

Call random_call(Random& random, int number) {
    Call call{number, "int", "", {}, ""};
    const size_t count = 1 + below(random, 4);
    size_t replies = 0;
    while (call.parameters.size() < count) {
        call.parameters.push_back(random_parameter(random, static_cast<int>(call.parameters.size()) + 1));
        replies += call.parameters.back().kind == Kind::reply;
        if (replies > 3) call.parameters.pop_back(), replies--;  // a reply has room for three
    }
    return call;
}

Call edited(Random& random, const Call& call) {
    for (;;) {
        Call now = call;
        switch (below(random, 7)) {
        case 0: now.edit = edit_list(random, now); break;
        case 1: now.edit = edit_parameter(random, now); break;
        case 2: now.edit = edit_bounds(random, now); break;
        case 3: now.edit = edit_result(random, now); break;
        default: now.edit = edit_members(random, now); break;
        }
        if (!now.edit.empty()) return now;
    }
}

std::string header_of(const std::vector<Call>& calls) {
    std::string text = "#include <future/idl.h>\n#include <stddef.h>\n#include <stdint.h>\n\ninterface_(edits, 100);\n\n";
    for (const Call& call : calls) {
        std::string list;
        for (const Parameter& p : call.parameters) {
            text += types_of(call, p);
            list += (list.empty() ? "" : ", ") + parameter_text(call, p);
        }
        text += call.returns + " c" + std::to_string(call.number) + "(" + (list.empty() ? "void" : list) + ") call_(" + std::to_string(call.number) + ") handled_" +
                (call.convention.empty() ? "" : " result_(" + call.convention + ")") + ";\n\n";
    }
    return text;
}

// As far from what other types could hold as the type allows, and never 0: what is left out or cut does not pass for it.
std::string literal(const Call& call, int id, const std::string& type) {
    static const std::map<std::string, std::string> forms = {
        {"int8_t", "-"}, {"uint8_t", "130 + "}, {"int16_t", "-200 * "}, {"uint16_t", "40000 + "}, {"int32_t", "-1000000 * "}, {"uint32_t", "3000000000u + "},
        {"int64_t", "-1000000000000 * "}, {"uint64_t", "-1ull - "}, {"float", "0.5f + "}, {"double", "1e10 + 0.25 + "},
        {"int", "1000000 * "}, {"unsigned", "3000000000u + "}, {"long", "1000000000000 * "}};
    const unsigned value = 1 + (static_cast<unsigned>(call.number) * 37 + static_cast<unsigned>(id) * 11) % 120;
    return "(" + type + ")(" + forms.at(type) + std::to_string(value) + ")";
}

int64_t number_of(const Call& call, const Parameter& p) {
    const auto seed = static_cast<uint64_t>(call.number * 31 + p.id * 7);
    switch (p.kind) {
    case Kind::range: return seed % 2 ? p.least : p.most;
    case Kind::flags: {
        int64_t bits = 0;
        for (const int64_t value : p.values) bits |= value;
        return bits;
    }
    default: return p.values[seed % p.values.size()];
    }
}

}  // namespace edits
