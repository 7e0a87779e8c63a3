// SPDX-License-Identifier: MIT
// libc-shim's string functions beside Linux's: every alignment, every short length, long ones at random; each buffer ends,
// or begins, at a page that may not be touched; with and without the processor's wide vectors.
#include <doctest/doctest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include "choose.h"
}
#include "declared.h"
#include "vector.h"

namespace {

constexpr size_t kPage = 4096;

// `bytes` of memory between two pages that may not be touched.
class Fenced {
public:
    explicit Fenced(size_t bytes) : bytes_((bytes + kPage - 1) / kPage * kPage) {
        memory_ = static_cast<char*>(mmap(nullptr, bytes_ + 2 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        mprotect(memory_ + kPage, bytes_, PROT_READ | PROT_WRITE);
    }
    ~Fenced() { munmap(memory_, bytes_ + 2 * kPage); }
    Fenced(const Fenced&) = delete;
    Fenced& operator=(const Fenced&) = delete;
    char* begin() const { return memory_ + kPage; }
    char* end() const { return begin() + bytes_; }
    char* last(size_t bytes) const { return end() - bytes; }

private:
    char* memory_;
    size_t bytes_;
};

int sign(int value) { return (value > 0) - (value < 0); }

// Each test with every choice that a processor can ask for.
template <class Body>
void with_each_choice(Body body) {
    future_choose_vectors();
    const struct future_vectors best = ::future_vectors;
    for (bool avx2 : {false, true})
        for (bool strings : {false, true}) {
            if (avx2 && !best.avx2) continue;
            ::future_vectors.avx2 = avx2;
            ::future_vectors.fast_strings = strings;
            CAPTURE(avx2);
            CAPTURE(strings);
            body();
        }
    ::future_vectors = best;
}

std::vector<size_t> lengths() {
    std::vector<size_t> all;
    for (size_t n = 0; n < 300; n++) all.push_back(n);
    for (size_t n : {511, 512, 513, 1023, 1025, 4090, 4095, 4096, 4097, 5000, 8192, 12345}) all.push_back(n);
    return all;
}

void fill(char* at, size_t bytes, std::mt19937& random, int kinds = 256) {
    for (size_t i = 0; i < bytes; i++) at[i] = static_cast<char>(1 + random() % (kinds - 1));
}

}  // namespace

TEST_CASE("memmove and memcpy: all alignments and lengths, overlaps in both directions, nothing else is touched") {
    with_each_choice([] {
        std::mt19937 random(1);
        Fenced buffer(40000);
        std::vector<char> expected(40000);
        bool same = true;
        for (size_t n : lengths())
            for (int round = 0; round < 12; round++) {
                const size_t room = 40000 - n, from = round == 0 ? room : random() % (room + 1);
                const size_t near = std::min(room, from + random() % 200), far = random() % (room + 1);
                const size_t to = round % 3 == 0 ? far : round % 3 == 1 ? near : from - std::min<size_t>(from, random() % 200);
                fill(buffer.begin(), 64 + n, random);
                std::memcpy(expected.data(), buffer.begin(), 40000);
                std::memmove(&expected[to], &expected[from], n);
                same &= future_memmove(buffer.begin() + to, buffer.begin() + from, n) == buffer.begin() + to;
                same &= std::memcmp(expected.data(), buffer.begin(), 40000) == 0;
            }
        CHECK(same);
    });
}

TEST_CASE("copies end and begin at a page that may not be touched") {
    with_each_choice([] {
        Fenced from(16384), to(16384);
        std::mt19937 random(2);
        bool same = true;
        for (size_t n : lengths())
            for (char* source : {from.begin(), from.last(n)})
                for (char* target : {to.begin(), to.last(n)}) {
                    fill(source, n, random);
                    same &= future_memcpy(target, source, n) == target && std::memcmp(target, source, n) == 0;
                    same &= future_mempcpy(target, source, n) == target + n;
                    same &= future_memcmp(target, source, n) == 0;
                    same &= future_memset(target, static_cast<int>(n + 256), n) == target;
                    same &= std::all_of(target, target + n, [&](char c) { return c == static_cast<char>(n); });
                }
        CHECK(same);
    });
}

TEST_CASE("memset touches nothing else") {
    with_each_choice([] {
        std::vector<char> buffer(20000);
        bool same = true;
        for (size_t n : lengths())
            for (size_t at = 1; at < 70; at += 3) {
                std::fill(buffer.begin(), buffer.end(), 'a');
                future_memset(&buffer[at], 'b', n);
                same &= std::count(buffer.begin(), buffer.end(), 'b') == static_cast<long>(n) && buffer[at - 1] == 'a' && buffer[at + n] == 'a';
            }
        CHECK(same);
    });
}

TEST_CASE("one byte is looked for: beside Linux's, at every place, before the end of what may be read") {
    with_each_choice([] {
        std::mt19937 random(3);
        Fenced buffer(16384);
        bool same = true;
        for (size_t n : lengths())
            for (int round = 0; round < 20; round++) {
                char* text = round % 2 ? buffer.last(n + 1) : buffer.begin() + random() % 100;
                fill(text, n, random, round < 10 ? 4 : 200);
                text[n] = 0;
                const int byte = round % 5 == 0 ? 0 : static_cast<int>(random() % (round < 10 ? 5 : 256)) | (round % 3 ? 0 : 0x100);
                const size_t most = round % 7 == 0 ? SIZE_MAX : random() % (n + 20);
                const size_t within = random() % (n + 2);
                same &= future_strlen(text) == n;
                same &= future_strnlen(text, most) == strnlen(text, most);
                same &= future_strchr(text, byte) == strchr(text, byte);
                same &= future_strchrnul(text, byte) == strchrnul(text, byte);
                same &= future_strrchr(text, byte) == strrchr(text, byte);
                same &= future_memchr(text, byte, within) == memchr(text, byte, within);
                same &= future_memrchr(text, byte, within) == memrchr(text, byte, within);
                same &= future_rawmemchr(text, 0) == text + n;
            }
        CHECK(same);
    });
}

TEST_CASE("comparisons have Linux's sign, with the difference anywhere") {
    with_each_choice([] {
        std::mt19937 random(4);
        Fenced left(16384), right(16384);
        bool same = true;
        for (size_t n : lengths())
            for (int round = 0; round < 30; round++) {
                char* a = round % 2 ? left.last(n + 1) : left.begin() + random() % 100;
                char* b = round % 4 < 2 ? right.last(n + 1) : right.begin() + random() % 100;
                fill(a, n, random);
                a[n] = 0;
                std::memcpy(b, a, n + 1);
                if (round % 5) b[random() % (n + 1)] = static_cast<char>(random());
                if (round % 7 == 0) b[random() % (n + 1)] = 0;
                b[n] = 0;
                const size_t most = random() % (n + 20);
                same &= sign(future_memcmp(a, b, n + 1)) == sign(memcmp(a, b, n + 1));
                same &= sign(future_strcmp(a, b)) == sign(strcmp(a, b));
                same &= sign(future_strncmp(a, b, most)) == sign(strncmp(a, b, most));
            }
        CHECK(same);
    });
}

TEST_CASE("texts are copied, joined, cut and padded as by Linux's") {
    with_each_choice([] {
        std::mt19937 random(5);
        Fenced from(16384);
        bool same = true;
        for (size_t n : lengths()) {
            char* text = from.last(n + 1);
            fill(text, n, random);
            text[n] = 0;
            for (int round = 0; round < 8; round++) {
                std::vector<char> ours(30000, 'x'), theirs(30000, 'x');
                const size_t at = random() % 100, most = random() % (n + 40), before = random() % 50;
                ours[at + before] = theirs[at + before] = 0;
                char *o = &ours[at], *t = &theirs[at];
                switch (round) {
                    case 0: same &= future_strcpy(o, text) - o == strcpy(t, text) - t; break;
                    case 1: same &= future_stpcpy(o, text) - o == stpcpy(t, text) - t; break;
                    case 2: same &= future_strncpy(o, text, most) - o == strncpy(t, text, most) - t; break;
                    case 3: same &= future_stpncpy(o, text, most) - o == stpncpy(t, text, most) - t; break;
                    case 4: same &= future_strcat(o, text) - o == strcat(t, text) - t; break;
                    default: same &= future_strncat(o, text, most) - o == strncat(t, text, most) - t;
                }
                same &= ours == theirs;
            }
        }
        CHECK(same);
    });
}

TEST_CASE("sets and texts are looked for as by Linux's, in few and many kinds of bytes") {
    with_each_choice([] {
        std::mt19937 random(6);
        Fenced buffer(16384);
        bool same = true;
        for (int round = 0; round < 60000; round++) {
            const size_t n = random() % (round % 50 ? 80 : 3000), m = random() % (round % 2 ? 4 : 12);
            char* text = round % 3 ? buffer.last(n + 1) : buffer.begin() + random() % 64;
            const int kinds = round % 4 ? 3 : 255;
            fill(text, n, random, kinds);
            text[n] = 0;
            std::string wanted(m, 'x');
            fill(wanted.data(), m, random, kinds);
            if (round % 5 == 0 && n > m) wanted.assign(text + random() % (n - m + 1), m);
            same &= future_strstr(text, wanted.c_str()) == strstr(text, wanted.c_str());
            same &= future_strspn(text, wanted.c_str()) == strspn(text, wanted.c_str());
            same &= future_strcspn(text, wanted.c_str()) == strcspn(text, wanted.c_str());
            same &= future_strpbrk(text, wanted.c_str()) == strpbrk(text, wanted.c_str());
        }
        CHECK(same);
    });
}

TEST_CASE("a text that fits almost everywhere takes no quadratic time") {
    const std::string text(2'000'000, 'a'), wanted = std::string(500'000, 'a') + "b";
    CHECK(future_strstr(text.c_str(), wanted.c_str()) == nullptr);  // some 10^12 comparisons else
}
