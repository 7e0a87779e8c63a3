// SPDX-License-Identifier: MIT
// Serves one program's delegated calls: copy, check, call, reply. Leader and followers without timers; docs/proxy.md.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "replies.h"
#include "worker.h"

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

class Pump {
public:
    Pump(const PumpOptions&, std::vector<Interface> interfaces);
    ~Pump();

    void start();
    // Quiescent end: every call in flight has finished or was cancelled when this returns; nothing touches the
    // program's memory any more. If that takes more than a second `late` is told, once, which calls it waits for.
    using Late = std::function<void(const std::string& calls)>;
    void stop(const Late& late = {});

    // Readable once the pump has given the program up. No text: as the signal's default action, without a word.
    struct Failure {
        int signal = 0;
        std::string why;
    };
    int failure_event() const { return failure_event_; }
    Failure failure() const;
    // After stop().
    std::map<std::string, CallCount> counts() const;
    int capture_error() const { return capture_error_; }  // after stop(): why the capture ends early, or 0
    bool wanted_descriptors() const { return wanted_descriptors_.load(); }  // some call failed with EMFILE

private:
    struct Served {  // one row per message_type in use
        const CallInfo* info;
        void* handler;
        uint32_t statistic;
    };
    struct Slot {
        const Served* calls = nullptr;
        uint32_t count = 0;
    };
    enum class Heard { nothing, doorbell, parked };  // of what waits in epoll

    // pump.cc: the leader
    void work(Worker&);
    bool take_leadership(bool rung);
    bool begin_to_lead(Worker&, bool rung);
    void lead(Worker&);
    bool spin(unsigned turns);
    void spin_was_won(Worker&);
    void handle(Worker&);
    bool validate(const uint64_t* message, Call&);
    void publish_head();
    bool leave_ring(Worker&);
    void hand_over(Worker&);
    void background(Worker&);
    bool sleep(Worker&);
    bool read_doorbell(Worker&);
    void ring_doorbell(Worker&);
    Heard wait(Worker&, int timeout);
    void lead_again();
    void fail(const std::string& why);
    void give_up_locked(int signal, const std::string& why);
    void give_up(int signal, const std::string& why);
    bool spawn();
    bool start_thread(Worker&, void* (*body)(void*));
    void finish(const std::vector<std::unique_ptr<Worker>>&);
    void capture(const uint64_t* message);
    bool stopping() const { return halted_.load() & kStopping; }

    // calls.cc: a call that waits
    void answer(Worker&, const Call&, const wire_reply&);
    void answer_interrupted(Worker&, const Call&);
    bool begin_record(const Call&, CallState);
    void block(Worker&, const Call&, const uint64_t* body);
    bool reserve_blocking(const Call&, const uint64_t* body, Descriptor& duplicate);
    void leave_and_block(Worker&, const Call&, const uint64_t* body, Descriptor duplicate);
    void run_blocking(Worker&, const Call&, const uint64_t* body, Descriptor duplicate, bool lead_again);
    bool nothing_queued() const;
    bool free_unless_queued();
    void broken_pipe(Worker&, const Call&, const uint64_t* body, const wire_reply&);
    void run_queued(Worker&);
    bool park(Worker&, const Call&, const uint64_t* body);
    bool give_to_epoll(Record&);
    void resume(Worker&, uint32_t ltn);
    void serve_parked(Worker&, Record&);
    void serve_blocking(Worker&, Record&);
    std::unique_ptr<SavedCall> unpark(Record&);
    void cancel(Worker&, uint32_t ltn, uint32_t sequence);
    SavedCall* take_queued(uint32_t ltn);
    void run_affine(const Call&, const uint64_t* body);
    void affine_loop(Worker&);

    enum : uint32_t { kFailed = 1, kStopping = 2 };

    PumpOptions options_;
    std::vector<Interface> interfaces_;
    std::vector<Served> served_;
    Slot slots_[256];
    Records records_;
    Replies replies_;
    int epoll_ = -1, stop_event_ = -1, failure_event_ = -1;

    alignas(64) std::atomic<uint32_t> leader_{0};  // kFree, kTaken, kNudged
    wire_receiver receiver_;                       // the leader's, as what follows
    wire_patience patience_;
    bool spun_ = false;                            // in this wait
    uint64_t next_look_at_cpus_ = 0;               // ns, CLOCK_MONOTONIC: whether others take this one
    alignas(64) std::atomic<uint32_t> free_{0};    // workers that are not in a blocking call
    std::atomic<uint32_t> parked_{0};
    std::atomic<uint32_t> reader_{0};  // the only free worker is in read(2), where it hears of no parked call
    int capture_error_ = 0;  // the leader's
    std::atomic<uint32_t> halted_{0};
    std::atomic<bool> wanted_descriptors_{false};

    mutable std::mutex mutex_;  // what follows
    std::vector<std::unique_ptr<Worker>> workers_;
    std::deque<SavedCall*> queue_;             // for a thread to be free
    std::unordered_set<Record*> waiting_;      // parked
    std::unique_ptr<Worker> affine_;
    std::deque<SavedCall*> affine_queue_;
    std::condition_variable affine_ready_;
    Failure failure_;
    std::vector<CallTally> totals_;
};

}  // namespace future
