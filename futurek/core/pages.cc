// SPDX-License-Identifier: MIT
// Bitmaps by the word: a run of free pages is found by looking for the next one bit and the next zero bit in turn.
#include "pages.h"

namespace futurek {

template <class Use>
void Pages::each_word(uint64_t first, uint64_t pages, Use use) {
    while (pages) {
        uint64_t shift = first % 64, span = 64 - shift < pages ? 64 - shift : pages;
        use((span == 64 ? ~0ull : ((1ull << span) - 1)) << shift, first / 64);
        first += span;
        pages -= span;
    }
}

void Pages::set(uint64_t* bits, uint64_t first, uint64_t pages, bool on) {
    each_word(first, pages,
              [&](uint64_t mask, uint64_t word) { bits[word] = on ? bits[word] | mask : bits[word] & ~mask; });
}

Pages::Pages(uint64_t* taken, uint64_t* guarded, uint64_t arena_bytes)
    : taken_(taken), guarded_(guarded), count_(arena_bytes / page_bytes), free_(count_) {
    set(taken_, 0, count_, false);
    set(guarded_, 0, count_, false);
}

void Pages::reserve(uint64_t pages) {
    set(taken_, 0, pages, true);
    reserved_ = lowest_free_ = pages;
    free_ = count_ - pages;
}

// The first page at or after `from` that is taken (or free); count() if none.
uint64_t Pages::next(uint64_t from, bool taken) const {
    while (from < count_) {
        uint64_t word = taken ? taken_[from / 64] : ~taken_[from / 64];
        word &= ~0ull << from % 64;
        if (word) {
            uint64_t found = from / 64 * 64 + static_cast<uint64_t>(__builtin_ctzll(word));
            return found < count_ ? found : count_;
        }
        from = from / 64 * 64 + 64;
    }
    return count_;
}

Attempt<uint64_t> Pages::take(uint64_t pages) {
    if (pages == 0) return Error::invalid;
    if (pages <= free_) {
        lowest_free_ = next(lowest_free_, false);
        for (uint64_t first = lowest_free_; first < count_;) {
            uint64_t end = next(first, true);
            if (end - first >= pages) {
                set(taken_, first, pages, true);
                free_ -= pages;
                return first;
            }
            first = next(end, false);
        }
    }
    return Failure{Error::no_memory, longest_run() * page_bytes};
}

void Pages::give_back(uint64_t first, uint64_t pages) {
    set(taken_, first, pages, false);
    free_ += pages;
    if (first < lowest_free_) lowest_free_ = first;
}

bool Pages::all_taken(uint64_t first, uint64_t pages) const {
    if (first < reserved_ || first > count_ || pages > count_ - first) return false;
    return next(first, false) >= first + pages;
}

bool Pages::any_guarded(uint64_t first, uint64_t pages) const {
    bool any = false;
    each_word(first, pages, [&](uint64_t mask, uint64_t word) { any |= (guarded_[word] & mask) != 0; });
    return any;
}

uint64_t Pages::longest_run() const {
    uint64_t longest = 0;
    for (uint64_t first = next(lowest_free_, false); first < count_;) {
        uint64_t end = next(first, true);
        if (end - first > longest) longest = end - first;
        first = next(end, false);
    }
    return longest;
}

}  // namespace futurek
