// SPDX-License-Identifier: MIT
// What the machine has to give: cores, memory, process slots, and the queue of creates that wait for them.
#pragma once

#include "attempt.h"
#include "control_message.h"
#include "lock.h"
#include "memory.h"
#include "process.h"

namespace futurek {

// One create, as asked for; `ltn` and `sequence` say whom to answer.
struct CreateRequest {
    control_create_request body;
    uint32_t ltn, sequence;
};

class Machine {
public:
    // The page map is zero.
    Machine(uint32_t cores, uint64_t memory_bytes, uint64_t* page_map);

    Lock lock{LockRank::machine};

    // A process of what is free now, or EBUSY (cores, slots), ENOMEM, EINVAL; detail as in struct future_device_answer.
    Attempt<Process*> create(const control_create_request& body);
    // A dead process's slot, cores and memory are free again.
    void release(Process& process);
    Process* find(uint32_t pid);
    Process& slot(unsigned index) { return processes_[index]; }

    uint32_t free_cores() const;
    uint32_t cores() const { return cores_; }
    const Memory& memory() const { return memory_; }
    // True: it could be done once what others have is free; then waiting makes sense.
    bool possible_later(const control_create_request& body) const;

    // The queue: first come, first served; who does not wait may pass.
    [[nodiscard]] bool wait(const CreateRequest& request);
    bool withdraw(uint32_t ltn);
    const CreateRequest* first_waiting() const { return waiting_count_ ? &waiting_[0] : nullptr; }
    void drop_first_waiting() { drop_waiting(0); }

    // Words of page map that a machine of this size needs.
    static uint64_t page_map_words(uint64_t memory_bytes) { return memory_bytes / page_bytes / 64 * 2; }

private:
    void drop_waiting(unsigned index);
    Process* free_slot();
    uint32_t next_pid();
    void claim_cores(Process& process, uint32_t count);

    uint32_t cores_;
    uint64_t free_cores_;
    uint32_t last_pid_ = 0;
    Memory memory_;
    uint64_t* taken_map_;  // a bit each page of the machine
    uint64_t* guarded_map_;
    Process processes_[max_processes];
    CreateRequest waiting_[max_waiting];
    unsigned waiting_count_ = 0;
};

}  // namespace futurek
