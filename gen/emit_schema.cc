// SPDX-License-Identifier: MIT
// The Cap'n Proto schema: what lays the messages out, and, committed, the lock of the protocol.
#include "emit.h"

#include <algorithm>

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

// As meaning.h's Member has it.
static std::string scalar_text(const Type& type) {
    static const std::map<TypeKind, const char*> letters = {
        {TypeKind::boolean, "b"}, {TypeKind::sint, "i"}, {TypeKind::uint, "u"}, {TypeKind::floating, "f"}, {TypeKind::pointer, "p"}};
    const auto letter = letters.find(type.kind);
    return letter == letters.end() ? "" : letter->second + std::to_string(type.bytes);
}

// "open_flags = 0x7f", "origins = 0 1 2": what a program may pass, not only what the set is called.
static std::string set_text(const Interface& interface, const Argument& a) {
    const auto set = interface.sets.find(a.set);
    std::string text = a.set + " =";
    uint64_t bits = 0;
    if (set == interface.sets.end()) return a.set;
    for (const auto& [name, value] : set->second.constants) {
        bits |= static_cast<uint64_t>(value);
        if (!a.is_flags) text += " " + std::to_string(value);
    }
    if (a.is_flags) text += " 0x" + hex(bits).substr(std::min<size_t>(17, hex(bits).find_first_not_of("0x")));
    return text + (a.unknown_pass ? ", pass" : "");
}

static std::string role_words(const Interface& interface, const Argument& a) {
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
    if (a.range) words += (words.empty() ? "" : " ") + std::string("range(") + std::to_string(a.range->least) + ", " + std::to_string(a.range->most) + ")";
    if (!a.set.empty()) words += (words.empty() ? "" : " ") + std::string(a.is_flags ? "flags(" : "one_of(") + set_text(interface, a) + ")";
    return words;
}

static std::string annotation(const char* name, const std::string& text) {
    return text.empty() ? "" : std::string(" $") + name + "(" + quoted(text) + ")";
}

static std::string emit_struct(const Interface& interface, const Call& call) {
    std::string prefixes, fields, replies;
    for (const Prefix& p : call.history)
        prefixes += (prefixes.empty() ? "" : " ") + std::to_string(p.data_words) + "/" + std::to_string(p.pointer_words) + ":" + hex(p.layout).substr(2);
    unsigned ordinal = 0;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) {
            replies += (replies.empty() ? "" : " ") + a.name + ":" + scalar_text(*a.type.pointee);
            continue;
        }
        const std::string layout = (a.role == Role::object || a.role == Role::bulk) && !is_raw_bytes(a) ? a.type.pointee->layout : "";
        fields += fill("  @name@ @at@@ordinal@ :@type@@words@@layout@;\n",
                       {{"name", camel(a.name)}, {"at", "@"}, {"ordinal", std::to_string(ordinal++)}, {"type", capnp_type(a)},
                        {"words", annotation("words", role_words(interface, a))}, {"layout", layout.empty() ? "" : "\n     " + annotation("layout", layout)}});
    }
    return fill("\nstruct @Name@ $number(@number@) $prefixes(\"@prefixes@\")\n   @words@@returns@@replies@ {\n@fields@}\n",
                {{"Name", title(call.name)}, {"number", std::to_string(call.number)}, {"prefixes", prefixes},
                 {"words", annotation("words", call.words)}, {"fields", fields}, {"returns", annotation("returns", scalar_text(call.result))},
                 {"replies", annotation("replies", replies)}});
}

std::string emit_schema(const Interface& interface) {
    std::string text = fill(R"(# SPDX-License-Identifier: MIT
# The requests of interface @name@ (slot @slot@), from @file@. The committed copy is the protocol's lock: `future-gen lock` writes it.
@at@@id@;

annotation number @at@@number_id@ (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @at@@prefixes_id@ (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @at@@words_id@ (struct, field) :Text;   # what the interface header says
annotation returns @at@@returns_id@ (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @at@@replies_id@ (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @at@@layout_id@ (field) :Text;       # what the pointer points to: {size/alignment member:type@at@byte ...}

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
                             {"words_id", hex(interface.id ^ 3)}, {"returns_id", hex(interface.id ^ 4)},
                             {"replies_id", hex(interface.id ^ 5)}, {"layout_id", hex(interface.id ^ 6)}});
    for (const Call& call : interface.calls)
        if (call.sent()) text += emit_struct(interface, call);
    return text;
}

}  // namespace gen
