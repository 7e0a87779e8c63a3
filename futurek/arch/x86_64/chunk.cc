// SPDX-License-Identifier: MIT
// The state of a chunk moves by compare-exchange; ZEROING belongs to who made it so, and every other waits.
#include "chunk.h"

#include "attend.h"
#include "cpu.h"

namespace futurek::native {

namespace {

uint8_t& state_of(uint64_t chunk) { return reinterpret_cast<uint8_t*>(fixed(FUTURE_NATIVE_CHUNK_STATE))[chunk]; }
uint8_t look(uint64_t chunk) { return __atomic_load_n(&state_of(chunk), __ATOMIC_ACQUIRE); }
void set(uint64_t chunk, uint8_t state) { __atomic_store_n(&state_of(chunk), state, __ATOMIC_RELEASE); }

bool claim(uint64_t chunk) {
    uint8_t dirty = FUTURE_CHUNK_DIRTY;
    return __atomic_compare_exchange_n(&state_of(chunk), &dirty, FUTURE_CHUNK_ZEROING, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_RELAXED);
}

uint64_t dirty_epoch = 1;  // moves when chunks become dirty
uint64_t next_to_zero;

}  // namespace

bool chunk_is_ready(uint64_t chunk) { return look(chunk) == FUTURE_CHUNK_READY; }

void chunk_ready(uint64_t chunk) {
    while (look(chunk) != FUTURE_CHUNK_READY) {
        if (claim(chunk)) {
            zero(direct(chunk * FUTURE_CHUNK_BYTES), FUTURE_CHUNK_BYTES);
            return set(chunk, FUTURE_CHUNK_READY);
        }
        __builtin_ia32_pause();
    }
}

void chunks_dirty(uint64_t first, uint64_t count) {
    for (uint64_t chunk = first; chunk < first + count; chunk++) {
        // An idle core may be at it; what it does must be over before the chunk has a new owner.
        while (look(chunk) == FUTURE_CHUNK_ZEROING) __builtin_ia32_pause();
        // If it turns from DIRTY to ZEROING now, it is for the next owner.
        if (look(chunk) == FUTURE_CHUNK_READY) set(chunk, FUTURE_CHUNK_DIRTY);
    }
    __atomic_add_fetch(&dirty_epoch, 1, __ATOMIC_SEQ_CST);
}

bool chunk_zero_one(PerCore& core) {
    uint64_t epoch = __atomic_load_n(&dirty_epoch, __ATOMIC_SEQ_CST);
    if (core.clean_epoch == epoch) return false;
    uint64_t first = carved.arenas / FUTURE_CHUNK_BYTES, count = carved.arena_bytes / FUTURE_CHUNK_BYTES;
    uint64_t start = __atomic_load_n(&next_to_zero, __ATOMIC_RELAXED);
    for (uint64_t n = 0; n < count; n++) {
        uint64_t index = (start + n) % count;
        if (look(first + index) != FUTURE_CHUNK_DIRTY || !claim(first + index)) continue;
        __atomic_store_n(&next_to_zero, index + 1, __ATOMIC_RELAXED);
        char* at = direct((first + index) * FUTURE_CHUNK_BYTES);
        for (uint64_t done = 0; done < FUTURE_CHUNK_BYTES; done += page_bytes) {
            if (work_or_linux(core)) {
                set(first + index, FUTURE_CHUNK_DIRTY);
                return false;
            }
            zero(at + done, page_bytes);
        }
        set(first + index, FUTURE_CHUNK_READY);
        return true;
    }
    core.clean_epoch = epoch;
    return false;
}

}  // namespace futurek::native
