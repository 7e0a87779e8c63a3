// SPDX-License-Identifier: MIT
// Where each field lies: asked of `capnp` itself, never invented.
#pragma once

#include "diagnostic.h"

namespace gen {

struct SchemaField {
    std::string name, type, words, layout;
    unsigned ordinal = 0, bit = 0, width = 0;  // pointer index for Text and Data
};
struct SchemaStruct {
    std::string name, words, returns, replies;
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

// FNV-1a of all that a program and its proxy must have in common: how a program file names what it was built with. Names
// are not in it, nor what may grow (maxima, ranges, sets).
uint64_t layout_hash(const SchemaStruct& type);

}  // namespace gen
