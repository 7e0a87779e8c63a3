// SPDX-License-Identifier: MIT
// Prints requests and replies by an interface's tables. Safe for any body: it reads what the body has.
#include "future/trace.h"

#include <algorithm>
#include <bit>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

#include "idl/wire/body.h"

namespace future {
namespace {

std::string number(const char* format, uint64_t value) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string signed_value(const FieldInfo& field, uint64_t value) {
    const unsigned unused = 64 - field.width;
    if (!field.is_signed || field.width == 0) return number("%" PRIu64, value);
    return std::to_string(static_cast<int64_t>(value << unused) >> unused);
}

std::string quote(const std::string& text) {
    std::string out = "\"";
    for (const unsigned char c : text) {
        if (c == '"' || c == '\\') out += '\\', out += static_cast<char>(c);
        else if (c == '\n') out += "\\n";
        else if (c < ' ' || c == 127) out += "\\x" + number("%02" PRIx64, c);
        else out += static_cast<char>(c);
    }
    return out + "\"";
}

bool is_constant(const FieldInfo& field, const ConstantInfo& constant, uint64_t value) {
    const uint64_t mask = field.width == 64 ? ~0ull : (1ull << field.width) - 1;
    return ((static_cast<uint64_t>(constant.value) ^ value) & mask) == 0;
}

// Constants of many bits first, so that O_SYNC is not O_DSYNC and something.
std::string flags(const FieldInfo& field, uint64_t value) {
    std::string text;
    uint64_t rest = value;
    for (int bits = 64; bits > 0; bits--)
        for (int i = 0; i < field.constant_count; i++) {
            const uint64_t constant = static_cast<uint64_t>(field.constants[i].value);
            if (std::popcount(constant) != bits || (rest & constant) != constant) continue;
            text += (text.empty() ? "" : "|") + std::string(field.constants[i].name);
            rest &= ~constant;
        }
    if (rest) text += (text.empty() ? "" : "|") + number("%#" PRIx64, rest);
    if (!text.empty()) return text;
    for (int i = 0; i < field.constant_count; i++)
        if (field.constants[i].value == 0) return field.constants[i].name;
    return "0";
}

std::string address(const CallTable& call, const FieldInfo& field, uint64_t value, const uint64_t* body, uint32_t words) {
    if (value == 0) return "NULL";
    uint64_t bytes = field.bytes;
    if (field.size_field >= 0) bytes = read_field(call.fields[field.size_field], body, words) * field.unit;
    return number("%#" PRIx64, value) + number("+%#" PRIx64, bytes);
}

std::string inline_bytes(const FieldInfo& field, const uint64_t* body, uint32_t words) {
    const char* bytes;
    uint32_t length;
    if (words == 0 || 1 + wire_body_data_words(body) + wire_body_pointer_words(body) > words ||
        wire_body_bytes(body, words, field.word, field.kind == FieldKind::text, static_cast<uint32_t>(field.bytes), &bytes, &length) != WIRE_BODY_GOOD)
        return "<malformed>";
    return quote(std::string(bytes, length));
}

std::string format_field(const CallTable& call, const FieldInfo& field, const uint64_t* body, uint32_t words, const FetchString& fetch) {
    if (field.redact) return "<redacted>";
    if (field.kind == FieldKind::text || field.kind == FieldKind::data) return inline_bytes(field, body, words);
    const uint64_t value = read_field(field, body, words);
    std::string text;
    switch (field.kind) {
        case FieldKind::flags: return flags(field, value);
        case FieldKind::choice:
        case FieldKind::descriptor:
            for (int i = 0; i < field.constant_count; i++)
                if (is_constant(field, field.constants[i], value)) return field.constants[i].name;
            return signed_value(field, value);
        case FieldKind::string:
            if (value && fetch && fetch(value, field.bytes, text)) return quote(text);
            return value ? number("%#" PRIx64, value) : "NULL";
        case FieldKind::address:
        case FieldKind::vector: return address(call, field, value, body, words);
        default: return signed_value(field, value);
    }
}

constexpr const char* kUnnamed = "  <- warning: the declaration does not name this error (@retval)";

}  // namespace

const CallTable* find_call(const InterfaceTable& table, uint16_t type) {
    for (uint16_t i = 0; i < table.call_count; i++)
        if (table.calls[i].type == type) return &table.calls[i];
    return nullptr;
}

uint64_t read_field(const FieldInfo& field, const uint64_t* body, uint32_t words) {
    if (words == 0 || field.width == 0 || field.word >= wire_body_data_words(body) || 1u + field.word >= words) return 0;
    const uint64_t value = body[1 + field.word] >> field.bit;
    return field.width == 64 ? value : value & ((1ull << field.width) - 1);
}

bool write_field(const FieldInfo& field, uint64_t* body, uint32_t words, uint64_t value) {
    if (words == 0 || field.width == 0 || 1u + field.word >= words) return false;
    const uint64_t mask = (field.width == 64 ? ~0ull : (1ull << field.width) - 1) << field.bit;
    body[1 + field.word] = (body[1 + field.word] & ~mask) | (value << field.bit & mask);
    return true;
}

std::string format_request(const CallTable& call, const uint64_t* body, uint32_t words, const FetchString& fetch) {
    std::string list;
    for (uint16_t i = 0; i < call.field_count; i++)
        list += (i ? ", " : "") + format_field(call, call.fields[i], body, words, fetch);
    return std::string(call.name) + "(" + list + ")";
}

std::string format_reply(const CallTable& call, const wire_reply& reply) {
    if (call.oneway) return "";
    if (reply.error) {
        const char* name = strerrorname_np(reply.error);
        const std::span<const int> named(call.errors, call.error_count);
        const bool is_named = std::find(named.begin(), named.end(), reply.error) != named.end();
        return std::string(" = -1 ") + (name ? name : "E" + std::to_string(reply.error)) + " (" + std::strerror(reply.error) + ")" +
               (is_named ? "" : kUnnamed);
    }
    return " = " + (call.result_is_pointer ? number("%#" PRIx64, static_cast<uint64_t>(reply.result)) : std::to_string(reply.result));
}

}  // namespace future
