// SPDX-License-Identifier: MIT
// What generated round-trip tests stand on: pseudo-random and boundary values, and Cap'n Proto's library as the oracle.
#pragma once

#include <capnp/dynamic.h>
#include <capnp/schema-parser.h>
#include <capnp/serialize.h>
#include <doctest/doctest.h>
#include <kj/filesystem.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <type_traits>
#include <unistd.h>
#include <vector>

constexpr int kRounds = 2000;

class Random {
public:
    explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 1) {}
    uint64_t next() {
        state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
        return state_;
    }
    template <class T>
    void value(T& to) {
        static constexpr uint64_t kEdges[] = {0, 1, ~0ull, 1ull << 63, (1ull << 63) - 1, 1ull << 31, (1ull << 31) - 1, 0xffffffffull};
        const uint64_t bits = next() % 3 ? next() : kEdges[next() % std::size(kEdges)];
        if constexpr (std::is_same_v<T, bool>) to = bits & 1;
        else std::memcpy(&to, &bits, sizeof to);
    }
    std::string bytes(size_t maximum, bool text) {
        std::string out(next() % 4 ? next() % (maximum + 1) : maximum, 'x');
        for (char& c : out) c = text ? static_cast<char>('a' + next() % 26) : static_cast<char>(next());
        return out;
    }
    // One to three changes of the kinds that a hostile or newer peer makes.
    void mutate(std::vector<uint64_t>& body) {
        for (uint64_t left = 1 + next() % 3; left > 0; left--) {
            // Where the root and other pointers lie, and which of their bits decide, more often than the rest.
            const size_t first = std::min<size_t>(body.size(), 3);
            uint64_t& word = body[next() % 2 ? next() % first : next() % body.size()];
            static constexpr unsigned kTags[] = {0, 1, 2, 31, 32, 33, 34, 35};
            switch (next() % 6) {
            case 0: word ^= 1ull << (next() % 2 ? kTags[next() % std::size(kTags)] : next() % 64); break;
            case 1: word = next(); break;
            case 2: body.resize(1 + next() % (body.size() + 2)); break;
            case 3: body[0] += 1ull << 32; break;
            case 4: body[0] -= 1ull << 32; break;
            default: body.push_back(next() % 2 ? next() : 0); body[0] += 1ull << (next() % 2 ? 32 : 48);
            }
        }
    }

private:
    uint64_t state_;
};

class Oracle {
public:
    explicit Oracle(const char* type) : files_(kj::newDiskFilesystem()) {
        auto path = files_->getCurrentPath().evalNative(FUTURE_GENERATED_DIR "/" FUTURE_ORACLE_SCHEMA);
        schema_ = parser_.parseFromDirectory(files_->getRoot(), kj::mv(path), nullptr).getNested(type).asStruct();
    }
    // False: the library refuses this body.
    template <class Compare>
    bool read(const std::vector<uint64_t>& body, Compare compare) const {
        std::vector<capnp::word> words(body.size());
        std::memcpy(static_cast<void*>(words.data()), body.data(), body.size() * 8);
        const kj::ArrayPtr<const capnp::word> segment(words.data(), words.size());
        try {
            capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1));
            compare(message.getRoot<capnp::DynamicStruct>(schema_));
            return true;
        } catch (const kj::Exception& e) {
            INFO(e.getDescription().cStr());
            return false;
        }
    }

private:
    kj::Own<kj::Filesystem> files_;
    capnp::SchemaParser parser_;
    capnp::StructSchema schema_;
};

template <class T>
bool same_value(capnp::DynamicStruct::Reader oracle, const char* field, T value) {
    const T other = oracle.get(field).as<T>();
    return std::memcmp(&other, &value, sizeof value) == 0;
}
inline bool same_text(capnp::DynamicStruct::Reader oracle, const char* field, const char* bytes, uint32_t length) {
    const auto text = oracle.get(field).as<capnp::Text>();
    return text.size() == length && std::memcmp(text.begin(), bytes, length) == 0;
}
inline bool same_data(capnp::DynamicStruct::Reader oracle, const char* field, const char* bytes, uint32_t length) {
    const auto data = oracle.get(field).as<capnp::Data>();
    return data.size() == length && std::memcmp(data.begin(), bytes, length) == 0;
}

// `capnp convert flat:text` of a body; "" if it refuses.
inline std::string capnp_convert(const char* type, const void* body, size_t bytes) {
    char path[] = "/tmp/future-body-XXXXXX";
    const int fd = mkstemp(path);
    if (fd < 0 || write(fd, body, bytes) != static_cast<ssize_t>(bytes)) return "";
    close(fd);
    const std::string command = "capnp convert flat:text --short " FUTURE_GENERATED_DIR "/" FUTURE_ORACLE_SCHEMA " " + std::string(type) + " < " + path;
    std::string text;
    if (FILE* pipe = popen(command.c_str(), "r")) {
        char part[4096];
        for (size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, n);
        if (pclose(pipe) != 0) text.clear();
    }
    unlink(path);
    return text;
}

// "field = value" stands in capnp's text. It leaves nothing out but what is null.
inline bool holds(const std::string& text, const std::string& field, const std::string& value) {
    const std::string wanted = field + " = " + value;
    for (size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
        const char before = at ? text[at - 1] : ' ', after = text[at + wanted.size()];
        if ((before == ' ' || before == '(') && (after == ',' || after == ')' || after == ' ')) return true;
    }
    return false;
}
