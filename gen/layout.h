// SPDX-License-Identifier: MIT
// Where each field lies: asked of `capnp` itself, never invented.
#pragma once

#include "diagnostic.h"

namespace gen {

struct SchemaField {
    std::string name, type, words;
    unsigned ordinal = 0, bit = 0, width = 0;  // pointer index for Text and Data
};
struct SchemaStruct {
    std::string name, words;
    unsigned number = 0, data_words = 0, pointer_words = 0;
    std::vector<Prefix> prefixes;  // those that the $prefixes annotation lists
    std::vector<SchemaField> fields;
};
struct Schema {
    uint64_t id = 0;
    std::vector<SchemaStruct> structs;
};

// Runs `capnp compile -o-` on a schema file and reads its answer. False: it refused; its words went to stderr.
bool read_schema(const std::string& path, Schema& schema);

// Fills bit, width, data_words, pointer_words and layout of every call from the schema emitted for this interface.
void apply_layout(const Schema& schema, Interface& interface);

// FNV-1a of the fields within the first data_words words: how a program file names what it writes.
uint64_t layout_hash(const SchemaStruct& type);

}  // namespace gen
