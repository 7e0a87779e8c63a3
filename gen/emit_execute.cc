// SPDX-License-Identifier: MIT
// The body of one execute function: decode, check, copy, then the system call or the handler's method.
#include "emit.h"

namespace gen {
namespace {

struct Parts {
    std::string checks;  // before anything is done
    std::string copies;  // private copies and ranges
    std::string after;   // once the call has succeeded
    std::string system;  // arguments of the raw system call
    std::string method;  // arguments of the handler's method
};

std::string check_value(const Interface& interface, const Argument& a) {
    const Values values = {{"name", a.name}, {"fd_or", a.fd_or}, {"least", a.range ? a.range->least_text : ""}, {"most", a.range ? a.range->most_text : ""}};
    std::string text;
    if (a.role == Role::descriptor && a.fd_or.empty())
        text += fill("    if (!from.owns_descriptor(request.@name@)) return fail(reply, EBADF);\n", values);
    else if (a.role == Role::descriptor)
        text += fill("    if (request.@name@ != @fd_or@ && !from.owns_descriptor(request.@name@)) return fail(reply, EBADF);\n", values);
    if (a.range) text += fill("    if (!within(request.@name@, @least@, @most@)) return fail(reply, EINVAL);\n", values);
    if (a.set.empty() || a.unknown_pass) return text;
    std::string list;
    for (const auto& [name, value] : interface.sets.at(a.set).constants)
        list += a.is_flags ? (list.empty() ? "" : " | ") + name : (list.empty() ? "" : " && ") + ("request." + a.name + " != " + name);
    if (a.is_flags) return text + fill("    if (request.@name@ & ~(@list@)) return fail(reply, EINVAL);\n", {{"name", a.name}, {"list", list}});
    return text + fill("    if (@list@) return fail(reply, EINVAL);\n", {{"list", list}});
}

void add_string(const Argument& a, Parts& parts) {
    parts.copies += fill(R"(    char @name@_here[@maximum@];
    const int @name@_length = from.memory().copy_string(request.@name@, @name@_here, sizeof @name@_here);
    if (@name@_length < 0) return fail(reply, -@name@_length);
)", {{"name", a.name}, {"maximum", std::to_string(a.maximum)}});
    parts.system += ", word(" + a.name + "_here)";
    parts.method += ", std::string_view(" + a.name + "_here, static_cast<size_t>(" + a.name + "_length))";
}

void add_bulk(const Argument& a, Parts& parts) {
    const std::string length = "static_cast<uint64_t>(request." + a.size.parameter + ")" + (a.size.unit > 1 ? " * " + std::to_string(a.size.unit) : "");
    parts.copies += fill(R"(    std::byte* const @name@_here = from.memory().@access@(request.@name@, @length@);
    if (!@name@_here) return fail(reply, EFAULT);
)", {{"name", a.name}, {"length", length}, {"access", a.direction == Direction::in ? "readable" : "writable"}});
    parts.system += ", word(" + a.name + "_here)";
    parts.method += ", std::span(" + std::string(a.direction == Direction::in ? "static_cast<const std::byte*>(" + a.name + "_here)" : a.name + "_here") + ", " + length + ")";
}

void add_vector(const Argument& a, Parts& parts) {
    parts.copies += fill(R"(    iovec @name@_here[IOV_MAX];
    if (const int error = copy_vectors(from.memory(), Buffer::@direction@, request.@name@, request.@count@, @name@_here)) return fail(reply, error);
)", {{"name", a.name}, {"count", a.size.parameter}, {"direction", a.direction == Direction::in ? "in" : "out"}});
    parts.system += ", word(" + a.name + "_here)";
    parts.method += ", std::span<const iovec>(" + a.name + "_here, static_cast<size_t>(request." + a.size.parameter + "))";
}

void add_object(const Argument& a, Parts& parts) {
    const bool bytes = is_raw_bytes(a);
    const bool array = bytes || a.size.constant > 0;
    const std::string count = std::to_string(a.size.constant);
    const Values values = {{"name", a.name}, {"type", bytes ? "std::byte" : a.type.pointee->spelling}, {"array", array ? "[" + count + "]" : ""},
                           {"pointer", array ? a.name + "_here" : "&" + a.name + "_here"}, {"fds", array ? a.name + "_here" : "&" + a.name + "_here"}, {"count", array ? count : "1"}};
    parts.copies += fill("    @type@ @name@_here@array@ = {};\n", values);
    if (a.direction != Direction::out)
        parts.copies += fill("    if (from.memory().copy_in(@pointer@, request.@name@, sizeof @name@_here) != 0) return fail(reply, EFAULT);\n", values);
    if (a.direction != Direction::in)
        parts.copies += fill("    if (!from.memory().writable(request.@name@, sizeof @name@_here)) return fail(reply, EFAULT);\n", values);
    if (a.descriptor && a.direction != Direction::out)
        parts.copies += fill("    if (!owns_all(from, @fds@, @count@)) return fail(reply, EBADF);\n", values);
    if (a.descriptor && a.direction != Direction::in)
        parts.after += fill("    if (!admit_all(from, @fds@, @count@)) return fail(reply, EMFILE);\n", values);
    if (a.direction != Direction::in)
        parts.after += fill("    if (from.memory().copy_out(request.@name@, @pointer@, sizeof @name@_here) != 0) return fail(reply, EFAULT);\n", values);
    parts.system += fill(", word(@pointer@)", values);
    parts.method += ", " + a.name + "_here";
}

void add_argument(const Interface& interface, const Argument& a, Parts& parts) {
    parts.checks += check_value(interface, a);
    switch (a.role) {
    case Role::string: add_string(a, parts); break;
    case Role::bulk: add_bulk(a, parts); break;
    case Role::vector: add_vector(a, parts); break;
    case Role::object: add_object(a, parts); break;
    case Role::text:
    case Role::data:
        if (a.role == Role::data)
            parts.checks += fill("    if (request.@size@ != request.@name@_bytes) return fail(reply, EINVAL);\n", {{"size", a.size.parameter}, {"name", a.name}});
        parts.system += ", word(request." + a.name + ")";
        parts.method += a.role == Role::text ? fill(", std::string_view(request.@n@, request.@n@_bytes)", {{"n", a.name}})
                                             : fill(", std::as_bytes(std::span(request.@n@, request.@n@_bytes))", {{"n", a.name}});
        break;
    case Role::reply:
        parts.copies += fill("    @type@ @name@_here = {};\n", {{"type", a.type.pointee->spelling}, {"name", a.name}});
        parts.after += fill("    reply.more[@word@] = static_cast<uint64_t>(@name@_here);\n", {{"word", std::to_string(a.reply_word)}, {"name", a.name}});
        parts.system += ", word(&" + a.name + "_here)";
        parts.method += ", " + a.name + "_here";
        break;
    default:
        parts.system += ", static_cast<long>(request." + a.name + ")";
        parts.method += ", static_cast<" + a.type.spelling + ">(request." + a.name + ")";
    }
}

std::string finish_system(const Call& call, const Parts& parts) {
    std::string text = fill("    @const@long value = from.syscall(SYS_@syscall@@arguments@);\n",
                            {{"const", call.descriptor ? "" : "const "}, {"syscall", call.syscall}, {"arguments", parts.system}});
    if (call.descriptor) text += "    if (value >= 0) value = from.admit_descriptor(value);\n";
    if (!parts.after.empty()) text += "    if (failed(value)) return finish(reply, value);\n" + parts.after;
    if (call.convention == Convention::raw)
        return text + "    if (value == -caller::would_block) return Outcome::would_block;\n    reply.result = value;\n    return Outcome::reply;\n";
    return text + "    return finish(reply, value);\n";
}

std::string finish_method(const Call& call, const Parts& parts) {
    const Values values = {{"method", call.method}, {"arguments", parts.method}};
    if (call.oneway) return fill("    static_cast<Handler*>(handler)->@method@(from@arguments@);\n    return Outcome::reply;\n", values);
    std::string text = fill("    const auto returned = static_cast<Handler*>(handler)->@method@(from@arguments@);\n", values);
    if (call.descriptor) return text + "    if (!returned.ok()) return finish(reply, returned);\n" + parts.after + "    return finish(reply, from.admit_descriptor(returned.value()));\n";
    if (!parts.after.empty()) text += "    if (!returned.ok()) return finish(reply, returned);\n" + parts.after;
    return text + "    return finish(reply, returned);\n";
}

}  // namespace

std::string execute_body(const Interface& interface, const Call& call) {
    Parts parts;
    for (const Argument& a : call.arguments) add_argument(interface, a, parts);
    return fill(R"(Outcome execute_@name@(@handler@, @from@, const uint64_t* body, uint32_t words, wire_reply& reply) {
    @prefix@_request request;
    if (const int status = @prefix@_decode(body, words, &request)) return undecoded(reply, status);
    reply = {};
@checks@@copies@@finish@}

)", {{"name", call.name}, {"prefix", prefix_of(interface, call)}, {"handler", call.handled ? "void* handler" : "void*"},
     {"from", "caller& from"}, {"checks", parts.checks}, {"copies", parts.copies},
     {"finish", call.handled ? finish_method(call, parts) : finish_system(call, parts)}});
}

}  // namespace gen
