// SPDX-License-Identifier: MIT
// Each system call: decode (all checks), then commit (nothing left to refuse). Arguments are the program's: hostile.
#include "syscall.h"

#include "../abi/syscall.h"
#include "arch/machine.h"
#include "clamp.h"
#include "kernel.h"

namespace futurek {

namespace {

SyscallResult value(int64_t result) { return {result, false}; }
SyscallResult refuse(Error error) { return {-static_cast<int64_t>(error), false}; }
constexpr SyscallResult leave{0, true};

SyscallResult exit(Core& core, int32_t status) {
    Locked<Process> process(*core.process);
    process_end(process, {CONTROL_EXITED, status}, core.index);  // false: another core was first, its reason counts
    return leave;
}

SyscallResult sleep(Core& core, uint64_t deadline) {
    return arch_core_sleep(core.number, deadline) ? value(0) : refuse(Error::timed_out);
}

SyscallResult ring(Core& core) {
    arch_process_ring(core.process->slot);
    return value(0);
}

SyscallResult wake(Core& core, uint64_t index, uint64_t entry, uint64_t stack_top) {
    Process& mine = *core.process;
    if (index >= mine.cores) return refuse(Error::invalid);
    index = clamp_index(index, mine.cores);
    if (entry == 0) {
        arch_core_ring(mine.slot, static_cast<unsigned>(index));
        return value(0);
    }
    if (!mine.arena.contains(entry, 1) || !mine.arena.contains(stack_top, 0) || stack_top == mine.arena.address ||
        stack_top % 16)
        return refuse(Error::invalid);
    Locked<Process> process(mine);
    if (process->state != FUTURE_PROCESS_RUNNING) return leave;  // dying: no core starts any more
    if (process->started >> index & 1) return refuse(Error::already);

    process_start_core(process, static_cast<uint32_t>(index), {entry, process->start_block, index, stack_top});
    return value(0);
}

SyscallResult taken(const Process& mine, Attempt<uint64_t> page) {
    if (!page.ok()) return refuse(page.error());
    return value(static_cast<int64_t>(mine.arena.address + page.value() * page_bytes));
}

SyscallResult map_allocate(Process& mine, uint64_t bytes) {
    if (bytes > mine.arena.bytes) return refuse(Error::no_memory);
    bytes = clamp_index(bytes, mine.arena.bytes + 1);
    Locked<Process> process(mine);
    return taken(mine, process->pages.take(bytes / page_bytes));
}

SyscallResult map_allocate_at(Process& mine, const UserRange& range) {
    Locked<Process> process(mine);
    return taken(mine, process->pages.take_at(range.offset() / page_bytes, range.bytes() / page_bytes));
}

// Only a hint, and it may take a while: no lock is held. Pages that another core frees meanwhile stay zero.
SyscallResult map_expect(Process& mine, const UserRange& range, uint64_t stride) {
    {
        Locked<Process> process(mine);
        if (!process->pages.all_taken(range.offset() / page_bytes, range.bytes() / page_bytes)) return refuse(Error::invalid);
    }
    arch_pages_expect(mine.slot, range.offset(), range.bytes(), stride ? stride : 1);
    return value(0);
}

SyscallResult map_free(Process& mine, const UserRange& range) {
    uint64_t first = range.offset() / page_bytes, pages = range.bytes() / page_bytes;
    Locked<Process> process(mine);
    if (!process->pages.all_taken(first, pages)) return refuse(Error::invalid);
    if (process->pages.any_guarded(first, pages)) {
        Attempt<Done> open = arch_pages_protect(mine.slot, range.offset(), range.bytes(), PageUse::program);
        if (!open.ok()) return refuse(open.error());
    }
    process->pages.set_guarded(first, pages, false);
    arch_pages_discard(mine.slot, range.offset(), range.bytes());
    process->pages.give_back(first, pages);
    return value(0);
}

SyscallResult map_protect(Process& mine, const UserRange& range, uint64_t protection) {
    PageUse use;
    switch (protection) {
        case FUTURE_PROT_NONE:
            use = PageUse::none;
            break;
        case FUTURE_PROT_READ:
            use = PageUse::read;
            break;
        case FUTURE_PROT_READ | FUTURE_PROT_WRITE:
            use = PageUse::read_write;
            break;
        default:
            return refuse(Error::invalid);
    }
    uint64_t first = range.offset() / page_bytes, pages = range.bytes() / page_bytes;
    Locked<Process> process(mine);
    uint64_t reserved = process->pages.reserved();
    uint64_t image = first < reserved ? (reserved - first < pages ? reserved - first : pages) : 0;
    if (pages > image && !process->pages.all_taken(first + image, pages - image)) return refuse(Error::invalid);
    Attempt<Done> done = arch_pages_protect(mine.slot, range.offset(), range.bytes(), use);
    if (!done.ok()) return refuse(done.error());
    process->pages.set_guarded(first, pages, true);
    return value(0);
}

SyscallResult map(Core& core, uint64_t what, uint64_t address, uint64_t bytes) {
    Process& mine = *core.process;
    uint64_t operation = what & 0xff, protection = what >> 8;
    if (bytes == 0 || bytes % page_bytes || address % page_bytes) return refuse(Error::invalid);
    if (operation == FUTURE_MAP_ALLOCATE && protection) return refuse(Error::invalid);
    if (operation == FUTURE_MAP_ALLOCATE && !address) return map_allocate(mine, bytes);
    Attempt<UserRange> range = UserRange::check(mine.arena, address, bytes);
    if (!range.ok()) return refuse(Error::invalid);
    if (operation == FUTURE_MAP_ALLOCATE) return map_allocate_at(mine, range.value());
    if (operation == FUTURE_MAP_EXPECT) return map_expect(mine, range.value(), protection);
    if (operation == FUTURE_MAP_FREE) return protection ? refuse(Error::invalid) : map_free(mine, range.value());
    if (operation == FUTURE_MAP_PROTECT) return map_protect(mine, range.value(), protection);
    return refuse(Error::invalid);
}

SyscallResult log(Core& core, uint64_t address, uint64_t bytes) {
    if (bytes > FUTURE_LOG_MAX) bytes = FUTURE_LOG_MAX;
    Attempt<UserRange> range = UserRange::check(core.process->arena, address, bytes);
    char text[FUTURE_LOG_MAX];
    if (!range.ok() || !range.value().copy_out(text)) return refuse(Error::fault);

    Text line;
    line.add("program ").number(core.process->pid).add(": ");
    while (bytes && text[bytes - 1] == '\n') bytes--;
    for (uint64_t index = 0; index < bytes; index++) line.add(text[index]);
    kernel().log.line(LogLevel::info, line, core.process->pid, core.process->owner);
    kernel().channel.ring();
    return value(0);
}

SyscallResult info(Core& core, uint64_t what) {
    Process& mine = *core.process;
    switch (what) {
        case FUTURE_INFO_TIME_PAGE:
            return value(static_cast<int64_t>(mine.places.time_page));
        case FUTURE_INFO_CORES:
            return value(mine.cores);
        case FUTURE_INFO_MACHINE:
            return value(kernel().info.machine_kind);
        case FUTURE_INFO_FREE_BYTES: {
            Locked<Process> process(mine);
            return value(static_cast<int64_t>(process->pages.free_count() * page_bytes));
        }
        case FUTURE_INFO_LARGEST_FREE: {
            Locked<Process> process(mine);
            return value(static_cast<int64_t>(process->pages.longest_run() * page_bytes));
        }
        default:
            return refuse(Error::invalid);
    }
}

}  // namespace

SyscallResult syscall(unsigned number_of_core, uint64_t number, uint64_t a, uint64_t b, uint64_t c) {
    Core& core = kernel().cores[number_of_core];
    if (number >= FUTURE_SYS_COUNT) return refuse(Error::no_call);
    switch (clamp_index(number, FUTURE_SYS_COUNT)) {
        case FUTURE_SYS_EXIT:
            return exit(core, static_cast<int32_t>(a));
        case FUTURE_SYS_SLEEP:
            return sleep(core, a);
        case FUTURE_SYS_RING:
            return ring(core);
        case FUTURE_SYS_WAKE:
            return wake(core, a, b, c);
        case FUTURE_SYS_MAP:
            return map(core, a, b, c);
        case FUTURE_SYS_LOG:
            return log(core, a, b);
        case FUTURE_SYS_INFO:
            return info(core, a);
        case FUTURE_SYS_RELEASE_CORE:
            return leave;
        default:
            return refuse(Error::no_call);
    }
}

}  // namespace futurek
