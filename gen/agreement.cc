// SPDX-License-Identifier: MIT
// Evaluates the same expressions and layouts with the sysroot's headers and compares.
#include "agreement.h"

#include <algorithm>
#include <sstream>

namespace gen {
namespace {

ReadOptions sysroot_options(const ReadOptions& base, const std::string& flags) {
    ReadOptions options = base;
    std::istringstream words(flags);
    for (std::string word; words >> word;) options.flags.push_back(word);
    return options;
}

std::map<std::string, Place> records_of(const Interface& interface) {
    std::map<std::string, Place> records;
    for (const Call& call : interface.calls)
        for (const Argument& a : call.arguments)
            if (a.type.pointee && a.type.pointee->kind == TypeKind::record && a.role != Role::reply)
                records.emplace(a.type.pointee->spelling, a.place);
    return records;
}

void compare_layouts(const std::string& record, const Place& place, const Layout& linux_side, const Layout& ours, Diagnostics& diagnostics) {
    const std::string hint = "mend the sysroot's header: Future's programs use Linux's layouts";
    if (linux_side.bytes != ours.bytes)
        diagnostics.error(302, place, record + " has " + std::to_string(ours.bytes) + " bytes in the sysroot and " + std::to_string(linux_side.bytes) + " in Linux", hint);
    // Names may differ (glibc's __glibc_reserved); where one is shared its offset must be.
    for (const auto& [name, offset] : linux_side.fields)
        for (const auto& [other, other_offset] : ours.fields)
            if (name == other && offset != other_offset)
                diagnostics.error(302, place, record + ": field " + name + " is at " + std::to_string(other_offset) + " in the sysroot and at " + std::to_string(offset) + " in Linux", hint);
}

}  // namespace

void check_agreement(const std::string& path, const Interface& interface, const std::vector<Expression>& expressions,
                     const std::map<std::string, int64_t>& linux_values, const ReadOptions& linux_options,
                     const std::string& sysroot_flags, Diagnostics& diagnostics) {
    const ReadOptions options = sysroot_options(linux_options, sysroot_flags);
    std::vector<Expression> constants;
    for (const Expression& e : expressions)
        if (e.text.rfind("SYS_", 0) != 0) constants.push_back({e.text, e.place, true});
    const auto ours = evaluate(path, options, constants, diagnostics);
    if (diagnostics.failed()) return;
    for (const Expression& e : constants) {
        const auto linux_value = linux_values.find(e.text), our_value = ours.find(e.text);
        if (linux_value == linux_values.end()) continue;
        if (our_value == ours.end())
            diagnostics.error(301, e.place, e.text + " is not defined in the sysroot, and " + std::to_string(linux_value->second) + " in Linux", "mend the sysroot's header: Future's programs use Linux's numbers");
        else if (our_value->second != linux_value->second)
            diagnostics.error(301, e.place, e.text + " is " + std::to_string(our_value->second) + " in the sysroot and " + std::to_string(linux_value->second) + " in Linux", "mend the sysroot's header: Future's programs use Linux's numbers");
    }
    const std::map<std::string, Place> records = records_of(interface);
    std::vector<std::string> names;
    for (const auto& [name, place] : records) names.push_back(name);
    if (names.empty()) return;
    const auto linux_layouts = layouts(path, linux_options, names), our_layouts = layouts(path, options, names);
    for (const auto& [name, place] : records)
        if (linux_layouts.count(name) && our_layouts.count(name)) compare_layouts(name, place, linux_layouts.at(name), our_layouts.at(name), diagnostics);
}

}  // namespace gen
