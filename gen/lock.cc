// SPDX-License-Identifier: MIT
// Which changes older programs survive: a field appended; a name changed; a call added. Everything else is refused.
#include "lock.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "text.h"

namespace gen {
namespace {

const SchemaStruct* struct_named(const Schema& schema, const std::string& name) {
    for (const SchemaStruct& type : schema.structs)
        if (type.name == name) return &type;
    return nullptr;
}

int field_named(const SchemaStruct& type, const std::string& name) {
    for (size_t i = 0; i < type.fields.size(); i++)
        if (type.fields[i].name == name) return static_cast<int>(i);
    return -1;
}

struct Comparison {
    const SchemaStruct& old;
    const SchemaStruct& now;
    const Call& call;
    Diagnostics& diagnostics;
    bool good = true;

    void refuse(const std::string& why, const std::string& instead) {
        good = false;
        diagnostics.error(401, call.place, call.function + "() breaks older programs: " + why, instead);
    }
};

const char* const kAppend = "append parameters at the end, or declare a new call with a new number and keep this one";

void compare_fields(Comparison& c) {
    for (size_t i = 0; i < c.old.fields.size(); i++) {
        const SchemaField& old = c.old.fields[i];
        if (i >= c.now.fields.size()) return c.refuse("parameter '" + old.name + "' is gone", "keep the parameter, even if nothing reads it any more");
        const SchemaField& now = c.now.fields[i];
        const int moved = field_named(c.now, old.name);
        if (moved >= 0 && static_cast<size_t>(moved) != i)
            return c.refuse("parameter '" + old.name + "' was number " + std::to_string(i) + " and is now number " + std::to_string(moved), kAppend);
        if (now.type != old.type)
            return c.refuse("parameter '" + now.name + "' was " + old.type + " and is now " + now.type, "declare a new call with a new number and keep this one");
        if (now.bit != old.bit)
            return c.refuse("parameter '" + now.name + "' would move from bit " + std::to_string(old.bit) + " to bit " + std::to_string(now.bit), kAppend);
    }
    if (c.now.pointer_words != c.old.pointer_words)
        c.refuse("it has " + std::to_string(c.now.pointer_words) + " inline parameters and had " + std::to_string(c.old.pointer_words), "declare a new call with a new number and keep this one");
}

// A role that changes (in to out, string to buffer) leaves the bits alone and the meaning not.
std::string role_of(const std::string& words) { return words.substr(0, words.find_first_of("( ")); }
void compare_roles(Comparison& c) {
    for (size_t i = 0; i < std::min(c.old.fields.size(), c.now.fields.size()) && c.good; i++) {
        const std::string old = role_of(c.old.fields[i].words), now = role_of(c.now.fields[i].words);
        const bool address = old == "in" || old == "out" || old == "inout" || old == "string" || old == "iovec" ||
                             now == "in" || now == "out" || now == "inout" || now == "string" || now == "iovec";
        if (address && old != now)
            c.refuse("parameter '" + c.now.fields[i].name + "' was " + (old.empty() ? "a number" : old + "_") + " and is now " + (now.empty() ? "a number" : now + "_"),
                     "declare a new call with a new number and keep this one");
    }
    const bool was_oneway = c.old.words.find("oneway_") != std::string::npos;
    if (c.good && was_oneway != c.call.oneway)
        c.refuse(was_oneway ? "nobody answered it, and now somebody waits" : "somebody waits for its answer, and now none comes", "declare a new call with a new number and keep this one");
}

bool same(const SchemaStruct& a, const SchemaStruct& b) {
    if (a.fields.size() != b.fields.size() || a.number != b.number || a.words != b.words) return false;
    for (size_t i = 0; i < a.fields.size(); i++)
        if (a.fields[i].name != b.fields[i].name || a.fields[i].words != b.fields[i].words) return false;
    return true;
}

void compare_removed(const Schema& lock, const Interface& interface, Diagnostics& diagnostics) {
    for (const SchemaStruct& old : lock.structs) {
        if (old.name == "Reply") continue;
        const Call* at_number = nullptr;
        bool removed = false, present = false;
        for (const Call& call : interface.calls) {
            if (!call.local && call.number == old.number) at_number = &call;
            present |= title(call.name) == old.name && call.sent();
            removed |= title(call.name) == old.name && call.removed;
        }
        if (present || removed) continue;
        if (at_number)
            diagnostics.error(14, at_number->place, at_number->function + "() takes number " + std::to_string(old.number) + ", which was " + old.name + "'s", "take the next free number; keep the old declaration with removed_(why), or keep its name");
        else
            diagnostics.error(401, interface.place, "call " + old.name + " (number " + std::to_string(old.number) + ") is gone: older programs link it", "keep its declaration, with removed_(why) if it cannot be served any more");
    }
}

void add_history(const SchemaStruct& old, Call& call) {
    for (const Prefix& prefix : old.prefixes)
        if (std::find(call.history.begin(), call.history.end(), prefix) == call.history.end()) call.history.push_back(prefix);
    std::stable_sort(call.history.begin(), call.history.end(), [](const Prefix& a, const Prefix& b) { return a.data_words < b.data_words; });
    // The newest stands last, also among those of the same size.
    const Prefix newest{call.data_words, call.pointer_words, call.layout};
    call.history.erase(std::remove(call.history.begin(), call.history.end(), newest), call.history.end());
    call.history.push_back(newest);
}

}  // namespace

void begin_history(Interface& interface) {
    for (Call& call : interface.calls) call.history = {{call.data_words, call.pointer_words, call.layout}};
}

void check_neighbours(const std::string& lock_path, const Interface& interface, Diagnostics& diagnostics) {
    const std::filesystem::path own(lock_path);
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator(own.parent_path(), none)) {
        if (file.path().extension() != ".capnp" || file.path().filename() == own.filename()) continue;
        std::ifstream text(file.path());
        for (std::string line; std::getline(text, line) && line.rfind("annotation", 0) != 0;)
            if (line.find("(slot " + std::to_string(interface.slot) + ")") != std::string::npos || line == "@" + hex(interface.id) + ";")
                diagnostics.error(11, interface.place, "interface " + interface.name + " has the slot or id of " + file.path().stem().string(), "take a free slot, or an id from `future-gen id`");
    }
}

void compare_with_lock(const Schema& lock, const std::string& lock_path, const Schema& now, Interface& interface,
                       bool lock_must_be_current, Diagnostics& diagnostics) {
    begin_history(interface);
    if (lock.id != now.id)
        diagnostics.error(401, interface.place, "the interface's id was " + hex(lock.id) + " and is now " + hex(now.id), "an id never changes; neither does the name it is made from");
    compare_removed(lock, interface, diagnostics);
    std::string stale;
    for (Call& call : interface.calls) {
        if (!call.sent()) continue;
        const SchemaStruct* old = struct_named(lock, title(call.name));
        const SchemaStruct* current = struct_named(now, title(call.name));
        if (!old || !current) {
            if (!old) stale += (stale.empty() ? "" : ", ") + call.name;
            continue;
        }
        Comparison comparison{*old, *current, call, diagnostics};
        if (old->number != call.number)
            comparison.refuse("its number was " + std::to_string(old->number) + " and is now " + std::to_string(call.number), "numbers never change");
        else
            compare_fields(comparison), compare_roles(comparison);
        if (!comparison.good) continue;
        add_history(*old, call);
        if (!same(*old, *current)) stale += (stale.empty() ? "" : ", ") + call.name;
    }
    if (stale.empty() || diagnostics.failed()) return;
    const std::string text = "the lock " + lock_path + " does not have this yet: " + stale;
    const std::string hint = "compatible; write it with: future-gen lock " + interface.path;
    lock_must_be_current ? diagnostics.error(402, interface.place, text, hint) : diagnostics.warning(402, interface.place, text, hint);
}

}  // namespace gen
