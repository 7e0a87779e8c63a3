// SPDX-License-Identifier: MIT
// What passes hand to each other: plain values, first as the header says them (Source), then as calls mean them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gen {

struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
    auto operator<=>(const Place&) const = default;
};

// ---- as the header says it (clang_reader.cc) ----

struct Word {
    std::string name;
    std::string arguments;  // as written, trimmed
    Place place;
};

enum class TypeKind { none, boolean, sint, uint, floating, pointer, record, variant, array, function, other };

struct Type {
    TypeKind kind = TypeKind::other;
    unsigned bytes = 0;
    std::string spelling;   // as written, without const
    bool is_const = false;
    bool incomplete = false;
    bool unportable = false;  // its size differs between ABIs or languages: long double, wchar_t, __int128
    std::string undescribed;  // record, variant: a member that is or holds a pointer
    std::string layout;       // record, variant: every member's name, type and place (meaning.h)
    std::shared_ptr<const Type> pointee;
};

struct Parameter {
    std::string name;
    Type type;
    std::vector<Word> words;
    Place place;
};

struct Function {
    std::string name;
    Type result;
    std::vector<Parameter> parameters;
    std::vector<Word> words;
    std::string comment;
    std::string declaration;  // the clean prototype, `;` excluded
    bool variadic = false;
    bool from_system = false;  // an included header declares it too
    Place place;
};

struct LocalType {  // a type that the interface header itself defines
    std::string text;
    std::string record;  // tag of a struct, "" for an enum
    unsigned bytes = 0;
    std::vector<std::pair<std::string, unsigned>> fields;  // name, offset
    Place place;
};

struct Source {
    std::string path;
    std::vector<std::string> includes;  // <…> of system headers, in order
    std::vector<Word> interface_words;
    std::vector<Word> set_words;
    std::vector<Function> functions;
    std::vector<LocalType> types;
};

// ---- as calls mean it (resolve.cc) ----

enum class Role {
    scalar,
    descriptor,
    string,       // by address, copied and NUL-checked
    bulk,         // by address, in place
    object,       // by address, one or a constant number; copied
    vector,       // an iovec array
    text,         // inline, NUL-terminated
    data,         // inline, with a byte count
    reply,        // an out scalar in the reply's more words
};
enum class Direction { in, out, inout };

struct Bound {  // a size: a parameter or a constant, counted in elements of `unit` bytes
    std::string parameter;
    uint64_t constant = 0;
    unsigned unit = 1;
    bool given = false;
};

struct Range {
    int64_t least = 0;
    int64_t most = 0;
    std::string least_text, most_text;
};

struct ConstantSet {
    std::string name;
    std::vector<std::pair<std::string, int64_t>> constants;
    Place place;
};

struct Argument {
    std::string name;
    Type type;
    Place place;
    Role role = Role::scalar;
    Direction direction = Direction::in;
    Bound size;
    uint64_t maximum = 0;             // string, text, data
    std::optional<Range> range;
    std::string set;                  // flags_ or one_of_
    bool is_flags = false;
    bool unknown_pass = false;
    bool descriptor = false;          // fd_, also on the elements of an object
    std::string fd_or;                // a constant that is allowed instead
    int64_t fd_or_value = 0;
    std::string when;                 // a front passes it only then
    bool redact = false;
    int reply_word = -1;
    // layout.cc
    std::string capnp_type;
    unsigned bit = 0;                 // in the data section; pointer index for text and data
    unsigned width = 0;
};

enum class Convention { errno_, status, pointer, truth, errno_returned, raw };

struct Prefix {  // a layout that some program may still send
    unsigned data_words = 0;
    unsigned pointer_words = 0;
    uint64_t layout = 0;
    auto operator<=>(const Prefix&) const = default;
};

struct Call {
    std::string name;      // on the wire and in trace: "read"
    std::string function;  // the C function
    std::string method;    // of the Handler
    unsigned number = 0;
    Type result;
    Convention convention = Convention::errno_;
    std::string result_argument;   // pointer: what success returns
    std::vector<Argument> arguments;
    std::string front;             // the variadic function it is a case of
    std::string selector;          // its parameter that chooses
    std::string syscall;           // without SYS_; "" if there is none
    std::optional<int64_t> syscall_number;
    std::vector<std::string> needs;
    bool handled = false, local = false, internal = false, oneway = false, removed = false;
    bool may_block = false, cancellation_point = false, idempotent = false, restart = false, affine = false, serial = false, descriptor = false;
    int wait_argument = -1;
    bool wait_out = false;
    std::string since, deprecated, comment, words, declaration;
    std::vector<std::pair<std::string, std::string>> errors;  // @retval, its front's included: name, when
    bool from_system = false;
    Place place;
    // layout.cc, lock.cc
    unsigned data_words = 0;
    unsigned pointer_words = 0;
    uint64_t layout = 0;
    std::vector<Prefix> history;   // the newest included, ascending

    bool sent() const { return !local && !removed; }
    bool delegated() const { return sent() && !internal; }
    bool pass_through() const { return delegated() && !handled; }
};

struct Front {
    std::string name;
    Function function;
    std::vector<const Call*> cases;
};

struct Interface {
    std::string name;
    std::string file;     // of the declaration, without folders
    std::string path;
    unsigned slot = 0;
    uint64_t id = 0;
    Place place;
    std::vector<Call> calls;        // by declaration
    std::vector<Front> fronts;
    std::map<std::string, ConstantSet> sets;
    std::vector<LocalType> types;
    std::vector<std::string> includes;
};

}  // namespace gen
