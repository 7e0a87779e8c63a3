// SPDX-License-Identifier: MIT
// The Cap'n Proto schema: what lays the messages out, and, committed, the lock of the protocol.
#include "emit.h"

namespace gen {

std::string prefix_of(const Interface& interface, const Call& call) { return interface.name + "_" + call.name; }
bool by_address(const Argument& a) {
    return a.role == Role::string || a.role == Role::bulk || a.role == Role::object || a.role == Role::vector;
}
bool is_inline(const Argument& a) { return a.role == Role::text || a.role == Role::data; }

bool is_raw_bytes(const Argument& a) {
    return a.type.pointee->kind == TypeKind::none || (a.size.given && a.size.unit == 1 && a.type.pointee->bytes > 1);
}

static std::string capnp_type(const Argument& a) {
    if (a.role == Role::text) return "Text";
    if (a.role == Role::data) return "Data";
    if (by_address(a)) return "UInt64";
    const std::string bits = std::to_string(a.type.bytes * 8);
    switch (a.type.kind) {
    case TypeKind::boolean: return "Bool";
    case TypeKind::sint: return "Int" + bits;
    case TypeKind::floating: return "Float" + bits;
    default: return "UInt" + bits;
    }
}

static std::string role_words(const Argument& a) {
    static const char* const directions[] = {"in", "out", "inout"};
    const std::string direction = directions[static_cast<int>(a.direction)];
    const std::string size = a.size.parameter.empty() ? std::to_string(a.size.given ? a.size.constant : 1) : a.size.parameter;
    std::string words;
    switch (a.role) {
    case Role::string: words = "string(" + std::to_string(a.maximum) + ")"; break;
    case Role::bulk: words = direction + "(" + size + (a.size.unit > 1 ? " * " + std::to_string(a.size.unit) : "") + ")"; break;
    case Role::object: words = direction + "(" + size + " * " + std::to_string(is_raw_bytes(a) ? 1 : a.type.pointee->bytes) + ")"; break;
    case Role::vector: words = "iovec(" + size + ", " + direction + ")"; break;
    case Role::text: case Role::data: words = "inline(" + std::to_string(a.maximum) + ")"; break;
    default: break;
    }
    if (a.descriptor) words += (words.empty() ? "" : " ") + std::string(a.fd_or.empty() ? "fd" : "fd_or(" + a.fd_or + ")");
    if (a.range) words += (words.empty() ? "" : " ") + std::string("range(") + a.range->least_text + ", " + a.range->most_text + ")";
    if (!a.set.empty()) words += (words.empty() ? "" : " ") + std::string(a.is_flags ? "flags(" : "one_of(") + a.set + ")";
    return words;
}

static std::string emit_struct(const Call& call) {
    std::string prefixes, fields, replies;
    for (const Prefix& p : call.history)
        prefixes += (prefixes.empty() ? "" : " ") + std::to_string(p.data_words) + "/" + std::to_string(p.pointer_words) + ":" + hex(p.layout).substr(2);
    unsigned ordinal = 0;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) {
            replies += fill("  # reply more@word@: @name@\n", {{"word", std::to_string(a.reply_word)}, {"name", a.name}});
            continue;
        }
        const std::string words = role_words(a);
        fields += fill("  @name@ @at@@ordinal@ :@type@@words@;\n",
                       {{"name", camel(a.name)}, {"at", "@"}, {"ordinal", std::to_string(ordinal++)}, {"type", capnp_type(a)},
                        {"words", words.empty() ? "" : " $words(" + quoted(words) + ")"}});
    }
    return fill("\nstruct @Name@ $number(@number@) $prefixes(\"@prefixes@\")\n    $words(@words@) {\n@fields@@replies@}\n",
                {{"Name", title(call.name)}, {"number", std::to_string(call.number)}, {"prefixes", prefixes},
                 {"words", quoted(call.words)}, {"fields", fields}, {"replies", replies}});
}

std::string emit_schema(const Interface& interface) {
    std::string text = fill(R"(# SPDX-License-Identifier: MIT
# The requests of interface @name@ (slot @slot@), from @file@. The committed copy is the protocol's lock: `future-gen lock` writes it.
@at@@id@;

annotation number @at@@number_id@ (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @at@@prefixes_id@ (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @at@@words_id@ (struct, field) :Text;   # what the interface header says

struct Reply {
  result @at@0 :Int64;
  error @at@1 :Int32;
  more0 @at@2 :UInt64;
  more1 @at@3 :UInt64;
  more2 @at@4 :UInt64;
}
)",
                            {{"at", "@"}, {"name", interface.name}, {"slot", std::to_string(interface.slot)}, {"file", interface.file},
                             {"id", hex(interface.id)}, {"number_id", hex(interface.id ^ 1)}, {"prefixes_id", hex(interface.id ^ 2)},
                             {"words_id", hex(interface.id ^ 3)}});
    for (const Call& call : interface.calls)
        if (call.sent()) text += emit_struct(call);
    return text;
}

}  // namespace gen
