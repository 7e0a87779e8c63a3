// SPDX-License-Identifier: MIT
// Refusals that need more than one declaration or more than one word to see.
#include "check.h"

#include <algorithm>

namespace gen {
namespace {

const Argument* argument_named(const Call& call, const std::string& name) {
    for (const Argument& a : call.arguments)
        if (a.name == name) return &a;
    return nullptr;
}

void check_numbers(const Interface& interface, Diagnostics& diagnostics) {
    for (const Call& call : interface.calls)
        for (const Call& other : interface.calls) {
            if (&other == &call) break;
            if (call.local || other.local || call.number != other.number) continue;
            diagnostics.error(12, call.place, call.function + "() has the number of " + other.function + "(): " + std::to_string(call.number), "take the next free number; numbers are never used twice");
        }
}

void check_contradictions(const Call& call, Diagnostics& diagnostics) {
    const auto contradict = [&](bool both, const char* text, const char* hint) {
        if (both) diagnostics.error(4, call.place, call.function + "(): " + text, hint);
    };
    const auto says = [&](const char* word) { return call.words.find(word) != std::string::npos; };
    contradict(call.local && (call.handled || call.oneway || call.cancellation_point || call.internal), "local_ calls are never delegated", "drop the other word");
    contradict(call.internal && call.handled, "internal_ calls have no handler", "drop one of the two");
    contradict(call.oneway && call.result.kind != TypeKind::none, "a oneway_ call has no result", "let it return void");
    contradict(!call.oneway && !call.local && call.result.kind == TypeKind::none && call.delegated(), "a call without a result cannot say that it failed", "return int, or make it oneway_");
    contradict(call.oneway && call.may_block, "nobody waits for a oneway_ call", "drop may_block_");
    contradict(call.oneway && says("cancellation_point_"), "nobody waits for a oneway_ call", "drop cancellation_point_");
    contradict(call.wait_argument >= 0 && says("may_block_"), "blocks_on_ already says may_block_", "drop may_block_");
    contradict(call.may_block && says("cancellation_point_"), "what may block is a cancellation point already", "drop cancellation_point_");
    contradict(call.descriptor && call.result.bytes != 4, "fd_ needs an int result", "drop fd_, or return int");
    for (const Argument& a : call.arguments)
        contradict(call.oneway && a.direction != Direction::in, "a oneway_ call cannot write out parameters", "drop oneway_, or make the parameter in_");
}

void check_size(const Call& call, const Argument& a, Diagnostics& diagnostics) {
    if (a.size.parameter.empty()) return;
    const Argument* size = argument_named(call, a.size.parameter);
    if (!size) return;
    if (size->type.kind != TypeKind::uint && size->type.kind != TypeKind::sint) {
        diagnostics.error(102, a.place, "the size '" + size->name + "' of '" + a.name + "' is no integer", "name a parameter that counts");
        return;
    }
    if (a.role == Role::vector) return;  // its count is bounded by IOV_MAX
    if (size->type.kind == TypeKind::sint && (!size->range || size->range->least < 0))
        diagnostics.error(104, size->place, "the size '" + size->name + "' is signed and may be negative", "write range_(0, largest) behind it, or make it size_t");
    else if (a.size.unit > 1 && !size->range)
        diagnostics.error(103, size->place, "'" + size->name + "' elements of " + std::to_string(a.size.unit) + " bytes can overflow", "write range_(0, largest) behind it");
    const unsigned bits = size->type.bytes * 8 - (size->type.kind == TypeKind::sint);
    if (a.role == Role::data && bits < 64 && a.maximum >> bits != 0)
        diagnostics.error(107, size->place, "the maximum " + std::to_string(a.maximum) + " of '" + a.name + "' is more than '" + size->name + "' can count", "use size_t, or a smaller maximum");
}

void check_sets(const Interface& interface, const Call& call, const Argument& a, Diagnostics& diagnostics) {
    if (a.set.empty() || interface.sets.count(a.set)) return;
    std::vector<std::string> names;
    for (const auto& [name, set] : interface.sets) names.push_back(name);
    const std::string meant = nearest(a.set, names);
    diagnostics.error(114, a.place, "'" + a.set + "' of " + call.function + "() is no set of constants", meant.empty() ? "declare it: constants_(" + a.set + ", A, B, …);" : "did you mean '" + meant + "'?");
}

void check_syscall(const Call& call, Diagnostics& diagnostics) {
    if (!call.pass_through() || call.syscall_number) return;
    diagnostics.error(303, call.place, "Linux has no system call '" + call.syscall + "', and " + call.function + "() has no handler", "write handled_ and a Handler method, or syscall_(name) if Linux calls it otherwise");
}

// Two cases of one front must not claim the same value of the parameter that chooses.
void check_cases(const Interface& interface, const Front& front, Diagnostics& diagnostics) {
    std::map<int64_t, const Call*> claimed;
    const Call* any = nullptr;
    for (const Call* call : front.cases) {
        const Argument* selector = argument_named(*call, call->selector);
        if (call->selector.empty()) {
            if (any || front.cases.size() > 1)
                diagnostics.error(113, call->place, call->function + "() takes every use of " + front.name + "()", "name the parameter that chooses: case_of_(" + front.name + ", command), with one_of_ on it");
            any = call;
            continue;
        }
        const auto set = selector ? interface.sets.find(selector->set) : interface.sets.end();
        if (set == interface.sets.end() || selector->is_flags) {
            diagnostics.error(102, call->place, "'" + call->selector + "' does not choose: it has no one_of_ set", "write one_of_(set) behind the parameter that chooses");
            continue;
        }
        for (const auto& [name, value] : set->second.constants)
            if (const auto [other, fresh] = claimed.emplace(value, call); !fresh)
                diagnostics.error(113, call->place, call->function + "() and " + other->second->function + "() both take " + name, "leave it in one of the two sets");
    }
    for (const Call* call : front.cases)
        for (size_t i = 0; i < front.function.parameters.size(); i++)
            if (i >= call->arguments.size() || call->arguments[i].type.spelling != front.function.parameters[i].type.spelling)
                diagnostics.error(4, call->place, call->function + "() does not begin like " + front.name + "()", "a case repeats the named parameters of its front");
}

void check_words_total(const Call& call, Diagnostics& diagnostics) {
    if (call.arguments.size() > 60)
        diagnostics.error(13, call.place, call.function + "() has more than 60 parameters", "pass a structure by in_()");
    int replies = 0;
    for (const Argument& a : call.arguments) replies += a.role == Role::reply;
    if (replies > 3) diagnostics.error(13, call.place, call.function + "() returns more than three words in its reply", "drop reply_ from one");
}

}  // namespace

void check(const Interface& interface, const CheckOptions& options, Diagnostics& diagnostics) {
    check_numbers(interface, diagnostics);
    for (const Call& call : interface.calls) {
        check_contradictions(call, diagnostics);
        check_words_total(call, diagnostics);
        if (!options.kernel) check_syscall(call, diagnostics);
        for (const Argument& a : call.arguments) {
            check_size(call, a, diagnostics);
            check_sets(interface, call, a, diagnostics);
        }
    }
    for (const Front& front : interface.fronts) check_cases(interface, front, diagnostics);
}

}  // namespace gen
