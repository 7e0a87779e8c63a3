// SPDX-License-Identifier: MIT
// A program's threads as it shows them (futurek/abi/threads.h). It may show nonsense: nothing here believes it, nor waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "future/guest_memory.h"
#include "futurek/abi/threads.h"
#include "program/unwinder.h"

namespace future {

struct ThreadState {
    uint64_t block = 0;
    uint32_t number = ~0u;     // ~0: one of a core's own, without a number
    std::string name;          // printable
    uint32_t state = 0;        // enum future_thread_state
    bool asleep = false;       // a core sleeps on its stack
    bool in_call = false;
    bool ended = false;        // and waits to be joined
    uint32_t wait_kind = 0;    // enum future_wait_kind
    uint64_t waits_for = 0;
    uint64_t saved = 0;        // struct future_saved_context
    uint64_t stack_low = 0, stack_bytes = 0;

    bool waits() const { return asleep || state == FUTURE_THREAD_PARKED; }
};

class ThreadView {
public:
    // Shows no thread if the program has none, or they cannot be read.
    ThreadView(const guest_memory&, uint64_t start_block, uint32_t max_threads, uint32_t cores);

    explicit operator bool() const { return there_; }
    const future_last_words& last() const { return view_.last; }  // reason 0: none

    // What is at `block`; nothing if that is no address of the program's.
    std::optional<ThreadState> at(uint64_t block) const;
    std::optional<ThreadState> numbered(uint32_t number) const;
    // In order of their numbers, those that live or wait to be joined.
    std::vector<ThreadState> all() const;
    // What core `core` of the program runs.
    std::optional<ThreadState> on_core(uint32_t core) const;
    std::optional<uint32_t> core_of(uint64_t block) const;
    // The thread whose stack begins next above `address`.
    std::optional<ThreadState> above(uint64_t address) const;
    // Who locked this mutex last: a thread's number.
    std::optional<uint32_t> owner_of_mutex(uint64_t mutex) const;
    std::optional<Registers> registers(uint64_t saved_context) const;

private:
    template <class Word>
    bool read(uint64_t address, Word& word) const { return memory_.copy_in(&word, address, sizeof word) == 0; }

    bool rests(uint32_t core) const;

    guest_memory memory_;
    future_threads view_ = {};
    bool there_ = false;
};

}  // namespace future
