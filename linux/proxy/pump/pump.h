// SPDX-License-Identifier: MIT
// Serves one program's delegated calls: copy, check, call, reply. Leader and followers without timers; docs/proxy.md.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pump/affine_thread.h"
#include "pump/served_calls.h"
#include "pump/calls_in_flight.h"
#include "pump/capture.h"
#include "pump/doorbell.h"
#include "pump/spinning.h"
#include "pump/workers.h"

namespace future {

struct PumpOptions {
    guest_memory memory;
    wire_channel* channel = nullptr;
    uint32_t ring_lines = WIRE_RING_LINES_DEFAULT;
    uint32_t cores = 1;
    uint32_t max_calls = 1;        // ltns are below this
    int doorbell = -1;             // an eventfd, or the native machine's like of it, that the program's machine rings
    int descriptor_limit = 1024;   // program descriptors are below, ours at it and above
    uint32_t max_workers = 512;
    uint32_t spin_turns = 0;       // of the leader, before it sleeps; WIRE_SPIN_LEARNS
    CoreBell bell = {};
    bool pipe_signal = false;      // a write to a broken standard output ends the program with SIGPIPE
    int capture = -1;              // a file that receives every request as it was in the ring
};

struct CallCount {
    uint64_t calls = 0;
    uint64_t bytes = 0;  // moved in place
};

// Joins the parts of which each keeps one promise: Leadership (one thread takes requests), CallsInFlight (one thread owns a
// call), Workers (one thread stays free), AffineThread, Replies, Ending.
class Pump {
public:
    Pump(const PumpOptions&, std::vector<Interface> interfaces);
    ~Pump();

    void start();
    // Quiescent end: every call in flight has finished or was cancelled when this returns; nothing touches the
    // program's memory any more. If that takes more than a second `late` is told, once, which calls it waits for.
    using Late = std::function<void(const std::string& calls)>;
    void stop(const Late& late = {});

    // Readable once the pump has given the program up.
    int failure_event() const { return ending_.failure_event(); }
    Ending::Failure failure() const { return ending_.failure(); }
    // After stop().
    std::map<std::string, CallCount> counts() const;
    int capture_error() const { return capture_.error(); }  // after stop(): why the capture ends early, or 0
    bool wanted_descriptors() const { return wanted_descriptors_.load(); }  // some call failed with EMFILE

private:
    // pump.cc: the leader
    void work(Worker&);
    void lead(Worker&);
    void background(Worker&);
    bool sleep(Worker&);
    CallsInFlight::Heard wait(Worker&, int milliseconds);
    void hand_over(Worker&);
    void handle(Worker&);
    void handle_cancel(Worker&, const Call&, const uint64_t* body);
    void refuse_second(uint32_t ltn);
    void finish(const std::vector<std::unique_ptr<Worker>>&);

    // serve.cc: a call to its end
    void answer(Worker&, const Call&, const uint64_t* body, const wire_reply&);
    void conclude(Worker&, OwnedCall, Outcome, const wire_reply&);
    void interrupted(Worker&, OwnedCall);
    void block(Worker&, OwnedCall);
    void run_blocking(Worker&, OwnedCall, bool lead_again);
    void serve_parked(Worker&, OwnedCall);

    PumpOptions options_;
    Ending ending_;
    ServedCalls served_;
    CallsInFlight calls_;
    Replies replies_;
    Doorbell doorbell_;
    Leadership leadership_;
    Spinning spinning_;  // the leader's, as the capture
    Capture capture_;
    std::atomic<bool> wanted_descriptors_{false};
    Workers workers_;
    AffineThread affine_;
    std::vector<CallTally> totals_;
};

}  // namespace future
