// SPDX-License-Identifier: MIT
#include "sides.h"

#include <algorithm>

namespace edits {
namespace {

constexpr int kBuffer = 24;  // bytes of a buffer

const Parameter* with_id(const Call& call, int id) {
    for (const Parameter& p : call.parameters)
        if (p.id == id) return &p;
    return nullptr;
}

const Call& with_number(const std::vector<Call>& calls, int number) {
    return *std::find_if(calls.begin(), calls.end(), [&](const Call& call) { return call.number == number; });
}

bool has_member(const Parameter* p, int id) {
    return p && std::any_of(p->members.begin(), p->members.end(), [&](const Member& member) { return member.id == id; });
}

std::string tag_of(const Call& call, const Parameter& p) { return "tc" + std::to_string(call.number) + "_" + std::to_string(p.id); }
// As long as the program may pass.
std::string text_of(const Call& call, const Parameter& p) { return std::string(static_cast<size_t>(p.maximum - 1), static_cast<char>('a' + (call.number + p.id) % 26)); }
std::string fill_of(const Call& call, const Parameter& p) { return std::to_string(1 + (call.number + p.id) % 100); }

// What a program passes for a number, whatever it may be by now on the other side: a range that became none, say.
std::string passed_as(const Call& call, const Parameter& p) {
    return p.kind == Kind::number ? literal(call, p.id, p.type) : std::to_string(number_of(call, p));
}

// Each element of the member, with `action` of its name: "a->x[1]".
std::string each_element(const std::string& object, const Member& member, const std::string& before, const std::string& behind) {
    std::string text;
    for (int i = 0; i < std::max(1, member.count); i++)
        text += before + object + member.name + (member.count ? "[" + std::to_string(i) + "]" : "") + behind;
    return text;
}

// ---- the program ----

struct Pieces {
    std::string prepare, arguments, check;
};

void pass(const Call& call, const Parameter& p, const Parameter* theirs, Pieces& out) {
    const std::string name = "a" + std::to_string(p.id);
    const auto argument = [&](const std::string& text) { out.arguments += (out.arguments.empty() ? "" : ", ") + text; };
    const bool shared = theirs != nullptr;
    switch (p.kind) {
    case Kind::number: case Kind::range: case Kind::flags: case Kind::one_of: argument(shared ? passed_as(call, p) : "0"); break;
    case Kind::text: argument("put(\"" + text_of(call, p) + "\")"); break;
    case Kind::inline_data: argument("\"" + text_of(call, p) + "\", " + std::to_string(p.maximum)); break;
    case Kind::structure:
        out.prepare += "\tstruct " + tag_of(call, p) + " *" + name + " = place(sizeof *" + name + ");\n";
        for (const Member& member : p.members) {
            if (p.direction != "out") out.prepare += each_element(name + "->", member, "\t", " = " + literal(call, member.id, member.type) + ";\n");
            if (p.direction != "in" && has_member(theirs, member.id))
                out.check += each_element(name + "->", member, "\tEXPECT(", " == " + literal(call, member.id + 1, member.type) + ");\n");
        }
        argument(name);
        break;
    case Kind::buffer: {
        const std::string size = shared ? std::to_string(kBuffer) : "0";
        out.prepare += "\tunsigned char *" + name + " = place(" + std::to_string(kBuffer) + ");\n\tmemset(" + name + ", " + fill_of(call, p) + ", " + std::to_string(kBuffer) + ");\n";
        if (p.direction == "out" && shared) out.check += "\tEXPECT(" + name + "[0] == 200 && " + name + "[" + std::to_string(kBuffer - 1) + "] == 200);\n";
        argument(name + ", " + size);
        break;
    }
    case Kind::reply:
        out.prepare += "\t" + p.type + " " + name + " = 0;\n";
        if (shared) out.check += "\tEXPECT(" + name + " == " + literal(call, p.id, p.type) + ");\n";
        argument("&" + name);
        break;
    }
}

std::string call_text(const Call& call, const Call& theirs, bool may_be_refused) {
    Pieces pieces;
    for (const Parameter& p : call.parameters) pass(call, p, with_id(theirs, p.id), pieces);
    const bool by_number = call.convention == "errno_returned";
    const std::string good = by_number ? "returned == 0" : "returned == " + literal(call, 0, call.returns);
    std::string text = "static void call" + std::to_string(call.number) + "(void)\n{\n" + pieces.prepare;
    text += "\t" + call.returns + " returned;\n\n\terrno = 0;\n\treturned = c" + std::to_string(call.number) + "(" + pieces.arguments + ");\n";
    text += "\tEXPECT(guards_are_whole());\n";
    if (may_be_refused)
        text += std::string("\tif (") + (by_number ? "returned" : "errno") + ")\n\t\treturn;\n";
    return text + "\tEXPECT(" + good + ");\n" + pieces.check + "}\n\n";
}

const char* const kProgram = R"(#include "edits.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The program's memory: each object lies in a field of 0x5a. */
unsigned char arena[1 << 16];
static size_t used;
static struct { size_t begin, end; } objects[16];
static unsigned object_count, failures, at;

static void *place(size_t bytes)
{
	void *object;

	used = (used + 64 + 15) & ~(size_t)15;
	object = arena + used;
	objects[object_count].begin = used;
	objects[object_count++].end = used + bytes;
	used += bytes;
	return object;
}

static const char *put(const char *text) { return strcpy(place(strlen(text) + 1), text); }

static int guards_are_whole(void)
{
	unsigned i;
	size_t byte = 0;

	for (i = 0; i <= object_count; i++) {
		size_t end = i < object_count ? objects[i].begin : used + 64;

		for (; byte < end; byte++)
			if (arena[byte] != 0x5a)
				return 0;
		byte = i < object_count ? objects[i].end : end;
	}
	return 1;
}

#define EXPECT(what) do { if (!(what)) failures++, printf("c%u: the program: not %s\n", at, #what); } while (0)

)";

// ---- the proxy ----

std::string method_text(const Call& call, const Call& theirs) {
    std::string list, body;
    const auto expect = [&](const std::string& what) { body += "        EXPECT(" + std::to_string(call.number) + ", " + what + ");\n"; };
    for (const Parameter& p : call.parameters) {
        const Parameter* other = with_id(theirs, p.id);
        const std::string& name = p.name;
        const auto argument = [&](const std::string& text) { list += ", " + text; };
        switch (p.kind) {
        case Kind::number: argument(p.type + " " + name), expect(name + " == " + (other ? passed_as(theirs, *other) : "0")); break;
        case Kind::range: case Kind::one_of: case Kind::flags:
            argument((p.kind == Kind::flags ? "unsigned " : "int ") + name);
            expect("(int)" + name + " == " + (other ? passed_as(theirs, *other) : "0"));
            break;
        case Kind::text: argument("std::string_view " + name), expect(name + " == \"" + (other ? text_of(theirs, *other) : "") + "\""); break;
        case Kind::inline_data:
            argument("std::span<const std::byte> " + name + ", size_t n_" + name);
            if (!other) break;
            expect(name + ".size() == " + std::to_string(other->maximum) + " && n_" + name + " == " + name + ".size()");
            expect("std::memcmp(" + name + ".data(), \"" + text_of(theirs, *other) + "\", " + name + ".size()) == 0");
            break;
        case Kind::structure:
            argument((p.direction == "in" ? "const struct " : "struct ") + tag_of(call, p) + "& " + name);
            for (const Member& member : p.members) {
                if (p.direction != "out" && has_member(other, member.id))
                    body += each_element(name + ".", member, "        EXPECT(" + std::to_string(call.number) + ", ", " == " + literal(call, member.id, member.type) + ");\n");
                if (p.direction != "in") body += each_element(name + ".", member, "        ", " = " + literal(call, member.id + 1, member.type) + ";\n");
            }
            break;
        case Kind::buffer: {
            const bool out = p.direction == "out";
            argument(std::string("std::span<") + (out ? "" : "const ") + "std::byte> " + name + ", size_t n_" + name);
            expect(name + ".size() == " + (other ? std::to_string(kBuffer) : "0") + " && n_" + name + " == " + name + ".size()");
            if (out) body += "        for (std::byte& byte : " + name + ") byte = std::byte{200};\n";
            else body += "        for (const std::byte& byte : " + name + ") EXPECT(" + std::to_string(call.number) + ", byte == std::byte{" + fill_of(call, p) + "});\n";
            break;
        }
        case Kind::reply:
            argument(p.type + "& " + name);
            body += "        " + name + " = " + literal(call, p.id, p.type) + ";\n";
            break;
        }
    }
    const bool by_number = call.convention == "errno_returned";
    return "    c" + std::to_string(call.number) + "_result c" + std::to_string(call.number) + "(future::caller&" + list + ") override {\n" + body +
           "        return " + (by_number ? "{}" : literal(call, 0, call.returns)) + ";\n    }\n";
}

const char* const kProxy = R"(#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

#include "edits_handler.h"
#include "future/call.h"

static unsigned failures;
extern "C" unsigned proxy_failures(void) { return failures; }
extern "C" unsigned char arena[1 << 16];

#define EXPECT(call, ...) do { if (!(__VA_ARGS__)) failures++, std::printf("c%u: the proxy: not %s\n", call, #__VA_ARGS__); } while (0)

namespace {

class Edits final : public future::edits::Handler {
public:
)";

const char* const kLoop = R"(};
Edits handler;

class LoopCaller : public future::caller {
public:
    LoopCaller() : caller(future::guest_memory(reinterpret_cast<std::byte*>(arena), reinterpret_cast<uint64_t>(arena), sizeof arena), 1, 1000) {}
};

}  // namespace

extern "C" void future_call(uint64_t* message, uint16_t type, uint32_t size, wire_reply* reply) {
    LoopCaller from;
    const future::Interface served = future::edits::serve(handler);
    for (const future::CallInfo& call : std::span(served.info->calls, served.info->call_count))
        if (call.type == type) call.execute(served.handler, from, message + WIRE_HEADER_WORDS, size / 8 - WIRE_HEADER_WORDS, *reply);
}
extern "C" void future_call_cancellable(uint64_t* message, uint16_t type, uint32_t size, wire_reply* reply) { future_call(message, type, size, reply); }
)";

}  // namespace

std::string program_of(const std::vector<Call>& mine, const std::vector<Call>& theirs, bool may_be_refused) {
    std::string text = kProgram, calls;
    for (const Call& call : mine) {
        text += call_text(call, with_number(theirs, call.number), may_be_refused);
        calls += "\tmemset(arena, 0x5a, sizeof arena), used = object_count = 0, at = " + std::to_string(call.number) + ";\n\tcall" + std::to_string(call.number) + "();\n";
    }
    return text + "unsigned proxy_failures(void);\n\nint main(void)\n{\n" + calls + "\treturn failures + proxy_failures() != 0;\n}\n";
}

std::string proxy_of(const std::vector<Call>& mine, const std::vector<Call>& theirs) {
    std::string text = kProxy;
    for (const Call& call : mine) text += method_text(call, with_number(theirs, call.number));
    return text + kLoop;
}

}  // namespace edits
