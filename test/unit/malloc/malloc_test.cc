// SPDX-License-Identifier: MIT
// The allocator on one core: what it promises, against a model; what it gives back; what it says of wrong pointers.
#include <doctest/doctest.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <vector>

extern "C" {
#include "ground.h"
#include "heap.h"
}
#include "live.h"
#include "machine.h"

namespace {

// All the allocator ever keeps: its table.
size_t bare_pages() {
    static const size_t pages = [] {
        renamed_free(renamed_malloc(1));
        future_heap_flush();
        future_ground_purge();
        return machine::pages_taken();
    }();
    return pages;
}

bool all_given_back() {
    future_heap_flush();
    future_ground_purge();
    return machine::pages_taken() == bare_pages() && future_ground_sizes().taken == 0;
}

bool is_aligned(const void* at, size_t alignment) { return reinterpret_cast<uintptr_t>(at) % alignment == 0; }

bool is_zero(const unsigned char* at, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        if (at[i]) return false;
    return true;
}

// Mostly small ones, as programs have them; each order of magnitude comes.
size_t some_size(std::mt19937& random, unsigned most_bits) {
    const unsigned bits = random() % 4 ? random() % 9 : random() % (most_bits + 1);
    return random() & ((size_t{2} << bits) - 1);
}

class Model {
public:
    Model(unsigned seed, size_t slots, unsigned most_bits) : random_(seed), blocks_(slots), most_bits_(most_bits) {}

    // False: something was wrong.
    bool step() {
        Live& block = blocks_[random_() % blocks_.size()];
        if (!block.at) return make(block);
        if (!block.holds() || renamed_malloc_usable_size(block.at) < block.bytes) return false;
        if (random_() % 4 == 0) return change(block);
        return drop(block);
    }
    bool drop_all() {
        for (Live& block : blocks_)
            if (block.at && (!block.holds() || !drop(block))) return false;
        return true;
    }
    unsigned made() const { return made_; }

private:
    bool make(Live& block) {
        const size_t bytes = some_size(random_, most_bits_), alignment = size_t{1} << random_() % 18;
        const unsigned how = random_() % 16;
        unsigned char* at = nullptr;
        if (how == 0)
            at = static_cast<unsigned char*>(renamed_memalign(alignment, bytes));
        else if (how < 4)
            at = static_cast<unsigned char*>(renamed_calloc(1, bytes));
        else
            at = static_cast<unsigned char*>(renamed_malloc(bytes));
        if (!at) return true;  // refused is not wrong here
        if (how == 0 && !is_aligned(at, alignment)) return false;
        if (how > 0 && how < 4 && !is_zero(at, bytes)) return false;
        block = {at, bytes, ++made_};
        block.fill();
        return is_aligned(at, 16);
    }
    bool change(Live& block) {
        const size_t bytes = some_size(random_, most_bits_) + 1, least = bytes < block.bytes ? bytes : block.bytes;
        const Live before = block;
        auto* at = static_cast<unsigned char*>(renamed_realloc(block.at, bytes));
        if (!at) return true;
        for (size_t i = 0; i < least; i += before.step())
            if (at[i] != before.mark(i)) return false;
        block = {at, bytes, ++made_};
        block.fill();
        return is_aligned(at, 16);
    }
    static bool drop(Live& block) {
        renamed_free(block.at);
        block = {};
        return true;
    }

    std::mt19937 random_;
    std::vector<Live> blocks_;
    unsigned most_bits_, made_ = 0;
};

void run_model(unsigned seed, size_t slots, unsigned most_bits, int steps) {
    bare_pages();
    Model model(seed, slots, most_bits);
    int good = 0;
    while (good < steps && model.step()) good++;
    CHECK(good == steps);
    CHECK(model.made() > static_cast<unsigned>(steps / 8));
    CHECK(model.drop_all());
    CHECK(all_given_back());
}

}  // namespace

TEST_CASE("blocks keep their contents and their distance, whatever is asked for in between; at the end all is given back") {
    run_model(1, 3000, 14, 2000000);
    run_model(2, 50, 12, 500000);
}

TEST_CASE("the same with blocks of all sizes, until memory is short") {
    run_model(3, 400, 20, 200000);
    run_model(4, 60, 24, 20000);
    const unsigned before = machine::refusals();
    run_model(5, 200, 26, 20000);
    CHECK(machine::refusals() > before);
}

TEST_CASE("classes: each size has the smallest class that holds it, and they lie near each other") {
    unsigned number = 0;
    bool right = true;
    for (size_t bytes = 0; bytes <= FUTURE_LARGEST_IN_PAGE; bytes++) {
        if (bytes > future_class_bytes(number)) number++;
        right &= future_class_of(bytes) == number;
    }
    CHECK(right);
    CHECK(number == FUTURE_CLASSES - 1);
    CHECK(future_class_bytes(number) == FUTURE_LARGEST_IN_PAGE);
    for (unsigned c = 1; c < FUTURE_CLASSES; c++) {
        CHECK(future_class_bytes(c) % 16 == 0);
        CHECK(future_class_bytes(c) - future_class_bytes(c - 1) <= (future_class_bytes(c - 1) < 64 ? 16 : future_class_bytes(c - 1) / 4));
    }
}

TEST_CASE("a divisor knows where blocks begin") {
    for (unsigned c = 0; c < FUTURE_CLASSES; c++) {
        future_page page{};
        page.size = future_class_stride(c);
        page.divisor = UINT64_MAX / page.size + 1;
        bool right = true;
        for (uintptr_t offset = 0; offset < FUTURE_PAGE_SLICES * FUTURE_SLICE; offset++)
            right &= future_page_divides(&page, offset) == (offset % page.size == 0);
        CHECK(right);
    }
}

TEST_CASE("alignment: all powers of two, with all sizes") {
    bare_pages();
    for (size_t alignment = 1; alignment <= size_t{8} << 20; alignment *= 2)
        for (size_t bytes : {size_t{0}, size_t{1}, size_t{24}, alignment - 1, alignment, alignment + 1, size_t{100000}, size_t{5} << 20}) {
            CAPTURE(alignment);
            CAPTURE(bytes);
            auto* at = static_cast<char*>(renamed_aligned_alloc(alignment, bytes));
            REQUIRE(at);
            CHECK(is_aligned(at, alignment));
            CHECK(renamed_malloc_usable_size(at) >= bytes);
            std::memset(at, 1, bytes);
            renamed_free(at);
        }
    void* memory = nullptr;
    CHECK(renamed_posix_memalign(&memory, 4, 8) == EINVAL);
    CHECK(renamed_posix_memalign(&memory, 24, 8) == EINVAL);
    errno = 7;
    CHECK(renamed_posix_memalign(&memory, 64, PTRDIFF_MAX) == ENOMEM);
    CHECK(errno == 7);
    REQUIRE(renamed_posix_memalign(&memory, 8, 8) == 0);
    renamed_free(memory);
    errno = 0;
    CHECK(renamed_aligned_alloc(48, 8) == nullptr);
    CHECK(errno == EINVAL);
    CHECK(renamed_memalign(size_t{1} << 62, 8) == nullptr);
    CHECK(renamed_malloc_usable_size(nullptr) == 0);
    void* pages = renamed_pvalloc(5000);
    CHECK(is_aligned(pages, 4096));
    CHECK(renamed_malloc_usable_size(pages) >= 8192);
    renamed_free(pages);
    CHECK(all_given_back());
}

TEST_CASE("too much is refused with ENOMEM; only what could be had with more memory is told") {
    bare_pages();
    const unsigned before = machine::refusals();
    for (size_t bytes : {SIZE_MAX, SIZE_MAX - 70000, static_cast<size_t>(PTRDIFF_MAX) + 1}) {
        errno = 0;
        CHECK(renamed_malloc(bytes) == nullptr);
        CHECK(errno == ENOMEM);
        CHECK(renamed_calloc(bytes, 1) == nullptr);
        CHECK(renamed_reallocarray(nullptr, bytes, 3) == nullptr);
    }
    CHECK(renamed_calloc(SIZE_MAX / 2, 3) == nullptr);
    CHECK(machine::refusals() == before);
    errno = 0;
    CHECK(renamed_malloc(PTRDIFF_MAX) == nullptr);
    CHECK(errno == ENOMEM);
    CHECK(renamed_malloc(machine::kBytes) == nullptr);
    CHECK(machine::refusals() == before + 2);
    char* kept = static_cast<char*>(renamed_malloc(300000));
    std::strcpy(kept, "kept");
    CHECK(renamed_realloc(kept, machine::kBytes) == nullptr);
    CHECK(std::string(kept) == "kept");
    renamed_free(kept);
    CHECK(all_given_back());
}

TEST_CASE("a block as large as the memory, and sizes that double until it is all used") {
    bare_pages();
    const size_t most = machine::kBytes / 64 * 63;  // the table and the ends take some
    void* all = renamed_malloc(most);
    REQUIRE(all);
    std::memset(all, 1, most);
    renamed_free(all);
    char* grown = nullptr;
    size_t bytes = 1;
    for (; bytes < most; bytes *= 2) {
        auto* larger = static_cast<char*>(renamed_realloc(grown, bytes));
        if (!larger) break;
        grown = larger;
        grown[bytes - 1] = 5;
        if (bytes > 1) CHECK(grown[bytes / 2 - 1] == 5);
    }
    CHECK(bytes > most / 2);
    CHECK(renamed_realloc(grown, most / 8 * 7) == grown);
    renamed_free(grown);
    CHECK(all_given_back());
}

TEST_CASE("small pieces until memory is short, and again: as many as before") {
    bare_pages();
    std::vector<void*> pieces[2];
    for (auto& each : pieces) {
        while (void* piece = renamed_malloc(1000)) each.push_back(std::memset(piece, 1, 1000));
        for (void* piece : each) renamed_free(piece);
    }
    CHECK(pieces[0].size() == pieces[1].size());
    CHECK(pieces[0].size() * 1000 > machine::kBytes / 100 * 90);
    CHECK(renamed_malloc(machine::kBytes / 2) != nullptr);  // what small ones had is whole again
    renamed_free(nullptr);
}

TEST_CASE("freed memory goes back to the kernel by itself, and comes again as zeros") {
    const size_t before = machine::pages_taken();
    std::vector<unsigned char*> blocks;
    for (int i = 0; i < 60; i++) {
        blocks.push_back(static_cast<unsigned char*>(renamed_malloc(1 << 20)));
        std::memset(blocks.back(), 0xff, 1 << 20);
    }
    CHECK(machine::pages_taken() >= before + 60 * 256);
    for (unsigned char* block : blocks) renamed_free(block);
    CHECK(machine::pages_taken() * machine::kPage <= before * machine::kPage + FUTURE_GROUND_KEPT);
    auto* zero = static_cast<unsigned char*>(renamed_calloc(60, 1 << 20));
    REQUIRE(zero);
    CHECK(is_zero(zero, size_t{60} << 20));
    renamed_free(zero);
}

TEST_CASE("realloc: in place where the class or what lies behind allows") {
    auto* small = static_cast<char*>(renamed_malloc(100));
    CHECK(renamed_realloc(small, 112) == small);
    CHECK(renamed_realloc(small, 60) == small);
    char* tiny = static_cast<char*>(renamed_realloc(small, 20));
    CHECK(renamed_malloc_usable_size(tiny) == 32);
    CHECK(renamed_realloc(tiny, 0) == nullptr);
    auto* large = static_cast<char*>(renamed_malloc(size_t{40} << 20));
    large[0] = 3;
    CHECK(renamed_realloc(large, size_t{1} << 20) == large);
    void* others = renamed_malloc(size_t{10} << 20);  // behind it, where there is room now
    CHECK(renamed_realloc(large, size_t{3} << 20) != nullptr);
    renamed_free(others);
    void* gone = renamed_reallocf(renamed_malloc(50), static_cast<size_t>(PTRDIFF_MAX));
    CHECK(gone == nullptr);
}

TEST_CASE("something in the heap's way: it goes on elsewhere, and what is free around it is used") {
    future_heap_flush();
    future_ground_purge();
    const uintptr_t wall = machine::block(3);
    std::vector<void*> blocks;
    while (void* block = renamed_malloc(size_t{1} << 20)) blocks.push_back(std::memset(block, 1, 1 << 20));
    CHECK(blocks.size() > (machine::kBytes >> 20) / 8);
    for (void* block : blocks) renamed_free(block);
    machine::unblock(wall, 3);
}

TEST_CASE("what was freed twice or never given out is told") {
    void* volatile block = renamed_malloc(40);
    void* volatile other = renamed_malloc(40);
    CHECK(machine::last_words([&] { renamed_free(block); }).empty());
    CHECK(machine::last_words([&] { renamed_free(block); }) == "free(): double free detected");
    CHECK(machine::last_words([&] { renamed_free(other); renamed_free(block); }) == "free(): double free detected");
    static char outside[64];
    char* inside = static_cast<char*>(renamed_malloc(100));
    char* large = static_cast<char*>(renamed_malloc(1 << 20));
    char* medium = static_cast<char*>(renamed_malloc(100000));
    for (void* wrong : {static_cast<void*>(outside), static_cast<void*>(inside + 16), static_cast<void*>(inside + 8),
                        static_cast<void*>(large + 16), static_cast<void*>(large + 65536), static_cast<void*>(medium + 65536)}) {
        CHECK(machine::last_words([&] { renamed_free(wrong); }) == "free(): invalid pointer");
        CHECK(machine::last_words([&] { wrong = renamed_realloc(wrong, 10); }) == "realloc(): invalid pointer");
    }
    for (void* right : {inside, large, medium}) renamed_free(right);
    CHECK(machine::last_words([&] { renamed_free(large); }) == "free(): invalid pointer");
    // A block that holds what a free one would is no free one.
    auto* same = static_cast<uint64_t*>(renamed_malloc(40));
    same[1] = future_ground_secret();
    CHECK(machine::last_words([&] { renamed_free(same); }).empty());
}
