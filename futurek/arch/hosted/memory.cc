// SPDX-License-Identifier: MIT
// Machine memory: one reserved range of addresses; each arena a sealed memfd mapped into it, each channel another.
//
// A memfd is never given to a second process: a proxy may keep its descriptor for ever, and read or write through it
// what the next program does. So what makes a create cheap is not a used arena but a fresh one, prepared while the
// machine has nothing else to do (the spare), and mapped where the next create will most likely put it.
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <initializer_list>

#include "../../abi/syscall.h"
#include "arch/machine.h"
#include "host.h"

namespace futurek::hosted {

HostProcess host_process[max_processes];

namespace {

char* base;
uint64_t addresses;  // bytes of them, from there on

// Twice as many addresses as memory: arena at offset o lies at 2 o, so that an inaccessible gap of its own size
// follows each one, and a program that runs off its end faults.
char* address_of(uint64_t offset) { return base + 2 * offset; }

int sealed_memfd(const char* name, uint64_t bytes) {
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    constexpr unsigned mfd_exec = 0x10;  // since 6.3; without it some kernels warn or forbid PROT_EXEC
    int fd = memfd_create(name, flags | mfd_exec);
    if (fd < 0 && errno == EINVAL) fd = memfd_create(name, flags);
    if (fd < 0) return -1;
    if (ftruncate(fd, static_cast<off_t>(bytes)) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    close(fd);
    return -1;
}

// What a process needs of the kernel beside its place: made now, or in advance.
struct Parts {
    uint64_t arena_bytes = 0;
    int arena_fd = -1, channel_fd = -1, doorbell_fd = -1;
    void* channel = MAP_FAILED;
    char* mapped_at = nullptr;  // the arena, with the pages that a program begins with
};

constexpr int populate_write = 23;  // MADV_POPULATE_WRITE, since 5.14; where it is missing, the pages come one by one

Parts spare;
// Of the process seen last: the next one is likely to want the same.
uint64_t spare_bytes;  // its arena's size
// The pages that were there when it ended, or some of them: image, first stack, what MULiTh begins with. Pages that were
// made in advance count too, so the set grows while programs differ; it has a bound. Half of it is for the arena's upper
// half, where what lies anywhere lies: its runs go by their distance from the end.
struct PageRuns {
    static constexpr uint64_t most_pages = 64, most_runs = 12;
    struct Run {
        uint64_t first, count;
    };
    struct Half {
        Run run[most_runs];
        unsigned count;
    } half[2];

    void learn(int arena_fd, uint64_t arena_bytes);
    // At once instead of by a fault each.
    void populate(char* arena, uint64_t arena_bytes) const;
};
PageRuns touched = {{{{{0, 16}}, 1}, {}}};
PageRuns expected[max_cores];  // of a core that was given to a process whose pages are not there yet

uint64_t channel_bytes() { return (wire_channel_bytes(WIRE_RING_LINES_DEFAULT) + page_bytes - 1) & ~(page_bytes - 1); }

void close_parts(Parts& parts) {
    if (parts.channel != MAP_FAILED) munmap(parts.channel, channel_bytes());
    for (int fd : {parts.arena_fd, parts.channel_fd, parts.doorbell_fd})
        if (fd >= 0) close(fd);
    parts = {};
}

// False: errno says why, and nothing is left.
bool make_parts(Parts& parts, uint64_t arena_bytes, int populate) {
    parts.arena_bytes = arena_bytes;
    parts.arena_fd = sealed_memfd("future-arena", arena_bytes);
    parts.channel_fd = sealed_memfd("future-channel", channel_bytes());
    parts.doorbell_fd = eventfd(0, EFD_CLOEXEC);
    if (parts.arena_fd >= 0 && parts.channel_fd >= 0 && parts.doorbell_fd >= 0)
        parts.channel =
            mmap(nullptr, channel_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | populate, parts.channel_fd, 0);
    if (parts.channel != MAP_FAILED) {
        madvise(parts.channel, channel_bytes(), MADV_DONTFORK);
        return true;
    }
    int error = errno;
    close_parts(parts);
    errno = error;
    return false;
}

bool map_arena(char* arena, uint64_t bytes, int fd) {
    if (mmap(arena, bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) return false;
    madvise(arena, bytes, MADV_DONTFORK);
    return true;
}

// Mapping over it unmaps and keeps the range reserved, in one step.
void unmap_arena(char* arena, uint64_t bytes) {
    if (mmap(arena, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        arch_panic("an arena could not be unmapped");
}

// By looking for what is there, not at each page: an arena is as large as the computer's memory.
void PageRuns::learn(int arena_fd, uint64_t arena_bytes) {
    uint64_t middle = arena_bytes / 2 / page_bytes * page_bytes;
    for (unsigned upper = 0; upper < 2; upper++) {
        uint64_t at = upper ? middle : 0, end = upper ? arena_bytes : middle, left = most_pages;
        half[upper].count = 0;
        while (left && half[upper].count < most_runs) {
            off_t data = lseek(arena_fd, static_cast<off_t>(at), SEEK_DATA);
            if (data < 0 || static_cast<uint64_t>(data) >= end) break;
            off_t hole = lseek(arena_fd, data, SEEK_HOLE);
            if (hole <= data) break;
            uint64_t first = static_cast<uint64_t>(data) / page_bytes, behind = static_cast<uint64_t>(hole);
            uint64_t pages = ((behind < end ? behind : end) - first * page_bytes) / page_bytes;
            if (pages > left) pages = left;
            half[upper].run[half[upper].count++] = {upper ? arena_bytes / page_bytes - first : first, pages};
            left -= pages;
            at = behind;
        }
    }
}

// No run reaches out of the arena: what lies there may be another program's.
void PageRuns::populate(char* arena, uint64_t arena_bytes) const {
    uint64_t pages = arena_bytes / page_bytes;
    for (unsigned upper = 0; upper < 2; upper++)
        for (unsigned index = 0; index < half[upper].count; index++) {
            auto [place, count] = half[upper].run[index];
            uint64_t first = upper ? pages - place : place;
            if (place <= pages && count <= pages - first)
                madvise(arena + first * page_bytes, count * page_bytes, populate_write);
        }
}

// The spare, if it fits; else `parts` stays empty. Its mapping does not survive another arena's creation: it may lie in
// what has to be inaccessible around that.
void take_spare(Parts& parts, uint64_t arena_bytes, const char* arena) {
    if (spare.mapped_at && (spare.arena_bytes != arena_bytes || spare.mapped_at != arena)) {
        unmap_arena(spare.mapped_at, spare.arena_bytes);
        spare.mapped_at = nullptr;
    }
    if (spare.arena_bytes != arena_bytes) return;
    parts = spare;
    spare = {};
}

// What every process will need, tried once: a machine that could not make one had better not boot.
const char* try_arena() {
    int fd = sealed_memfd("future-trial", extent_align);
    if (fd < 0) return refused("a sealed memory file (memfd_create)");
    void* page = mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, fd, 0);
    const char* wrong = page == MAP_FAILED ? refused("to execute shared memory, which a security policy forbids (mmap)") : nullptr;
    if (!wrong) munmap(page, page_bytes);
    close(fd);
    return wrong;
}

}  // namespace

const char* memory_start(uint64_t bytes) {
    if (const char* wrong = try_arena()) return wrong;
    addresses = 2 * bytes;
    uint64_t all = addresses + 4 * extent_align;
    void* range = mmap(nullptr, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) return "no addresses for this much memory (ulimit -v?); give it less with --memory";
    // Aligned, and with something inaccessible before the first arena as well.
    base = reinterpret_cast<char*>((reinterpret_cast<uint64_t>(range) + 2 * extent_align - 1) & ~(extent_align - 1));
    return nullptr;
}

Addresses memory_addresses() { return {reinterpret_cast<uint64_t>(base), reinterpret_cast<uint64_t>(base) + addresses}; }

bool memory_spare_wanted() { return spare_bytes && (spare.arena_bytes != spare_bytes || !spare.mapped_at); }

void memory_make_spare() {
    if (spare.arena_bytes != spare_bytes) {
        if (spare.mapped_at) unmap_arena(spare.mapped_at, spare.arena_bytes);
        close_parts(spare);
        make_parts(spare, spare_bytes, MAP_POPULATE);
    }
    // No process is there: the next one gets the first place, and nobody else's surroundings are disturbed.
    if (spare.arena_bytes && map_arena(address_of(0), spare_bytes, spare.arena_fd)) {
        spare.mapped_at = address_of(0);
        touched.populate(spare.mapped_at, spare_bytes);
    } else {
        spare_bytes = 0;  // no second try before the next process
    }
}

void memory_expect_program(unsigned core) {
    expected[core].populate(host_core[core].arena, host_core[core].arena_bytes);
    expected[core] = {};
}

HostProcess* process_at(uint64_t arena_offset) {
    for (HostProcess& process : host_process)
        if (process.arena_fd >= 0 && process.arena_offset == arena_offset) return &process;
    return nullptr;
}

}  // namespace futurek::hosted

using namespace futurek;
using namespace futurek::hosted;

Attempt<ProcessPlaces> arch_process_create(unsigned slot, const ProcessPlan& plan) {
    HostProcess& process = host_process[slot];
    process.arena_offset = plan.arena_offset;
    process.arena_bytes = plan.arena_bytes;
    process.arena = address_of(plan.arena_offset);
    process.ring_lines = WIRE_RING_LINES_DEFAULT;
    process.channel_bytes = channel_bytes();

    Parts parts;
    take_spare(parts, plan.arena_bytes, process.arena);
    bool mapped = parts.mapped_at;
    if ((!parts.arena_bytes && !make_parts(parts, plan.arena_bytes, 0)) ||
        (!mapped && !map_arena(process.arena, process.arena_bytes, parts.arena_fd))) {
        Error error = errno == EMFILE || errno == ENFILE ? Error::too_many_files : Error::no_memory;
        close_parts(parts);
        return error;
    }
    spare_bytes = plan.arena_bytes;
    process.arena_fd = parts.arena_fd;
    process.channel_fd = parts.channel_fd;
    process.doorbell_fd = parts.doorbell_fd;
    process.channel = static_cast<wire_channel*>(parts.channel);
    for (uint32_t index = 0; index < plan.cores; index++) {
        host_core[plan.core_numbers[index]].doorbell = &process.channel->doorbell[index].word;
        host_core[plan.core_numbers[index]].arena = process.arena;
        host_core[plan.core_numbers[index]].arena_bytes = process.arena_bytes;
    }
    if (!mapped) expected[plan.core_numbers[0]] = touched;
    return ProcessPlaces{reinterpret_cast<uint64_t>(process.arena),
                         reinterpret_cast<uint64_t>(process.channel),
                         process.channel_bytes,
                         reinterpret_cast<uint64_t>(&future_hosted_entry_table),
                         reinterpret_cast<uint64_t>(clock_page()),
                         process.ring_lines,
                         process.channel};
}

void arch_process_destroy(unsigned slot) {
    HostProcess& process = host_process[slot];
    touched.learn(process.arena_fd, process.arena_bytes);
    unmap_arena(process.arena, process.arena_bytes);
    Parts parts = {process.arena_bytes, process.arena_fd, process.channel_fd, process.doorbell_fd, process.channel};
    close_parts(parts);
    process.channel = nullptr;
    process.arena_fd = process.channel_fd = process.doorbell_fd = -1;
}

void arch_process_ring(unsigned slot) {
    uint64_t one = 1;
    // It blocks if a proxy has filled the counter, until the stop signal comes; tick() repeats that.
    if (write(host_process[slot].doorbell_fd, &one, sizeof one) < 0) return;
}

Attempt<Done> arch_pages_protect(unsigned slot, uint64_t offset, uint64_t bytes, PageUse use) {
    static constexpr int protection[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
                                         PROT_READ | PROT_WRITE | PROT_EXEC};
    if (mprotect(host_process[slot].arena + offset, bytes, protection[static_cast<unsigned>(use)]) != 0)
        return Error::no_memory;
    return Done{};
}

void arch_pages_discard(unsigned slot, uint64_t offset, uint64_t bytes) {
    int result;
    do
        result = fallocate(host_process[slot].arena_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                           static_cast<off_t>(offset), static_cast<off_t>(bytes));
    while (result != 0 && errno == EINTR);
    if (result != 0) arch_panic("freed pages could not be discarded");
}

namespace {

// As one page where that is possible, which costs about as much as a few faults; never where only some of it is wanted.
// Linux makes one of a place that has a page already.
void populate_large(char* block) {
    constexpr int collapse = 25;  // MADV_COLLAPSE, since 6.1
    static bool refused;
    madvise(block, page_bytes, populate_write);
    if (__atomic_load_n(&refused, __ATOMIC_RELAXED) || madvise(block, extent_align, collapse) == 0) return;
    if (errno == EINVAL) __atomic_store_n(&refused, true, __ATOMIC_RELAXED);
    madvise(block, extent_align, populate_write);
}

void populate(char* at, char* end) {
    while (at < end) {
        uint64_t to_block = -reinterpret_cast<uint64_t>(at) % extent_align, left = static_cast<uint64_t>(end - at);
        if (!to_block && left >= extent_align) {
            populate_large(at);
            at += extent_align;
            continue;
        }
        uint64_t bytes = to_block && to_block < left ? to_block : left;
        madvise(at, bytes, populate_write);
        at += bytes;
    }
}

}  // namespace

// Who fails here loses nothing but time: the pages come when they are touched.
void arch_pages_expect(unsigned slot, uint64_t offset, uint64_t bytes, uint64_t stride) {
    constexpr uint64_t most_bytes = 64 << 20, batch = 64;  // one call must not keep a core for long: its end may be wanted
    constexpr int self = -10000;                           // PIDFD_SELF, since 6.14
    static bool vectors_refused;
    char* at = host_process[slot].arena + offset;
    if (bytes > most_bytes) bytes = most_bytes;
    if (stride == 1) return populate(at, at + bytes);
    if (stride > bytes / page_bytes) return;
    uint64_t pages = bytes / page_bytes / stride, pitch = stride * page_bytes;
    at += pitch - page_bytes;
    while (pages) {
        iovec page[batch];
        uint64_t count = pages < batch ? pages : batch;
        for (uint64_t index = 0; index < count; index++) page[index] = {at + index * pitch, page_bytes};
        if (!__atomic_load_n(&vectors_refused, __ATOMIC_RELAXED) &&
            syscall(SYS_process_madvise, self, page, count, populate_write, 0) < 0 && errno != ENOMEM && errno != EFAULT)
            __atomic_store_n(&vectors_refused, true, __ATOMIC_RELAXED);
        if (__atomic_load_n(&vectors_refused, __ATOMIC_RELAXED))
            for (uint64_t index = 0; index < count; index++) madvise(page[index].iov_base, page_bytes, populate_write);
        at += count * pitch;
        pages -= count;
    }
}
