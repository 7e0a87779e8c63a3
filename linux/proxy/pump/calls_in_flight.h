// SPDX-License-Identifier: MIT
// The calls that were not answered at once, and epoll, in which those wait that wait for a descriptor.
#pragma once

#include <mutex>
#include <unordered_set>

#include "pump/leadership.h"
#include "pump/owned_call.h"

namespace future {

class CallsInFlight {
public:
    // Calls come from ltns below max_calls. Throws std::system_error when no descriptor is left.
    CallsInFlight(uint32_t max_calls, int descriptor_limit, int stop_event, int doorbell);
    ~CallsInFlight();  // what is parked still is dropped: its program is dead
    CallsInFlight(const CallsInFlight&) = delete;
    CallsInFlight& operator=(const CallsInFlight&) = delete;

    Records& records() { return records_; }

    // From here on the call is in flight, and cancel() finds it. Empty: its thread has one already, so it is no honest one.
    OwnedCall begin(const Leadership::Token&, const Call&, const uint64_t* body);

    enum class Parking {
        parked,      // the call is epoll's, and empty here
        ready,       // it would be, but there is something to do meanwhile
        impossible,  // this descriptor cannot be waited for
    };
    Parking park(const Leadership::Token&, OwnedCall&);
    // Once more, after it was tried in vain: Parking::parked or ready.
    Parking park_again(OwnedCall&);
    // Epoll forgets it; its duplicate stays with it.
    void unpark(OwnedCall&);

    // Raises the flag of that call, if it is in flight still. `parked`: the caller owns it now, and it is to be answered.
    // False: it was answered.
    bool cancel(const Leadership::Token&, uint32_t ltn, uint32_t sequence, OwnedCall& parked);

    // ---- waiting ----
    enum class Heard { nothing, doorbell, call };
    struct Event {
        Heard heard = Heard::nothing;
        OwnedCall call;  // Heard::call; empty: another thread has it, and knows
    };
    // One event at a time: serving it may take for ever, and what else was taken out of epoll with it would wait as long.
    // milliseconds: 0 not at all, -1 for ever.
    Event wait(int milliseconds);
    bool any_parked() const { return parked_.load(std::memory_order_relaxed) != 0; }
    // For who goes to sleep where he hears of no parked call: it is counted before it looks for such a one.
    bool any_parked_for_sure() const { return parked_.load() != 0; }

private:
    Parking give_to_epoll(OwnedCall&);
    void watch(int fd, uint32_t events, uint64_t tag);

    int descriptor_limit_;
    Records records_;
    Descriptor epoll_;
    std::atomic<uint32_t> parked_{0};
    std::mutex mutex_;
    std::unordered_set<Record*> waiting_;  // parked, or being served by a thread that an event woke
};

}  // namespace future
