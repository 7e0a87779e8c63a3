// SPDX-License-Identifier: MIT
// Every word is copied once and then judged; loops are bounded by the numbers that the machine gave this program.
#include "program/thread_view.h"

#include <algorithm>
#include <cstring>

#include "futurek/abi/start_block.h"
#include "words/printable.h"

namespace future {

ThreadView::ThreadView(const guest_memory& memory, uint64_t start_block, uint32_t max_threads, uint32_t cores)
    : memory_(memory) {
    uint64_t address = 0;
    if (!read(start_block + offsetof(future_start_block, threads), address) || address == 0 || !read(address, view_) ||
        view_.magic != FUTURE_THREADS_MAGIC || view_.size < sizeof view_) {
        view_ = {};
        return;
    }
    view_.max_threads = std::min(view_.max_threads, max_threads);
    view_.cores = std::min(view_.cores, cores);
    there_ = true;
}

std::optional<ThreadState> ThreadView::at(uint64_t block) const {
    ThreadState t;
    char name[16];
    uint32_t ended;
    uint64_t call;
    t.block = block;
    if (!there_ || block == 0 || !read(block + view_.number, t.number) || !read(block + view_.name, name) ||
        !read(block + view_.state, t.state) || !read(block + view_.saved, t.saved) || !read(block + view_.call, call) ||
        !read(block + view_.stack_low, t.stack_low) || !read(block + view_.stack_bytes, t.stack_bytes) ||
        !read(block + view_.wait_kind, t.wait_kind) || !read(block + view_.waits_for, t.waits_for) ||
        !read(block + view_.ended, ended))
        return std::nullopt;
    const std::optional<uint32_t> core = core_of(block);
    t.asleep = core && rests(*core);
    t.in_call = call & 1;
    t.ended = ended == view_.ended_value;
    t.name.assign(name, strnlen(name, sizeof name));
    make_printable(t.name);
    for (char& c : t.name)
        if (c == '\n' || c == '\t' || c == '"') c = '?';
    return t;
}

std::optional<ThreadState> ThreadView::numbered(uint32_t number) const {
    uint64_t block = 0, id = 0;
    if (number >= view_.max_threads || !read(view_.table + number * sizeof block, block) || block == 0 ||
        !read(block + view_.id, id) || id == 0)
        return std::nullopt;
    std::optional<ThreadState> thread = at(block);
    return thread && thread->number == number ? thread : std::nullopt;
}

std::vector<ThreadState> ThreadView::all() const {
    std::vector<ThreadState> threads;
    for (uint32_t number = 0; number < view_.max_threads; number++)
        if (std::optional<ThreadState> thread = numbered(number)) threads.push_back(std::move(*thread));
    return threads;
}

bool ThreadView::rests(uint32_t core) const {
    uint32_t resting = 0;
    return read(view_.resting + core * view_.core_stride, resting) && resting;
}

std::optional<uint32_t> ThreadView::core_of(uint64_t block) const {
    uint64_t running = 0;
    for (uint32_t core = 0; core < view_.cores && read(view_.running + core * view_.core_stride, running); core++)
        if (running == block) return core;
    return std::nullopt;
}

std::optional<ThreadState> ThreadView::on_core(uint32_t core) const {
    uint64_t block = 0;
    if (core >= view_.cores || !read(view_.running + core * view_.core_stride, block)) return std::nullopt;
    return at(block);
}

std::optional<ThreadState> ThreadView::above(uint64_t address) const {
    std::optional<ThreadState> nearest;
    for (ThreadState& thread : all())
        if (thread.stack_low > address && (!nearest || thread.stack_low < nearest->stack_low)) nearest = std::move(thread);
    return nearest;
}

std::optional<uint32_t> ThreadView::owner_of_mutex(uint64_t mutex) const {
    uint32_t owner = 0;
    if (!there_ || !read(mutex + view_.mutex_owner, owner) || owner == 0) return std::nullopt;
    return owner - 1;
}

std::optional<Registers> ThreadView::registers(uint64_t saved_context) const {
    future_saved_context saved;
    if (saved_context == 0 || !read(saved_context, saved)) return std::nullopt;
    Registers r = {};
    r[kRbx] = saved.rbx;
    r[kRbp] = saved.rbp;
    r[kR12] = saved.r12;
    r[kR13] = saved.r13;
    r[kR14] = saved.r14;
    r[kR15] = saved.r15;
    r[kRip] = saved.rip;
    r[kRsp] = saved_context + sizeof saved;
    return r;
}

}  // namespace future
