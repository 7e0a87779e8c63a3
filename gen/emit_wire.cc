// SPDX-License-Identifier: MIT
// <if>_wire.h: requests as plain values, encoded and decoded at the fixed offsets that capnp gave. Freestanding C and C++.
#include "emit.h"

namespace gen {

std::string wire_type(const Argument& a) {
    if (by_address(a)) return "uint64_t";
    const std::string bits = std::to_string(a.type.bytes * 8);
    switch (a.type.kind) {
    case TypeKind::boolean: return "bool";
    case TypeKind::sint: return "int" + bits + "_t";
    case TypeKind::floating: return a.type.bytes == 4 ? "float" : "double";
    case TypeKind::pointer: return "uint64_t";
    default: return "uint" + bits + "_t";
    }
}

namespace {

std::string struct_fields(const Call& call) {
    std::string text;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) continue;
        if (is_inline(a)) text += "\tconst char *" + a.name + ";\n\tuint32_t " + a.name + "_bytes;\n";
        else text += "\t" + wire_type(a) + " " + a.name + ";" + (by_address(a) ? " /* program address */" : "") + "\n";
    }
    return text.empty() ? "\tuint32_t nothing;\n" : text;
}

std::string encode_field(const Argument& a) {
    const Values values = {{"name", a.name}, {"word", std::to_string(3 + a.bit / 64)}, {"shift", std::to_string(a.bit % 64)},
                           {"unsigned", "uint" + std::to_string(a.width < 8 ? 8 : a.width) + "_t"}, {"bits", std::to_string(a.width)}};
    if (a.type.kind == TypeKind::floating && !by_address(a))
        return fill("\t{ @unsigned@ bits; __builtin_memcpy(&bits, &request->@name@, sizeof bits); message[@word@] |= (uint64_t)bits << @shift@; }\n", values);
    return fill("\tmessage[@word@] |= (uint64_t)(@unsigned@)request->@name@ << @shift@;\n", values);
}

std::string decode_field(const Argument& a) {
    const Values values = {{"name", a.name}, {"word", std::to_string(a.bit / 64)}, {"shift", std::to_string(a.bit % 64)},
                           {"type", wire_type(a)}, {"unsigned", "uint" + std::to_string(a.width < 8 ? 8 : a.width) + "_t"}};
    if (a.width == 1) return fill("\trequest->@name@ = data[@word@] >> @shift@ & 1;\n", values);
    if (a.type.kind == TypeKind::floating && !by_address(a))
        return fill("\t{ @unsigned@ bits = (@unsigned@)(data[@word@] >> @shift@); __builtin_memcpy(&request->@name@, &bits, sizeof bits); }\n", values);
    return fill("\trequest->@name@ = (@type@)(@unsigned@)(data[@word@] >> @shift@);\n", values);
}

// Bits of a data word that no field claims must be 0: a newer program's field may lie there.
std::string check_padding(const Call& call) {
    std::vector<uint64_t> used(call.data_words, 0);
    for (const Argument& a : call.arguments)
        if (a.role != Role::reply && !is_inline(a)) used[a.bit / 64] |= (a.width == 64 ? ~0ull : ((1ull << a.width) - 1) << a.bit % 64);
    std::string text;
    for (size_t i = 0; i < used.size(); i++)
        if (~used[i]) text += fill("\tif (data[@i@] & @mask@ull)\n\t\treturn WIRE_BODY_NEWER;\n", {{"i", std::to_string(i)}, {"mask", hex(~used[i])}});
    return text;
}

unsigned inline_words(const Call& call) {
    unsigned words = 0;
    for (const Argument& a : call.arguments)
        if (is_inline(a)) words += static_cast<unsigned>((a.maximum + (a.role == Role::text) + 7) / 8);
    return words;
}

std::string encode(const Call& call, const Values& values) {
    std::string body, pointers;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) continue;
        if (!is_inline(a)) body += encode_field(a);
        else
            pointers += fill("\tcontent += wire_body_put_bytes(message + WIRE_HEADER_WORDS, @at@, content, request->@name@,\n"
                             "\t\t\t\t       request->@name@_bytes < @maximum@ ? request->@name@_bytes : @maximum@, @text@);\n",
                             {{"at", std::to_string(1 + call.data_words + a.bit)}, {"name", a.name}, {"maximum", std::to_string(a.maximum)},
                              {"text", a.role == Role::text ? "true" : "false"}});
    }
    Values all = values;
    all.emplace_back("fields", body);
    all.emplace_back("pointers", pointers);
    all.emplace_back("content", call.pointer_words ? fill("\tuint32_t content = @n@;\n", {{"n", std::to_string(1 + call.data_words + call.pointer_words)}}) : "");
    all.emplace_back("size", call.pointer_words ? "(WIRE_HEADER_WORDS + content) * 8" : fill("@PREFIX@_SIZE", values));
    all.emplace_back("unused", body.empty() && pointers.empty() ? "\t(void)request;\n" : "");
    return fill(R"(/* Writes the body behind the header of a local message, zero to the end of its last line; returns the message's size. */
static inline uint32_t @prefix@_encode(uint64_t message[@PREFIX@_WORDS], const struct @prefix@_request *request)
{
@content@	uint32_t word;

@unused@	for (word = WIRE_HEADER_WORDS; word < @PREFIX@_WORDS; word++)
		message[word] = 0;
	message[2] = wire_root_pointer(@data@, @pointer_words@);
@fields@@pointers@	return @size@;
}

)", all);
}

std::string decode(const Call& call, const Values& values) {
    std::string fields, texts;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) continue;
        if (!is_inline(a)) fields += decode_field(a);
        else
            texts += fill("\tif (status == WIRE_BODY_GOOD)\n\t\tstatus = wire_body_bytes(body, words, @index@, @text@, @maximum@, &request->@name@, &request->@name@_bytes);\n",
                          {{"index", std::to_string(a.bit)}, {"text", a.role == Role::text ? "true" : "false"}, {"maximum", std::to_string(a.maximum)}, {"name", a.name}});
    }
    uint64_t older = 0;
    for (const Prefix& p : call.history)
        if (p.data_words < call.data_words) older |= 1ull << p.data_words;
    Values all = values;
    all.emplace_back("fields", fields + check_padding(call));
    all.emplace_back("texts", texts);
    all.emplace_back("older", hex(older));
    all.emplace_back("count", std::to_string(call.data_words ? call.data_words : 1));
    all.emplace_back("nothing", fields.empty() && texts.empty() ? "\trequest->nothing = 0;\n" : "");
    return fill(R"(/* Reads a private copy of a body of `words` words; an enum wire_body_status. */
static inline int @prefix@_decode(const uint64_t *body, uint32_t words, struct @prefix@_request *request)
{
	uint64_t data[@count@];
	int status = wire_body_data(body, words, data, @data@, @pointer_words@, @older@ull);

	if (status != WIRE_BODY_GOOD)
		return status;
@nothing@@fields@@texts@	return status;
}

)", all);
}

std::string emit_reply(const Call& call, const Values& values) {
    std::string fields, encode, decode;
    for (const Argument& a : call.arguments) {
        if (a.role != Role::reply) continue;
        Argument value = a;
        value.type = *a.type.pointee;
        const Values names = {{"name", a.name}, {"word", std::to_string(a.reply_word)}, {"type", wire_type(value)}};
        fields += fill("\t@type@ @name@;\n", names);
        encode += fill("\treply->more[@word@] = (uint64_t)in->@name@;\n", names);
        decode += fill("\tout->@name@ = (@type@)reply->more[@word@];\n", names);
    }
    if (fields.empty()) return "";
    Values all = values;
    all.emplace_back("fields", fields);
    all.emplace_back("encode", encode);
    all.emplace_back("decode", decode);
    return fill(R"(/* What its reply's more words hold; result and error are set by their own names. */
struct @prefix@_reply {
@fields@};
static inline void @prefix@_reply_encode(struct wire_reply *reply, const struct @prefix@_reply *in)
{
@encode@}
static inline void @prefix@_reply_decode(const struct wire_reply *reply, struct @prefix@_reply *out)
{
@decode@}

)", all);
}

std::string emit_call(const Interface& interface, const Call& call) {
    const unsigned fixed = 1 + call.data_words + call.pointer_words;
    const unsigned size = std::max(24u, (2 + fixed) * 8);
    const unsigned most = (2 + fixed + inline_words(call)) * 8;
    const unsigned lines = (std::max(size, most) + 63) / 64;
    const Values values = {{"prefix", prefix_of(interface, call)}, {"PREFIX", upper(prefix_of(interface, call))}, {"IF", upper(interface.name)},
                           {"function", call.function}, {"number", std::to_string(call.number)}, {"data", std::to_string(call.data_words)},
                           {"pointer_words", std::to_string(call.pointer_words)}, {"layout", hex(call.layout)},
                           {"size", std::to_string(size)}, {"words", std::to_string(lines * 8)}, {"struct_fields", struct_fields(call)},
                           {"size_name", call.pointer_words ? "SIZE_LEAST" : "SIZE"}};
    return fill(R"(/* ---- @function@ ---- */
enum {
	@PREFIX@_NUMBER = @number@,
	@PREFIX@_TYPE = @IF@_SLOT << 8 | @PREFIX@_NUMBER,
	@PREFIX@_DATA_WORDS = @data@,
	@PREFIX@_@size_name@ = @size@, /* of the message, header included */
	@PREFIX@_WORDS = @words@, /* of a local message: whole lines */
};
#define @PREFIX@_LAYOUT @layout@ull
WIRE_ASSERT(@PREFIX@_WORDS * 8 <= (int)WIRE_MESSAGE_MAX && @PREFIX@_WORDS % (int)WIRE_LINE_WORDS == 0);
WIRE_ASSERT(@PREFIX@_@size_name@ >= (int)WIRE_MESSAGE_MIN && @PREFIX@_@size_name@ <= @PREFIX@_WORDS * 8);

struct @prefix@_request {
@struct_fields@};

)", values) + encode(call, values) + decode(call, values) + emit_reply(call, values);
}

}  // namespace

std::string emit_wire(const Interface& interface) {
    std::string calls;
    for (const Call& call : interface.calls)
        if (call.sent()) calls += emit_call(interface, call);
    return fill(R"(/* SPDX-License-Identifier: MIT */
/* Generated by future-gen from @file@: the messages of interface @name@ at the offsets that capnp gave them. */
#ifndef FUTURE_GENERATED_@IF@_WIRE_H
#define FUTURE_GENERATED_@IF@_WIRE_H

#include "idl/wire/body.h"

#define @IF@_INTERFACE_ID @id@ull
enum { @IF@_SLOT = @slot@ };

@enums@@calls@#endif
)", {{"file", interface.file}, {"name", interface.name}, {"IF", upper(interface.name)}, {"id", hex(interface.id)},
     {"slot", std::to_string(interface.slot)}, {"enums", emit_enums(interface)}, {"calls", calls}});
}

}  // namespace gen
