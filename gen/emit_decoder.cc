// SPDX-License-Identifier: MIT
// <if>_decoder.{h,cc}: the interface as tables (idl/trace/tables.h), for trace, for fuzzing, for the loader's check of notes.
#include <set>

#include "emit.h"

namespace gen {
namespace {

bool counts_another(const Call& call, const Argument& a) {
    for (const Argument& other : call.arguments)
        if (other.size.parameter == a.name) return true;
    return false;
}

std::string kind_of(const Call& call, const Argument& a) {
    switch (a.role) {
    case Role::descriptor: return "descriptor";
    case Role::string: return "string";
    case Role::vector: return "vector";
    case Role::text: return "text";
    case Role::data: return "data";
    case Role::bulk: case Role::object: return "address";
    default: break;
    }
    if (!a.set.empty()) return a.is_flags ? "flags" : "choice";
    return counts_another(call, a) ? "size" : "scalar";
}

int index_of(const Call& call, const std::string& name) {
    int index = 0;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) continue;
        if (a.name == name) return index;
        index++;
    }
    return -1;
}

std::string field(const Call& call, const Argument& a) {
    static const char* const directions[] = {"in", "out", "inout"};
    uint64_t bytes = a.maximum;
    if (a.role == Role::object) bytes = a.size.given ? a.size.constant * a.size.unit : a.type.pointee->bytes;
    const bool constants = !a.set.empty() || !a.fd_or.empty();
    const std::string list = !a.set.empty() ? "k_" + a.set : "k_" + call.name + "_" + a.name;
    return fill("    {\"@name@\", FieldKind::@kind@, FieldDirection::@direction@, @signed@, @redact@, @word@, @bit@, @width@, @size@, @unit@, @bytes@, @least@, @most@, @constants@},\n",
                {{"name", a.name}, {"kind", kind_of(call, a)}, {"direction", directions[static_cast<int>(a.direction)]},
                 {"signed", a.type.kind == TypeKind::sint ? "true" : "false"}, {"redact", a.redact ? "true" : "false"},
                 {"word", std::to_string(is_inline(a) ? a.bit : a.bit / 64)}, {"bit", std::to_string(is_inline(a) ? 0 : a.bit % 64)},
                 {"width", std::to_string(is_inline(a) ? 0 : a.width)}, {"size", std::to_string(index_of(call, a.size.parameter))},
                 {"unit", std::to_string(a.size.unit)}, {"bytes", std::to_string(bytes)},
                 {"least", a.range ? a.range->least_text : "1"}, {"most", a.range ? a.range->most_text : "0"},
                 {"constants", constants ? list + ", std::size(" + list + ")" : "nullptr, 0"}});
}

std::string set_table(const ConstantSet& set) {
    std::string list;
    for (const auto& [name, value] : set.constants) list += "    {\"" + name + "\", " + name + "},\n";
    return fill("[[maybe_unused]] constexpr ConstantInfo k_@name@[] = {\n@list@};\n", {{"name", set.name}, {"list", list}});
}

// What execute answers of itself (emit_execute.cc) is named by the words that have it checked.
std::set<std::string> errors_of(const Call& call) {
    std::set<std::string> names = {"E2BIG"};
    for (const auto& [error, when] : call.errors) names.insert(error);
    if (call.may_block) names.insert("EINTR");
    if (call.descriptor) names.insert("EMFILE");
    for (const Argument& a : call.arguments) {
        if (a.type.pointee && !is_inline(a) && a.role != Role::reply) names.insert("EFAULT");
        if (a.role == Role::string) names.insert("ENAMETOOLONG");
        if (a.range || (!a.set.empty() && !a.unknown_pass) || a.role == Role::data || a.role == Role::vector) names.insert("EINVAL");
        if (a.role == Role::descriptor || (a.descriptor && a.direction != Direction::out)) names.insert("EBADF");
        if (a.descriptor && a.role == Role::object && a.direction != Direction::in) names.insert("EMFILE");
    }
    return names;
}

std::string call_arrays(const Call& call) {
    std::string extra, fields, layouts, syscalls;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) continue;
        fields += field(call, a);
        if (!a.fd_or.empty()) extra += fill("constexpr ConstantInfo k_@call@_@name@[] = {{\"@fd_or@\", @fd_or@}};\n", {{"call", call.name}, {"name", a.name}, {"fd_or", a.fd_or}});
    }
    for (const Prefix& p : call.history) layouts += (layouts.empty() ? "" : ", ") + fill("{@words@, @layout@ull}", {{"words", std::to_string(p.data_words)}, {"layout", hex(p.layout)}});
    if (call.pass_through()) syscalls = "SYS_" + call.syscall;
    for (const std::string& need : call.needs) syscalls += (syscalls.empty() ? "SYS_" : ", SYS_") + need;
    std::string text = extra;
    if (!fields.empty()) text += fill("constexpr FieldInfo @name@_fields[] = {\n@fields@};\n", {{"name", call.name}, {"fields", fields}});
    text += fill("constexpr LayoutInfo @name@_layouts[] = {@layouts@};\n", {{"name", call.name}, {"layouts", layouts}});
    std::string errors;
    for (const std::string& error : errors_of(call)) errors += (errors.empty() ? "" : ", ") + error;
    text += fill("constexpr int @name@_errors[] = {@list@};\n", {{"name", call.name}, {"list", errors}});
    if (!syscalls.empty()) text += fill("constexpr int64_t @name@_syscalls[] = {@list@};\n", {{"name", call.name}, {"list", syscalls}});
    return text;
}

std::string call_entry(const Interface& interface, const Call& call) {
    unsigned fields = 0;
    for (const Argument& a : call.arguments) fields += a.role != Role::reply;
    const bool syscalls = call.pass_through() || !call.needs.empty();
    const bool pointer = call.convention == Convention::pointer && call.result_argument.empty();
    return fill("    {@PREFIX@_TYPE, \"@shown@\", @data@, @pointers@, @fields@, @layouts@, std::size(@layouts@), @oneway@, @fd@, @pointer@, @syscalls@, @errors@},\n",
                {{"PREFIX", upper(prefix_of(interface, call))}, {"shown", call.front.empty() ? call.name : call.front},
                 {"data", std::to_string(call.data_words)}, {"pointers", std::to_string(call.pointer_words)},
                 {"fields", fields ? call.name + "_fields, std::size(" + call.name + "_fields)" : "nullptr, 0"}, {"layouts", call.name + "_layouts"},
                 {"oneway", call.oneway ? "true" : "false"}, {"fd", call.descriptor ? "true" : "false"}, {"pointer", pointer ? "true" : "false"},
                 {"syscalls", syscalls ? call.name + "_syscalls, std::size(" + call.name + "_syscalls)" : "nullptr, 0"},
                 {"errors", call.name + "_errors, std::size(" + call.name + "_errors)"}});
}

}  // namespace

std::string emit_decoder_header(const Interface& interface) {
    return fill(R"(// SPDX-License-Identifier: MIT
// Generated by future-gen from @file@: interface @name@ as tables.
#pragma once

#include "idl/trace/tables.h"

namespace future::@name@ {
extern const InterfaceTable table;
}
)", {{"file", interface.file}, {"name", interface.name}});
}

std::string emit_decoder(const Interface& interface) {
    std::string includes, sets, arrays, entries;
    for (const std::string& include : interface.includes) includes += include + "\n";
    for (const auto& [name, set] : interface.sets) sets += set_table(set);
    for (const Call& call : interface.calls)
        if (call.sent()) arrays += call_arrays(call), entries += call_entry(interface, call);
    return fill(R"(// SPDX-License-Identifier: MIT
// Generated by future-gen from @file@: interface @name@ as tables.
#include "@name@_decoder.h"

@includes@
#include <cerrno>
#include <iterator>
#include <sys/syscall.h>

#include "@name@_wire.h"

namespace future::@name@ {
namespace {

@sets@@arrays@constexpr CallTable kCalls[] = {
@entries@};

}  // namespace

constinit const InterfaceTable table = {"@name@", @IF@_INTERFACE_ID, @IF@_SLOT, kCalls, std::size(kCalls)};

}  // namespace future::@name@
)", {{"file", interface.file}, {"name", interface.name}, {"IF", upper(interface.name)}, {"includes", includes}, {"sets", sets}, {"arrays", arrays}, {"entries", entries}});
}

}  // namespace gen
