// SPDX-License-Identifier: MIT
// <if>_client.c: one C function for each call, with exactly the declared name; the fronts of variadic functions.
#include "emit.h"

namespace gen {
namespace {

std::string emit_note(const Interface& interface, const Call& call) {
    const std::string shown = interface.name + "." + call.name;
    std::string name = shown.substr(0, 31);
    return fill(R"(FUTURE_NOTE(@prefix@, "@number_type@", "@data@", "@layout@", "@name@", "@pad@")
)", {{"prefix", prefix_of(interface, call)}, {"number_type", std::to_string(interface.slot << 8 | call.number)}, {"data", std::to_string(call.data_words)},
     {"layout", hex(call.layout)}, {"name", name}, {"pad", std::to_string(32 - name.size())}});
}

std::string initialisers(const Call& call) {
    std::string text;
    for (const Argument& a : call.arguments) {
        if (a.role == Role::reply) continue;
        std::string value = by_address(a) ? "(uint64_t)" + a.name : a.name;
        text += "\t\t." + a.name + " = " + value + ",\n";
        if (a.role == Role::text) text += "\t\t." + a.name + "_bytes = future_text_bytes(" + a.name + ", " + std::to_string(a.maximum) + "),\n";
        if (a.role == Role::data) text += "\t\t." + a.name + "_bytes = future_data_bytes(" + a.size.parameter + ", " + std::to_string(a.maximum) + "),\n";
    }
    return text.empty() ? "\t\t.nothing = 0,\n" : text;
}

std::string result_lines(const Call& call) {
    std::string text;
    for (const Argument& a : call.arguments)
        if (a.role == Role::reply)
            text += fill("\tif (!reply_.error)\n\t\t*@name@ = (@type@)reply_.more[@word@];\n",
                         {{"name", a.name}, {"type", a.type.pointee->spelling}, {"word", std::to_string(a.reply_word)}});
    const std::string type = call.result.spelling;
    switch (call.convention) {
    case Convention::raw: return text + "\treturn (" + type + ")reply_.result;\n";
    case Convention::errno_returned: return text + "\treturn (" + type + ")reply_.error;\n";
    case Convention::pointer:
        return text + "\tif (reply_.error) {\n\t\terrno = reply_.error;\n\t\treturn 0;\n\t}\n\treturn (" + type + ")" +
               (call.result_argument.empty() ? "(uintptr_t)reply_.result" : call.result_argument) + ";\n";
    default:
        return text + "\tif (reply_.error) {\n\t\terrno = reply_.error;\n\t\treturn (" + type + ")" +
               (call.convention == Convention::truth ? "0" : "-1") + ";\n\t}\n\treturn (" + type + ")reply_.result;\n";
    }
}

std::string call_function(const Call& call) { return call.cancellation_point ? "future_call_cancellable" : "future_call"; }

std::string emit_stub(const Interface& interface, const Call& call) {
    const Values values = {{"declaration", (call.front.empty() ? "" : "static ") + call.declaration}, {"prefix", prefix_of(interface, call)},
                           {"PREFIX", upper(prefix_of(interface, call))}, {"initialisers", initialisers(call)},
                           {"result", call.oneway ? "" : result_lines(call)}, {"note", emit_note(interface, call)},
                           {"reply", call.oneway ? "" : "\tstruct wire_reply reply_;\n"},
                           {"send", call_function(call) + "(message_, " + upper(prefix_of(interface, call)) + "_TYPE, size_, &reply_)"}};
    std::string text = fill(R"(@note@@declaration@
{
	uint64_t message_[@PREFIX@_WORDS];
	const struct @prefix@_request request_ = {
@initialisers@	};
@reply@	uint32_t size_ = @prefix@_encode(message_, &request_);

	FUTURE_KEEP_NOTE(@prefix@);
)", values);
    text += call.oneway ? "\tfuture_post(message_, " + upper(prefix_of(interface, call)) + "_TYPE, size_);\n" : fill("\t@send@;\n@result@", values);
    return text + "}\n\n";
}

// `...` carries the promoted type: a mode_t of 2 bytes would come as an int.
std::string promoted(const Type& type) {
    if (type.kind == TypeKind::floating) return "double";
    return type.kind != TypeKind::pointer && type.bytes < 4 ? "int" : type.spelling;
}

std::string emit_case(const Interface& interface, const Front& front, const Call& call) {
    const size_t named = front.function.parameters.size();
    std::string locals, list, condition;
    for (size_t i = 0; i < call.arguments.size(); i++) {
        const Argument& a = call.arguments[i];
        if (i >= named) {
            const std::string taken = "(" + a.type.spelling + ")va_arg(rest_, " + promoted(a.type) + ")";
            locals += "\t\t" + a.type.spelling + " " + a.name + " = " + (a.when.empty() ? taken : "(" + a.when + ") ? " + taken + " : 0") + ";\n";
        }
        list += (i ? ", " : "") + (i < named ? front.function.parameters[i].name : a.name);
    }
    if (!call.selector.empty())
        for (const Argument& a : call.arguments)
            if (a.name == call.selector)
                for (const auto& [name, value] : interface.sets.at(a.set).constants)
                    condition += (condition.empty() ? "" : " || ") + call.selector + " == " + name;
    return fill("\t@if@{\n@locals@\n\t\tresult_ = @function@(@list@);\n\t}", {{"if", condition.empty() ? "" : "if (" + condition + ") "}, {"locals", locals}, {"function", call.function}, {"list", list}});
}

std::string emit_front(const Interface& interface, const Front& front) {
    std::string cases;
    bool otherwise = true;
    for (const Call* call : front.cases) {
        cases += (cases.empty() ? "" : " else ") + (cases.empty() ? emit_case(interface, front, *call) : emit_case(interface, front, *call).substr(1));
        otherwise &= !call->selector.empty();
    }
    return fill(R"(@declaration@
{
	va_list rest_;
	@type@ result_;

	va_start(rest_, @last@);
@cases@@otherwise@
	va_end(rest_);
	return result_;
}

)", {{"declaration", front.function.declaration}, {"type", front.function.result.spelling}, {"last", front.function.parameters.back().name},
     {"cases", cases}, {"otherwise", otherwise ? " else {\n\t\terrno = EINVAL;\n\t\tresult_ = -1;\n\t}" : ""}});
}

}  // namespace

std::string emit_client(const Interface& interface) {
    std::string stubs;
    bool inline_bytes = false;
    for (const Call& call : interface.calls) {
        if (!call.delegated()) continue;
        stubs += emit_stub(interface, call);
        for (const Argument& a : call.arguments) inline_bytes |= is_inline(a);
    }
    for (const Front& front : interface.fronts) stubs += emit_front(interface, front);
    std::string text = R"(/* SPDX-License-Identifier: MIT */
/* Generated by future-gen from @file@: the stubs by which a program's calls of interface @name@ are delegated. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>

#include "@name@.h"
#include "@name@_wire.h"
#include "future/call.h"
#include "idl/wire/note.h"

/*
 * Each stub has a note (idl/wire/note.h) that says what it sends. The note lies in a section group of its own, else the
 * linker keeps it always; the stub's relocation keeps it exactly when the stub is linked.
 */
#define FUTURE_NOTE(call, type, words, layout, name, pad)                                                              \
	__asm__(".pushsection .note.future.call." #call ",\"aG\",@note,future.call." #call ",comdat\n"                 \
		".p2align 2\nfuture_note_" #call ":\n.long 7, 56, 2\n.asciz \"" FUTURE_NOTE_OWNER "\"\n.p2align 2\n"      \
		".quad @id@\n.2byte " type ", " words "\n.long 0\n.quad " layout "\n"                              \
		".ascii \"" name "\"\n.zero " pad "\n.popsection");
#define FUTURE_KEEP_NOTE(call) __asm__ volatile(".reloc ., R_X86_64_NONE, future_note_" #call)
WIRE_ASSERT(FUTURE_NOTE_CALL == 2 && FUTURE_NOTE_NAME_BYTES == 32 && sizeof(FUTURE_NOTE_OWNER) == 7);

)";
    if (inline_bytes)
        text += R"(static inline uint32_t future_data_bytes(uint64_t bytes, uint32_t maximum) { return bytes < maximum ? (uint32_t)bytes : maximum; }
static inline uint32_t future_text_bytes(const char *text, uint32_t maximum)
{
	uint32_t bytes = 0;

	while (bytes < maximum && text[bytes])
		bytes++;
	return bytes;
}

)";
    const size_t note = text.find("@note");
    text.replace(note, 5, "@at@note");
    return fill(text, {{"file", interface.file}, {"name", interface.name}, {"id", hex(interface.id)}, {"at", "@"}}) + stubs;
}

}  // namespace gen
