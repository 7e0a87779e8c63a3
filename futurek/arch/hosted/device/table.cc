// SPDX-License-Identifier: MIT
// Looking things up, and the pictures that ps and doctor get.
#include "table.h"

#include <string.h>

#include "../../../../idl/wire/note.h"
#include "../../../core/memory.h"

namespace futurek::hosted {

Context* DeviceTable::free_context() {
    for (Context& free : context)
        if (free.fd < 0) return &free;
    return nullptr;
}

Context* DeviceTable::oldest_idle() {
    Context* oldest = nullptr;
    for (Context& idle : context) {
        if (idle.fd < 0 || idle.pid || idle.waiting_verb || idle.log || idle.attended) continue;
        if (!oldest || idle.opened < oldest->opened) oldest = &idle;
    }
    return oldest;
}

ProcessRecord* DeviceTable::find(uint32_t pid) {
    for (ProcessRecord& record : process)
        if (pid && record.pid == pid) return &record;
    return nullptr;
}

ProcessRecord* DeviceTable::add(uint32_t pid) {
    for (ProcessRecord& record : process)
        if (!record.pid) {
            record = {};
            record.pid = pid;
            return &record;
        }
    return nullptr;
}

unsigned DeviceTable::process_count() const {
    unsigned count = 0;
    for (const ProcessRecord& record : process) count += record.pid != 0;
    return count;
}

uint64_t DeviceTable::free_core_mask() const {
    uint64_t free = cores >= 64 ? ~0ull : (1ull << cores) - 1;
    for (const ProcessRecord& record : process)
        if (record.pid) free &= ~record.shown.core_mask;
    return free;
}

bool DeviceTable::any_attended() const {
    for (const Context& each : context)
        if (each.fd >= 0 && each.attended) return true;
    return false;
}

unsigned DeviceTable::list(future_device_process* to, uint64_t now_ns) const {
    unsigned count = 0;
    for (const ProcessRecord& record : process) {
        if (!record.pid) continue;
        to[count] = record.shown;
        to[count++].age_ns = now_ns - record.created_ns;
    }
    return count;
}

future_device_status DeviceTable::status(uint64_t now_ns, uint32_t linux_pid) const {
    future_device_status status = {};
    status.abi_version = FUTURE_ABI_VERSION;
    status.machine_kind = FUTURE_MACHINE_HOSTED;
    status.cores = status.free_cores = cores;
    status.memory_bytes = memory_bytes;
    Memory memory(memory_bytes);
    for (const ProcessRecord& record : process) {
        if (!record.pid) continue;
        status.free_cores -= record.shown.cores;
        memory.take(record.arena_offset, record.arena_bytes);
        status.processes++;
    }
    status.free_bytes = memory.free_bytes();
    status.largest_free_bytes = memory.largest_free();
    status.linux_pid = linux_pid;
    status.uptime_ns = now_ns - started_ns;
    return status;
}

void LogHistory::keep(const Message& message) {
    Kept& place = message_[count_++ % places];
    memset(&place, 0, sizeof place);
    uint32_t size = wire_size(message.word[0]);
    memcpy(&place, message.word, size < sizeof place ? size : sizeof place);
}

}  // namespace futurek::hosted
