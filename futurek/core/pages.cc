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
    : taken_(taken), guarded_(guarded), count_(arena_bytes / page_bytes), free_(count_), high_(count_) {}

void Pages::clear() {
    uint64_t* maps[] = {taken_, guarded_};
    for (uint64_t* bits : maps) {
        set(bits, 0, low_, false);
        set(bits, high_, count_ - high_, false);
    }
    *this = Pages(taken_, guarded_, count_ * page_bytes);
}

void Pages::reserve(uint64_t pages) {
    set(taken_, 0, pages, true);
    reserved_ = low_ = pages;
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

// Behind the last taken page below `before`, or where the loader's pages end.
uint64_t Pages::behind_last_taken(uint64_t before) const {
    while (before > reserved_) {
        uint64_t bits = (before - 1) % 64 + 1, word = taken_[(before - 1) / 64] << (64 - bits);
        if (word) {
            before -= static_cast<uint64_t>(__builtin_clzll(word));
            break;
        }
        before -= bits;
    }
    return before > reserved_ ? before : reserved_;
}

uint64_t Pages::find(uint64_t from, uint64_t to, uint64_t pages, uint64_t* longest) const {
    for (uint64_t first = next(from, false); first < to;) {
        uint64_t end = next(first, true);
        if (end > to) end = to;
        if (longest && end - first > *longest) *longest = end - first;
        if (end - first >= pages) return first;
        first = next(end, false);
    }
    return to;
}

Attempt<uint64_t> Pages::take(uint64_t pages) {
    if (pages == 0) return Error::invalid;
    uint64_t first = count_;
    if (pages <= holes()) first = find(high_, count_, pages);
    if (first == count_ && pages <= high_ - low_) {
        first = high_ -= pages;
    } else if (first == count_ && pages <= holes()) {
        first = find(reserved_, low_, pages);
        if (first == low_) first = count_;
    }
    if (first == count_) return Failure{Error::no_memory, longest_run() * page_bytes};
    set(taken_, first, pages, true);
    free_ -= pages;
    return first;
}

Attempt<uint64_t> Pages::take_at(uint64_t first, uint64_t pages) {
    if (pages == 0) return Error::invalid;
    if (first < reserved_ || first > count_ || pages > count_ - first) return Error::no_memory;
    uint64_t end = first + pages;
    bool in_gap = first >= low_ && end <= high_;
    if (!in_gap && next(first, true) < end) return Error::no_memory;
    set(taken_, first, pages, true);
    free_ -= pages;
    if (in_gap || (first < low_ && end > low_))
        low_ = end < high_ ? end : high_;
    else if (first < high_ && end > high_)
        high_ = first;
    return first;
}

void Pages::give_back(uint64_t first, uint64_t pages) {
    set(taken_, first, pages, false);
    free_ += pages;
    if (first == high_) high_ = next(high_, true);
    if (first + pages == low_) low_ = behind_last_taken(low_);
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
    uint64_t longest = high_ - low_;
    if (holes() > longest) {
        find(reserved_, low_, ~0ull, &longest);
        find(high_, count_, ~0ull, &longest);
    }
    return longest;
}

}  // namespace futurek
