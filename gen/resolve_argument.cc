// SPDX-License-Identifier: MIT
// What one parameter means: its role, direction and bounds.
#include "annotation.h"
#include "resolve.h"

namespace gen {
namespace {

struct Context {
    const Function& function;
    const Parameter& parameter;
    const std::map<std::string, int64_t>& values;
    Diagnostics& diagnostics;
    void error(int number, const Place& place, const std::string& text, const std::string& hint) const {
        diagnostics.error(number, place, text, hint);
    }
    std::string name() const { return "'" + parameter.name + "' of " + function.name + "()"; }
};

const Parameter* parameter_named(const Function& function, const std::string& name) {
    for (const Parameter& parameter : function.parameters)
        if (parameter.name == name) return &parameter;
    return nullptr;
}

// bytes=count, count=2: a parameter or a constant.
void resolve_size(const Context& c, const Word& word, Argument& a) {
    const auto bytes = value_of(word, "bytes"), count = value_of(word, "count");
    if (!bytes && !count) {
        if (!word.arguments.empty())
            c.error(2, word.place, "'" + word.arguments + "' is no size", "write bytes=parameter or count=parameter");
        return;
    }
    const std::string text = bytes ? *bytes : *count;
    const bool known = a.type.pointee && a.type.pointee->bytes > 0;
    a.size.given = true;
    a.size.unit = count && known ? a.type.pointee->bytes : 1;
    if (parameter_named(c.function, text)) {
        a.size.parameter = text;
    } else if (const auto found = c.values.find(text); found != c.values.end() && found->second > 0) {
        a.size.constant = static_cast<uint64_t>(found->second);
    } else {
        c.error(102, word.place, "the size '" + text + "' names no parameter of " + c.function.name + "() and no constant",
                "name the parameter that counts the buffer's bytes or elements");
    }
}

void resolve_pointed(const Context& c, Argument& a, const Word& word, Direction direction) {
    a.direction = direction;
    resolve_size(c, word, a);
    const bool fixed = a.size.parameter.empty();
    a.role = fixed ? Role::object : Role::bulk;
    const Type& to = *a.type.pointee;
    if (direction != Direction::in && to.is_const)
        c.error(105, word.place, c.name() + " is written but points to const", "drop the const, or make it in_(…)");
    if (to.kind == TypeKind::function)
        c.error(112, a.place, c.name() + " is a callback", "Linux cannot call into a program; let the program ask in a loop");
    else if (fixed && !(a.size.given && a.size.constant == 0) && ((to.kind == TypeKind::none && !a.size.given) || to.incomplete))
        c.error(101, word.place, c.name() + " has no size", "say how much: " + word.name + "_(bytes=parameter)");
    if (!to.undescribed.empty() || to.kind == TypeKind::pointer)
        c.error(108, a.place, c.name() + " holds a pointer" + (to.undescribed.empty() ? "" : " ('" + to.undescribed + "')") + " that no word describes",
                "pass its members as parameters of their own; iovec arrays have iovec_()");
    if (has(c.parameter.words, "reply")) {
        a.role = Role::reply;
        const bool integer = to.kind == TypeKind::sint || to.kind == TypeKind::uint || to.kind == TypeKind::boolean;
        if (direction != Direction::out || !fixed || to.bytes > 8 || !integer || a.size.given)
            c.error(3, find(c.parameter.words, "reply")->place, "only an out_() integer of at most 8 bytes fits in a reply",
                    "drop reply_: the value is then written in place");
    }
}

void resolve_string(const Context& c, Argument& a, const Word& word, bool is_inline) {
    const std::vector<std::string> parts = split(word.arguments);
    const bool counted = parts.size() == 2;
    a.role = !is_inline ? Role::string : counted ? Role::data : Role::text;
    const bool is_char = a.type.pointee->bytes == 1 && a.type.pointee->kind == TypeKind::sint;
    if ((!counted && !is_char) || !a.type.pointee->is_const)
        c.error(3, word.place, "'" + word.name + "_' needs a const char *, and " + c.name() + " is " + a.type.spelling,
                "for a buffer write in_(bytes=…) or out_(bytes=…)");
    if (parts.empty()) {
        c.error(106, word.place, c.name() + " has no maximum", "say the largest size with its NUL: string_(PATH_MAX)");
        return;
    }
    if (const auto found = c.values.find(parts[0]); found != c.values.end()) a.maximum = static_cast<uint64_t>(found->second);
    if (a.maximum == 0 || a.maximum > (is_inline ? 3584u : 65536u))
        c.error(13, word.place, "the maximum " + parts[0] + " is out of range", is_inline ? "a message holds at most 3584 inline bytes" : "between 1 and 65536");
    if (!counted) return;
    a.size = {parts[1], 0, 1, true};
    if (!parameter_named(c.function, parts[1]))
        c.error(102, word.place, "the size '" + parts[1] + "' names no parameter of " + c.function.name + "()", "name the parameter that counts the bytes");
}

void resolve_vector(const Context& c, Argument& a, const Word& word) {
    const std::vector<std::string> parts = split(word.arguments);
    a.role = Role::vector;
    if (parts.size() != 2) return;
    a.size = {parts[0], 0, 16, true};
    a.direction = parts[1] == "out" ? Direction::out : Direction::in;
    if (parts[1] != "in" && parts[1] != "out")
        c.error(2, word.place, "'" + parts[1] + "' is no direction", "in: the program's data is read; out: it is written");
    if (!parameter_named(c.function, parts[0]))
        c.error(102, word.place, "the size '" + parts[0] + "' names no parameter of " + c.function.name + "()", "name the parameter that counts the elements");
    if (a.type.pointee->spelling.find("struct iovec") == std::string::npos)
        c.error(3, word.place, "'iovec_' needs a const struct iovec *, and " + c.name() + " is " + a.type.spelling, "for a buffer write in_ or out_");
}

void resolve_pointer(const Context& c, Argument& a) {
    const std::vector<Word>& words = c.parameter.words;
    int described = 0;
    for (const char* name : {"in", "out", "inout", "string", "inline", "iovec"}) described += has(words, name);
    if (described > 1)
        c.error(4, a.place, c.name() + " is described twice: " + spelled(words), "keep one of in_, out_, inout_, string_, inline_, iovec_");
    const auto with = [&](const char* name) { return find(words, name); };
    if (with("in")) resolve_pointed(c, a, *with("in"), Direction::in);
    else if (with("out")) resolve_pointed(c, a, *with("out"), Direction::out);
    else if (with("inout")) resolve_pointed(c, a, *with("inout"), Direction::inout);
    else if (with("string")) resolve_string(c, a, *with("string"), false);
    else if (with("inline")) resolve_string(c, a, *with("inline"), true);
    else if (with("iovec")) resolve_vector(c, a, *with("iovec"));
    else if (a.type.pointee->kind == TypeKind::function)
        c.error(112, a.place, c.name() + " is a callback", "Linux cannot call into a program; let the program ask in a loop");
    else if (a.type.pointee->kind == TypeKind::sint && a.type.pointee->bytes == 1 && a.type.pointee->is_const)
        c.error(106, a.place, c.name() + " has no direction and no maximum", "a string says its largest size: string_(PATH_MAX)");
    else
        c.error(101, a.place, c.name() + " has no direction and size", "say in_, out_ or inout_ with bytes= or count=, or string_(maximum)");
    for (const char* name : {"range", "flags", "one_of", "fd_or", "when"})
        if (const Word* word = find(words, name))
            c.error(3, word->place, std::string("'") + name + "_' is not for a pointer", "put it on a number");
    const bool integers = a.role == Role::object && a.type.pointee->kind == TypeKind::sint && a.type.pointee->bytes == 4;
    a.descriptor = has(words, "fd");
    if (a.descriptor && !integers)
        c.error(3, find(words, "fd")->place, "'fd_' needs an int or a constant number of ints", "for int fds[2]: int *fds out_(count=2) fd_");
}

void resolve_set(const Context& c, Argument& a, const Word& word) {
    const std::vector<std::string> parts = split(word.arguments);
    if (parts.empty()) return;
    a.set = parts[0];
    a.is_flags = word.name == "flags";
    if (parts.size() == 2) {
        const auto unknown = value_of(word, "unknown");
        a.unknown_pass = unknown && *unknown == "pass";
        if (!unknown || (*unknown != "pass" && *unknown != "refuse"))
            c.error(2, word.place, "'" + parts[1] + "' means nothing here", "write unknown=pass or unknown=refuse");
    }
}

void resolve_range(const Context& c, Argument& a, const Word& word) {
    const std::vector<std::string> parts = split(word.arguments);
    if (parts.size() != 2) return;
    const auto least = c.values.find(parts[0]), most = c.values.find(parts[1]);
    if (least == c.values.end() || most == c.values.end()) return;  // FI114 said it
    a.range = Range{least->second, most->second, parts[0], parts[1]};
    if (least->second > most->second)
        c.error(2, word.place, "the range is empty", "write range_(least, most)");
}

void resolve_number(const Context& c, Argument& a) {
    const std::vector<Word>& words = c.parameter.words;
    for (const char* name : {"in", "out", "inout", "string", "inline", "iovec", "reply"})
        if (const Word* word = find(words, name))
            c.error(3, word->place, std::string("'") + name + "_' is for a pointer, and " + c.name() + " is " + a.type.spelling, "drop it, or make the parameter a pointer");
    const bool is_int = a.type.kind == TypeKind::sint && a.type.bytes == 4;
    a.descriptor = has(words, "fd") || has(words, "fd_or");
    if (a.descriptor) a.role = Role::descriptor;
    if (a.descriptor && !is_int)
        c.error(3, a.place, "'fd_' needs an int, and " + c.name() + " is " + a.type.spelling, "drop fd_");
    if (const Word* word = find(words, "fd_or"); word && !word->arguments.empty()) {
        a.fd_or = word->arguments;
        if (const auto found = c.values.find(a.fd_or); found != c.values.end()) a.fd_or_value = found->second;
    }
    const std::string& name = c.parameter.name;
    if (!a.descriptor && is_int && (name == "fildes" || name == "fd" || (name.size() > 2 && name.substr(name.size() - 2) == "fd")))
        c.error(115, a.place, c.name() + " looks like a descriptor", "write fd_ behind it, so that only the program's own are accepted; or name it otherwise");
    if (has(words, "flags") && has(words, "one_of"))
        c.error(4, a.place, c.name() + " cannot be both flags_ and one_of_", "flags_ are bits, one_of_ are values");
    if (const Word* word = find(words, "flags")) resolve_set(c, a, *word);
    if (const Word* word = find(words, "one_of")) resolve_set(c, a, *word);
    if (const Word* word = find(words, "range")) resolve_range(c, a, *word);
    if (const Word* word = find(words, "when")) a.when = word->arguments;
    if (a.type.kind == TypeKind::floating && (a.range || !a.set.empty()))
        c.error(3, a.place, "ranges and sets are for integers, and " + c.name() + " is " + a.type.spelling, "let the handler check it");
}

}  // namespace

Argument resolve_argument(const Function& function, const Parameter& parameter,
                          const std::map<std::string, int64_t>& values, Diagnostics& diagnostics) {
    const Context c{function, parameter, values, diagnostics};
    Argument a;
    a.name = parameter.name;
    a.type = parameter.type;
    a.place = parameter.place;
    a.redact = has(parameter.words, "redact");
    if (a.type.unportable || a.type.kind == TypeKind::other)
        c.error(109, a.place, c.name() + " has type '" + a.type.spelling + "', whose size is not the same everywhere", "use an integer of fixed width, double, or a structure of them");
    else if (a.type.kind == TypeKind::record || a.type.kind == TypeKind::variant)
        c.error(110, a.place, c.name() + " is a structure or union by value", "pass a pointer: in_() or out_()");
    else if (a.type.kind == TypeKind::pointer && a.type.pointee)
        resolve_pointer(c, a);
    else
        resolve_number(c, a);
    return a;
}

}  // namespace gen
