// SPDX-License-Identifier: MIT
#include "machine.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

extern "C" {
#include "heap.h"
}

namespace machine {
namespace {

constexpr size_t kPages = kBytes / kPage, kReserved = 5;  // what comes before the heap

std::mutex guard;
std::vector<bool> taken(kPages);
std::atomic<unsigned> refused;
thread_local uint32_t core;
void* words[FUTURE_PORT_CORES];
thread_local std::jmp_buf* way_out;
thread_local const char* said;

[[noreturn]] void broken(const char* what) {
    std::fprintf(stderr, "the allocator asked for something wrong: %s\n", what);
    std::abort();
}

// Not at a slice's beginning, as a program's.
char* memory() {
    static char* const base = static_cast<char*>(mmap(nullptr, kBytes + 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    return reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(base) + 65535) & ~uintptr_t{65535}) + 3 * kPage;
}

size_t page_of(uintptr_t at) {
    if (at % kPage || at < reinterpret_cast<uintptr_t>(memory())) broken("an address");
    return (at - reinterpret_cast<uintptr_t>(memory())) / kPage;
}

bool all(size_t first, size_t pages, bool value) {
    if (first > kPages || pages > kPages - first) return false;
    for (size_t i = first; i < first + pages; i++)
        if (taken[i] != value) return false;
    return true;
}

uintptr_t take(size_t first, size_t pages) {
    for (size_t i = first; i < first + pages; i++) taken[i] = true;
    mprotect(memory() + first * kPage, pages * kPage, PROT_READ | PROT_WRITE);
    return reinterpret_cast<uintptr_t>(memory() + first * kPage);
}

size_t pages_of(size_t bytes) {
    if (bytes == 0 || bytes % kPage) broken("a length");
    return bytes / kPage;
}

}  // namespace

void be_core(uint32_t number) { core = number; }

size_t pages_taken() {
    const std::lock_guard<std::mutex> lock(guard);
    size_t count = 0;
    for (const bool each : taken) count += each;
    return count;
}

unsigned refusals() { return refused; }

std::string last_words(const std::function<void()>& body) {
    std::jmp_buf here;
    way_out = &here;
    said = "";
    if (!setjmp(here)) body();
    way_out = nullptr;
    return said;
}

uintptr_t block(size_t pages) {
    const std::lock_guard<std::mutex> lock(guard);
    size_t last = kPages;
    for (size_t first = kReserved; first + pages <= kPages; first++)
        if (all(first, pages, false) && last == kPages) last = first;
    if (last == kPages) broken("the test: no room");
    return take(last, pages);
}

void unblock(uintptr_t at, size_t pages) { future_port_unmap(at, pages * kPage); }

}  // namespace machine

using namespace machine;

extern "C" {

void** future_port_word() { return &words[core]; }
uint32_t future_port_core() { return core; }
void future_port_relax() { usleep(10); }
void future_port_refused() { refused++; }

struct future_land future_port_land() {
    const uintptr_t base = reinterpret_cast<uintptr_t>(memory());
    return {base, kBytes, base + kReserved * kPage, 0x1234567890abcdefull};
}

void future_port_die(const char* text) {
    if (!way_out) broken(text);
    said = text;
    std::longjmp(*way_out, 1);
}

bool future_port_map(uintptr_t at, size_t bytes) {
    const std::lock_guard<std::mutex> lock(guard);
    const size_t first = page_of(at), pages = pages_of(bytes);
    return first >= kReserved && all(first, pages, false) && take(first, pages);
}

uintptr_t future_port_map_anywhere(size_t bytes) {
    const std::lock_guard<std::mutex> lock(guard);
    const size_t pages = pages_of(bytes);
    if (pages > kPages) return 0;
    size_t run = 0;
    for (size_t first = kPages; first > kReserved;) {
        run = taken[--first] ? 0 : run + 1;
        if (run == pages) return take(first, pages);
    }
    return 0;
}

void future_port_unmap(uintptr_t at, size_t bytes) {
    const std::lock_guard<std::mutex> lock(guard);
    const size_t first = page_of(at), pages = pages_of(bytes);
    if (!all(first, pages, true)) broken("giving back what is not its own");
    for (size_t i = first; i < first + pages; i++) taken[i] = false;
    char* place = memory() + first * kPage;
    madvise(place, bytes, MADV_DONTNEED);
    mprotect(place, bytes, PROT_NONE);
}

void future_port_expect(uintptr_t at, size_t bytes) {
    const std::lock_guard<std::mutex> lock(guard);
    if (!all(page_of(at), pages_of(bytes), true)) broken("pages that will be written, but are not its own");
}
}
