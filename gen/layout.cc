// SPDX-License-Identifier: MIT
// Reads the CodeGeneratorRequest that `capnp compile -o-` prints.
#include "layout.h"

#include <capnp/schema.capnp.h>
#include <capnp/serialize.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "meaning.h"
#include "text.h"

extern char** environ;

namespace gen {
namespace {

namespace schema = capnp::schema;

struct TypeName {
    const char* name;
    unsigned width;
};
TypeName type_name(schema::Type::Reader type) {
    switch (type.which()) {
    case schema::Type::BOOL: return {"Bool", 1};
    case schema::Type::INT8: return {"Int8", 8};
    case schema::Type::INT16: return {"Int16", 16};
    case schema::Type::INT32: return {"Int32", 32};
    case schema::Type::INT64: return {"Int64", 64};
    case schema::Type::UINT8: return {"UInt8", 8};
    case schema::Type::UINT16: return {"UInt16", 16};
    case schema::Type::UINT32: return {"UInt32", 32};
    case schema::Type::UINT64: return {"UInt64", 64};
    case schema::Type::FLOAT32: return {"Float32", 32};
    case schema::Type::FLOAT64: return {"Float64", 64};
    case schema::Type::TEXT: return {"Text", 1};
    case schema::Type::DATA: return {"Data", 1};
    default: return {"?", 0};
    }
}

using Names = std::map<uint64_t, std::string>;  // annotation id → name

// Those of ours, by name; a number as its digits.
template <class List>
std::map<std::string, std::string> annotations_of(List annotations, const Names& names) {
    std::map<std::string, std::string> texts;
    for (auto annotation : annotations) {
        const auto found = names.find(annotation.getId());
        const auto value = annotation.getValue();
        if (found == names.end()) continue;
        if (value.isText()) texts[found->second] = value.getText().cStr();
        if (value.isUint16()) texts[found->second] = std::to_string(value.getUint16());
    }
    return texts;
}

std::vector<Prefix> prefixes_of(const std::string& text) {
    std::vector<Prefix> prefixes;
    std::istringstream list(text);
    for (std::string item; list >> item;) {
        Prefix prefix;
        if (std::sscanf(item.c_str(), "%u/%u:%lx", &prefix.data_words, &prefix.pointer_words, &prefix.layout) == 3) prefixes.push_back(prefix);
    }
    return prefixes;
}

SchemaStruct read_struct(schema::Node::Reader node, const Names& names) {
    SchemaStruct type;
    type.name = std::string(node.getDisplayName().cStr() + node.getDisplayNamePrefixLength());
    type.data_words = node.getStruct().getDataWordCount();
    type.pointer_words = node.getStruct().getPointerCount();
    auto texts = annotations_of(node.getAnnotations(), names);
    type.number = static_cast<unsigned>(std::strtoul(texts["number"].c_str(), nullptr, 10));
    type.words = texts["words"], type.returns = texts["returns"], type.replies = texts["replies"];
    type.prefixes = prefixes_of(texts["prefixes"]);
    for (auto field : node.getStruct().getFields()) {
        if (!field.isSlot()) continue;
        SchemaField out;
        const TypeName name = type_name(field.getSlot().getType());
        out.name = field.getName().cStr();
        out.type = name.name;
        out.width = name.width;
        out.bit = field.getSlot().getOffset() * name.width;
        out.ordinal = field.getOrdinal().isExplicit() ? field.getOrdinal().getExplicit() : 0;
        auto field_texts = annotations_of(field.getAnnotations(), names);
        out.words = field_texts["words"], out.layout = field_texts["layout"];
        type.fields.push_back(out);
    }
    std::sort(type.fields.begin(), type.fields.end(), [](const SchemaField& a, const SchemaField& b) { return a.ordinal < b.ordinal; });
    return type;
}

void read_request(schema::CodeGeneratorRequest::Reader request, Schema& result) {
    Names names;
    const uint64_t file = request.getRequestedFiles()[0].getId();
    result.id = file;
    for (auto node : request.getNodes())
        if (node.isAnnotation()) names[node.getId()] = node.getDisplayName().cStr() + node.getDisplayNamePrefixLength();
    for (auto node : request.getNodes())
        if (node.isStruct() && node.getScopeId() == file) result.structs.push_back(read_struct(node, names));
}

}  // namespace

bool read_schema(const std::string& path, Schema& result) {
    int ends[2];
    if (pipe(ends) != 0) return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    unsetenv("PWD");  // capnp warns if it is not the working directory, as under CMake
    const char* arguments[] = {"capnp", "compile", "--no-standard-import", "-o-", path.c_str(), nullptr};
    pid_t child = 0;
    const int error = posix_spawnp(&child, "capnp", &actions, nullptr, const_cast<char**>(arguments), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    bool good = false;
    if (error == 0) {
        std::string bytes;
        char part[16384];
        for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;) bytes.append(part, static_cast<size_t>(n));
        int status = 0;
        good = waitpid(child, &status, 0) == child && status == 0;
        if (good) {
            std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
            std::copy_n(bytes.data(), words.size() * sizeof(capnp::word), reinterpret_cast<char*>(words.data()));
            capnp::FlatArrayMessageReader reader(kj::arrayPtr(words.data(), words.size()));
            read_request(reader.getRoot<schema::CodeGeneratorRequest>(), result);
        }
    }
    close(ends[0]);
    return good;
}

void apply_layout(const Schema& schema, Interface& interface) {
    for (Call& call : interface.calls)
        for (const SchemaStruct& type : schema.structs) {
            if (type.name != title(call.name) || !call.sent()) continue;
            call.data_words = type.data_words;
            call.pointer_words = type.pointer_words;
            call.layout = layout_hash(type);
            size_t next = 0;
            for (Argument& a : call.arguments) {
                if (a.role == Role::reply) continue;
                const SchemaField& field = type.fields.at(next++);
                a.capnp_type = field.type;
                a.bit = field.bit;
                a.width = field.width;
            }
        }
}

uint64_t layout_hash(const SchemaStruct& type) {
    uint64_t hash = 0xcbf29ce484222325ull;
    const auto add = [&](const std::string& text) {
        for (const unsigned char c : text + ";") hash = (hash ^ c) * 0x100000001b3ull;
    };
    const Meaning call = meaning_of(type.words);
    for (const char* word : {"oneway_", "result_", "fd_"})
        if (const auto found = call.find(word); found != call.end()) add(found->first + found->second);
    add(type.returns);
    for (const auto& [name, reply] : replies_of(type.replies)) add(reply);
    for (const SchemaField& field : type.fields) {
        add(field.type + "@" + std::to_string(field.bit));
        const Meaning meaning = meaning_of(field.words);
        for (const char* word : {"in", "out", "inout", "iovec"})
            if (const auto found = meaning.find(word); found != meaning.end()) add(found->first + found->second);
        for (const char* word : {"string", "inline", "fd", "fd_or"})
            if (meaning.count(word)) add(word);
        if (const auto layout = layout_of(field.layout))
            for (const Member& member : layout->members) add(member.type + "@" + std::to_string(member.bit));
    }
    return hash;
}

}  // namespace gen
