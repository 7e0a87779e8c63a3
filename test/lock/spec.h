// SPDX-License-Identifier: MIT
// Random interfaces, and one random edit of each call: what `random_edits` has gen judge.
//
// A parameter or member keeps its id through every edit but the ones that make it another thing: two versions mean the same
// by it, so what one side puts in under an id is what the other must find there.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace edits {

using Random = std::mt19937_64;

struct Member {
    int id;
    std::string name, type;
    int count = 0;  // > 0: an array
};

enum class Kind { number, range, flags, one_of, text, inline_data, structure, buffer, reply };

struct Parameter {
    int id;
    std::string name;
    Kind kind;
    std::string type;               // number, reply
    std::string direction = "in";   // structure, buffer: in, out, inout
    int64_t least = 0, most = 0;    // range
    std::vector<int64_t> values;    // flags: bits; one_of
    int maximum = 0;                // text, inline_data
    std::vector<Member> members;
};

struct Call {
    int number;
    std::string returns, convention;
    std::vector<Parameter> parameters;
    std::string edit;  // what was done to it
};

Call random_call(Random& random, int number);
// The same call after one edit; ids from 1000 on are new.
Call edited(Random& random, const Call& call);

// The header of these calls, for gen.
std::string header_of(const std::vector<Call>& calls);

// What stands under an id: the value that a program passes or a handler returns. It fits the parameter as `p` has it.
std::string literal(const Call& call, int id, const std::string& type);
int64_t number_of(const Call& call, const Parameter& p);

}  // namespace edits
