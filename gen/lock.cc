// SPDX-License-Identifier: MIT
// The calls of the lock and those of the interface, side by side; what became of one call is judged in compatible.cc.
#include "lock.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compatible.h"
#include "text.h"

namespace gen {
namespace {

const SchemaStruct* struct_named(const Schema& schema, const std::string& name) {
    for (const SchemaStruct& type : schema.structs)
        if (type.name == name) return &type;
    return nullptr;
}

bool same(const SchemaStruct& a, const SchemaStruct& b) {
    if (a.fields.size() != b.fields.size() || a.number != b.number || a.words != b.words || a.returns != b.returns || a.replies != b.replies) return false;
    for (size_t i = 0; i < a.fields.size(); i++)
        if (a.fields[i].name != b.fields[i].name || a.fields[i].words != b.fields[i].words || a.fields[i].layout != b.fields[i].layout) return false;
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
        if (const auto broken = break_between(*old, *current)) {
            diagnostics.error(401, call.place, call.function + "() breaks older programs: " + broken->why, broken->instead);
            continue;
        }
        add_history(*old, call);
        if (!same(*old, *current)) stale += (stale.empty() ? "" : ", ") + call.name;
    }
    if (stale.empty() || diagnostics.failed()) return;
    const std::string text = "the lock " + lock_path + " does not have this yet: " + stale;
    const std::string hint = "compatible; write it with: future-gen lock " + interface.path;
    lock_must_be_current ? diagnostics.error(402, interface.place, text, hint) : diagnostics.warning(402, interface.place, text, hint);
}

}  // namespace gen
