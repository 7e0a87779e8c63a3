// SPDX-License-Identifier: MIT
// Pages of one arena: which are handed out by the map call, and which of them are protected.
#pragma once

#include <stdint.h>

#include "attempt.h"
#include "limits.h"

namespace futurek {

// One bit a page, in words given at construction (a slice of the machine's map: arenas are disjoint). A free page is
// always unprotected, and zero as far as the kernel is concerned: FREE discards before it gives back.
//
// What may lie anywhere comes from the top and what names its place grows from the bottom, so that the largest free run,
// the gap, lies between: a heap can grow into all that is left. An arena may have many more pages than a program ever
// uses, so nothing here looks at the gap's bits, which are all zero.
// Guarded by Locked<Process>.
class Pages {
public:
    Pages() = default;
    // `taken` and `guarded` have arena_bytes / page_bytes bits each, all zero.
    Pages(uint64_t* taken, uint64_t* guarded, uint64_t arena_bytes);
    // Makes them so again.
    void clear();

    // The first `pages` pages are the loader's: never free, never freed.
    void reserve(uint64_t pages);
    // Page number of a run of `pages` pages, now taken; ENOMEM with the longest run.
    Attempt<uint64_t> take(uint64_t pages);
    // Exactly these pages, now taken; ENOMEM if one of them is not free.
    Attempt<uint64_t> take_at(uint64_t first, uint64_t pages);
    void give_back(uint64_t first, uint64_t pages);

    // True: all of them were handed out by take.
    bool all_taken(uint64_t first, uint64_t pages) const;
    void set_guarded(uint64_t first, uint64_t pages, bool on) { set(guarded_, first, pages, on); }
    bool any_guarded(uint64_t first, uint64_t pages) const;

    uint64_t count() const { return count_; }
    uint64_t reserved() const { return reserved_; }
    uint64_t free_count() const { return free_; }
    uint64_t longest_run() const;

private:
    static void set(uint64_t* bits, uint64_t first, uint64_t pages, bool on);
    // Calls use(mask within the word, index of the word) for each word that [first, first + pages) touches.
    template <class Use>
    static void each_word(uint64_t first, uint64_t pages, Use use);
    uint64_t next(uint64_t from, bool taken) const;
    uint64_t behind_last_taken(uint64_t before) const;
    // First page of the lowest run in [from, to) that fits, or `to`. The longest run on the way, if that is asked for.
    uint64_t find(uint64_t from, uint64_t to, uint64_t pages, uint64_t* longest = nullptr) const;
    uint64_t holes() const { return free_ - (high_ - low_); }

    uint64_t* taken_ = nullptr;
    uint64_t* guarded_ = nullptr;
    uint64_t count_ = 0, reserved_ = 0, free_ = 0;
    uint64_t low_ = 0, high_ = 0;  // the gap
};

}  // namespace futurek
