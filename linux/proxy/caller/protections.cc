// SPDX-License-Identifier: MIT
// Looks into a table of a few ranges, and into the program's map: two bits for each page that a call would touch.
#include "caller/protections.h"

#include <algorithm>

#include "futurek/abi/protection.h"
#include "futurek/abi/syscall.h"

namespace future {
namespace {

constexpr uint64_t kPage = FUTURE_PAGE_BYTES, kPagesInWord = FUTURE_PAGES_IN_WORD;

// The same two bits for each page of a word.
constexpr uint64_t every(uint64_t bits) { return ~uint64_t{0} / 3 * bits; }

constexpr uint64_t forbidding(Protections::Access access) {
    return every(access == Protections::Access::read ? FUTURE_PAGE_UNREADABLE : FUTURE_PAGE_UNWRITABLE);
}

// The bits of pages first … last of the word that begins with page `begin`.
uint64_t between(uint64_t begin, uint64_t first, uint64_t last) {
    uint64_t mask = ~uint64_t{0};
    if (first > begin) mask <<= (first - begin) * FUTURE_PAGE_BITS;
    if (last < begin + kPagesInWord - 1) mask &= ~uint64_t{0} >> (begin + kPagesInWord - 1 - last) * FUTURE_PAGE_BITS;
    return mask;
}

// The program changes it meanwhile.
uint64_t look(const uint64_t* word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }

}  // namespace

Protections::Protections(std::vector<Range> constant, const std::byte* arena, uint64_t arena_address, uint64_t arena_bytes,
                         const uint64_t* map_address)
    : constant_(std::move(constant)), arena_(arena), address_(arena_address), bytes_(arena_bytes), map_address_(map_address) {}

// nullptr: there is none, or not where a map can be.
const uint64_t* Protections::map() const {
    const uint64_t offset = look(map_address_) - address_, length = bytes_ / kPage / kPagesInWord * sizeof(uint64_t);
    if (offset >= bytes_ || length > bytes_ - offset || offset % sizeof(uint64_t)) return nullptr;
    return reinterpret_cast<const uint64_t*>(arena_ + offset);
}

bool Protections::allows(Access access, uint64_t offset, uint64_t length) const {
    if (length == 0) return true;
    for (const Range& range : constant_)
        if ((access == Access::write || !range.readable) && offset < range.offset + range.bytes && range.offset < offset + length)
            return false;
    const uint64_t* const words = map();
    if (!words) return true;
    const uint64_t first = offset / kPage, last = (offset + length - 1) / kPage, bits = forbidding(access);
    for (uint64_t word = first / kPagesInWord; word <= last / kPagesInWord; word++)
        if (look(words + word) & bits & between(word * kPagesInWord, first, last)) return false;
    return true;
}

uint64_t Protections::readable_bytes(uint64_t offset, uint64_t most) const {
    uint64_t bytes = 0;
    while (bytes < most) {
        const uint64_t part = std::min(most - bytes, kPage - (offset + bytes) % kPage);
        if (!allows(Access::read, offset + bytes, part)) break;
        bytes += part;
    }
    return bytes;
}

}  // namespace future
