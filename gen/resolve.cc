// SPDX-License-Identifier: MIT
// Functions to calls: numbers, conventions, fronts and their cases, constant sets.
#include "resolve.h"

#include <algorithm>
#include <cstdlib>

#include "annotation.h"
#include "text.h"

namespace gen {
namespace {

uint64_t fnv1a(const std::string& text) {
    uint64_t hash = 0xcbf29ce484222325ull;
    for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3ull;
    return hash;
}

// nop_cancel of interface nop is "cancel".
std::string short_name(const std::string& interface, const std::string& function) {
    const std::string prefix = interface + "_";
    return function.size() > prefix.size() && function.rfind(prefix, 0) == 0 ? function.substr(prefix.size()) : function;
}

void check_words(const std::vector<Word>& words, bool parameter, Diagnostics& diagnostics) {
    for (const Word& word : words) {
        const WordRule* rule = rule_of(word.name);
        if (!rule) continue;  // some other program's annotate attribute
        const size_t count = split(word.arguments).size();
        if ((rule->site == Site::call && parameter) || (rule->site == Site::parameter && !parameter) || rule->site == Site::file)
            diagnostics.error(3, word.place, "'" + word.name + "_' is not allowed behind a " + (parameter ? "parameter" : "call"),
                              std::string("it belongs behind a ") + (parameter ? "call" : "parameter") + ": " + rule->form);
        else if ((count < rule->least && word.name != "string" && word.name != "inline") || count > rule->most)
            diagnostics.error(2, word.place, "'" + word.name + "_' does not take " + std::to_string(count) + " arguments", std::string("write ") + rule->form);
    }
    for (size_t i = 0; i < words.size(); i++)
        for (size_t j = 0; j < i; j++)
            if (rule_of(words[i].name) && words[i].name == words[j].name)
                diagnostics.error(4, words[i].place, "'" + words[i].name + "_' stands twice", "keep one");
}

void resolve_interface(const Source& source, Interface& interface, Diagnostics& diagnostics) {
    if (source.interface_words.size() != 1) {
        const Place place = source.interface_words.empty() ? Place{source.path, 1, 1} : source.interface_words[1].place;
        diagnostics.error(10, place, source.interface_words.empty() ? "no interface_ line" : "a second interface_ line",
                          "each file has one: interface_(name, slot or id from `future-gen id`);");
    }
    if (source.interface_words.empty()) return;
    const Word& word = source.interface_words[0];
    interface.place = word.place;
    const std::vector<std::string> parts = split(word.arguments);
    if (parts.size() != 2) {
        diagnostics.error(2, word.place, "interface_ needs a name and a number", "write interface_(name, slot or id from `future-gen id`);");
        return;
    }
    interface.name = parts[0];
    char* end = nullptr;
    const uint64_t number = std::strtoull(parts[1].c_str(), &end, 0);
    if (*end || parts[1].empty() || (number > 127 && number >> 63 == 0))
        diagnostics.error(13, word.place, "'" + parts[1] + "' is neither a slot (0 to 127) nor an id (64 bits, the highest set)",
                          "interfaces of Future itself have slots; others take an id from `future-gen id`");
    interface.id = number > 127 ? number : fnv1a("future." + interface.name) | 1ull << 63;
    interface.slot = number > 127 ? 128 + static_cast<unsigned>(number % 128) : static_cast<unsigned>(number);
}

void resolve_sets(const Source& source, const std::map<std::string, int64_t>& values, Interface& interface, Diagnostics& diagnostics) {
    for (const Word& word : source.set_words) {
        const std::vector<std::string> parts = split(word.arguments);
        if (word.name != "constants" || parts.size() < 2) {
            diagnostics.error(2, word.place, "'" + word.name + "_' needs a name and constants", "write constants_(name, A, B, …);");
            continue;
        }
        ConstantSet set{parts[0], {}, word.place};
        for (size_t i = 1; i < parts.size(); i++)
            if (const auto found = values.find(parts[i]); found != values.end()) set.constants.emplace_back(parts[i], found->second);
        interface.sets[parts[0]] = set;
    }
}

void resolve_convention(const Function& function, Call& call, Diagnostics& diagnostics) {
    const Word* word = find(function.words, "result");
    const std::string kind = word ? split(word->arguments).at(0) : function.result.kind == TypeKind::pointer ? "pointer" : "errno";
    static const std::map<std::string, Convention> kinds = {{"errno", Convention::errno_}, {"status", Convention::status},
        {"pointer", Convention::pointer}, {"truth", Convention::truth}, {"errno_returned", Convention::errno_returned}, {"raw", Convention::raw}};
    const auto found = kinds.find(kind);
    if (found == kinds.end()) {
        diagnostics.error(2, word->place, "'" + kind + "' is no result convention", "errno, status, pointer, truth, errno_returned or raw");
        return;
    }
    call.convention = found->second;
    if (word && split(word->arguments).size() == 2) call.result_argument = split(word->arguments)[1];
    if ((call.convention == Convention::pointer) != (function.result.kind == TypeKind::pointer))
        diagnostics.error(4, function.place, function.name + "() returns " + function.result.spelling + " by the convention '" + kind + "'", "result_(pointer) is for functions that return pointers, and only for them");
    if (!call.result_argument.empty() && std::none_of(function.parameters.begin(), function.parameters.end(), [&](const Parameter& p) { return p.name == call.result_argument; }))
        diagnostics.error(102, word->place, "the result '" + call.result_argument + "' names no parameter of " + function.name + "()", "name the parameter that success returns");
    if (function.result.kind == TypeKind::record || function.result.kind == TypeKind::variant || function.result.kind == TypeKind::floating)
        diagnostics.error(110, function.place, function.name + "() returns " + function.result.spelling, "return a status, and the value through an out_() parameter");
    if (function.result.unportable)
        diagnostics.error(109, function.place, function.name + "() returns '" + function.result.spelling + "', whose size is not the same everywhere", "return an int or a long");
}

void add_errors(const Function& function, const std::map<std::string, int64_t>& values, Call& call, Diagnostics& diagnostics) {
    for (const auto& [error, sentence] : comment_of(function.comment).errors) {
        call.errors.emplace_back(error, sentence);
        if (error.empty() || error[0] != 'E' || !values.count(error))
            diagnostics.error(201, function.place, "'" + error + "', which " + function.name + "() documents, is no error number", "write @retval with a name of <errno.h>, then a sentence");
        else if (sentence.empty())
            diagnostics.error(201, function.place, "nothing says when " + function.name + "() fails with " + error, "write a sentence behind @retval " + error);
    }
}

void resolve_number(const Function& function, const std::map<std::string, int64_t>& values, Call& call, Diagnostics& diagnostics) {
    const Word* word = find(function.words, "call");
    if (!word) {
        if (!call.local)
            diagnostics.error(6, function.place, function.name + "() has no number", "write call_(n) with the next free number, or local_ if Future answers it itself");
        return;
    }
    const auto found = values.find(word->arguments);
    if (found == values.end()) return;
    if (found->second < 0 || found->second > 255)
        diagnostics.error(13, word->place, "call number " + word->arguments + " is out of range", "numbers are 0 to 255");
    call.number = static_cast<unsigned>(found->second);
}

void resolve_blocking(const Function& function, Call& call, Diagnostics& diagnostics) {
    const Word* word = find(function.words, "blocks_on");
    if (!word) return;
    const std::vector<std::string> parts = split(word->arguments);
    call.may_block = call.cancellation_point = true;
    if (parts.size() != 2) return;
    for (size_t i = 0; i < call.arguments.size(); i++)
        if (call.arguments[i].name == parts[0] && call.arguments[i].descriptor) call.wait_argument = static_cast<int>(i);
    call.wait_out = parts[1] == "out";
    if (call.wait_argument < 0)
        diagnostics.error(102, word->place, "'" + parts[0] + "' names no descriptor of " + function.name + "()", "name a parameter that has fd_");
    if (parts[1] != "in" && parts[1] != "out")
        diagnostics.error(2, word->place, "'" + parts[1] + "' is no event", "in: it can be read; out: it can be written");
}

Call resolve_call(const Source& source, const Interface& interface, const Function& function,
                  const std::map<std::string, int64_t>& values, Diagnostics& diagnostics) {
    const std::vector<Word>& words = function.words;
    Call call;
    call.function = function.name;
    call.name = short_name(interface.name, function.name);
    call.result = function.result;
    call.place = function.place;
    call.from_system = function.from_system;
    call.declaration = function.declaration;
    call.comment = function.comment;
    call.words = spelled(words);
    call.handled = has(words, "handled"), call.local = has(words, "local"), call.internal = has(words, "internal");
    call.oneway = has(words, "oneway"), call.removed = has(words, "removed"), call.may_block = has(words, "may_block");
    call.cancellation_point = call.may_block || has(words, "cancellation_point");
    call.idempotent = has(words, "idempotent"), call.restart = has(words, "restart"), call.affine = has(words, "affine");
    call.serial = has(words, "serial"), call.descriptor = has(words, "fd");
    check_words(words, false, diagnostics);
    if (const Word* word = find(words, "since")) call.since = word->arguments;
    if (const Word* word = find(words, "deprecated")) call.deprecated = word->arguments;
    if (const Word* word = find(words, "needs")) call.needs = split(word->arguments);
    if (const Word* word = find(words, "case_of")) {
        const std::vector<std::string> parts = split(word->arguments);
        if (!parts.empty()) call.front = parts[0];
        if (parts.size() == 2) call.selector = parts[1];
        if (std::none_of(source.functions.begin(), source.functions.end(), [&](const Function& f) { return f.name == call.front && f.variadic; }))
            diagnostics.error(102, word->place, "'" + call.front + "' is no variadic function of this file", "declare it, `...` and all, before its cases");
    }
    resolve_number(function, values, call, diagnostics);
    resolve_convention(function, call, diagnostics);
    for (const Parameter& parameter : function.parameters) {
        check_words(parameter.words, true, diagnostics);
        if (!call.local) call.arguments.push_back(resolve_argument(function, parameter, values, diagnostics));
        if (parameter.name.empty() && !call.local)
            diagnostics.error(6, parameter.place, "a parameter of " + function.name + "() has no name", "the name is part of the message and of the documentation");
    }
    add_errors(function, values, call, diagnostics);
    int more = 0;
    for (Argument& a : call.arguments)
        if (a.role == Role::reply) a.reply_word = more++;
    resolve_blocking(function, call, diagnostics);
    const Word* other = find(words, "syscall");
    call.syscall = other ? other->arguments : call.front.empty() ? function.name : call.front;
    if (const auto found = values.find("SYS_" + call.syscall); found != values.end()) call.syscall_number = found->second;
    return call;
}

void resolve_fronts(const Source& source, const std::map<std::string, int64_t>& values, Interface& interface, Diagnostics& diagnostics) {
    for (const Function& function : source.functions) {
        if (!function.variadic) continue;
        Front front{function.name, function, {}};
        size_t cases = 0;
        for (const Call& call : interface.calls) cases += call.front == function.name;
        for (Call& call : interface.calls) {
            if (call.front != function.name) continue;
            if (cases == 1) call.name = function.name;
            add_errors(function, values, call, diagnostics);
            front.cases.push_back(&call);
        }
        if (cases == 0)
            diagnostics.error(111, function.place, function.name + "() is variadic and has no cases", "declare each use as a function of its own with case_of_(" + function.name + ", …)");
        interface.fronts.push_back(std::move(front));
    }
}

}  // namespace

std::vector<Expression> expressions_of(const Source& source) {
    std::vector<Expression> all;
    const auto parameter = [](const Function& f, const std::string& name) {
        return std::any_of(f.parameters.begin(), f.parameters.end(), [&](const Parameter& p) { return p.name == name; });
    };
    for (const Word& word : source.set_words) {
        const std::vector<std::string> parts = split(word.arguments);
        for (size_t i = 1; i < parts.size(); i++) all.push_back({parts[i], word.place});
    }
    for (const Function& function : source.functions) {
        std::string name = function.name;
        for (const auto& [error, sentence] : comment_of(function.comment).errors) all.push_back({error, function.place, true});
        for (const Word& word : function.words) {
            if (word.name == "call" && !word.arguments.empty()) all.push_back({word.arguments, word.place});
            if (word.name == "syscall") name = word.arguments;
            if (word.name == "case_of" && !split(word.arguments).empty()) name = split(word.arguments)[0];
            if (word.name == "needs")
                for (const std::string& need : split(word.arguments)) all.push_back({"SYS_" + need, word.place});
        }
        all.push_back({"SYS_" + name, function.place, true, "SYS_" + name});
        for (const Parameter& p : function.parameters) {
            for (const Word& word : p.words) {
                std::vector<std::string> parts = split(word.arguments);
                if (word.name == "string" || word.name == "inline") parts.resize(std::min<size_t>(parts.size(), 1));
                else if (word.name == "in" || word.name == "out" || word.name == "inout") {
                    const auto bytes = value_of(word, "bytes"), count = value_of(word, "count");
                    const std::string text = bytes ? *bytes : count.value_or("");
                    parts.clear();
                    if (!text.empty() && !parameter(function, text)) all.push_back({text, word.place, true});
                } else if (word.name != "range" && word.name != "fd_or") parts.clear();
                for (const std::string& part : parts) all.push_back({part, word.place});
            }
        }
    }
    return all;
}

Interface resolve(const Source& source, const std::map<std::string, int64_t>& values, Diagnostics& diagnostics) {
    Interface interface;
    interface.path = source.path;
    interface.file = source.path.substr(source.path.rfind('/') + 1);
    interface.types = source.types;
    interface.includes = source.includes;
    resolve_interface(source, interface, diagnostics);
    resolve_sets(source, values, interface, diagnostics);
    for (const Function& function : source.functions)
        if (!function.variadic) interface.calls.push_back(resolve_call(source, interface, function, values, diagnostics));
    resolve_fronts(source, values, interface, diagnostics);
    for (Call& call : interface.calls) call.method = call.name;
    return interface;
}

}  // namespace gen
