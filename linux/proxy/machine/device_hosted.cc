// SPDX-License-Identifier: MIT
// The hosted machine's device: one SOCK_SEQPACKET connection for each process context, descriptors by SCM_RIGHTS.
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "machine/device.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "machine/hosted_socket.h"

namespace future {
namespace {

constexpr int kAnswerDescriptors = 3;  // arena, channel, doorbell
constexpr int kSpins = 24;            // looks before sleeping: some 25 µs, enough where nobody waits for a CPU

void ring_core(void* context, uint32_t core) {
    auto* channel = static_cast<wire_channel*>(context);
    uint32_t* word = &channel->doorbell[core & (WIRE_MAX_CORES - 1)].word;
    if (wire_exchange32(word, 1) == 0) syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

class HostedDevice final : public Device {
public:
    explicit HostedDevice(Descriptor connection) : connection_(std::move(connection)) {}
    explicit HostedDevice(PrivateMachine machine)
        : connection_(std::move(machine.connection)), ready_(std::move(machine.ready)), process_(machine.process) {}
    ~HostedDevice() override;
    future_machine_kind kind() const override { return FUTURE_MACHINE_HOSTED; }
    void send(const void* packet, size_t bytes) override;
    Answer answer() override;
    future_device_answer created(Program& program) override;
    void map(Program& program) override;
    int descriptor() const override { return connection_.get(); }
    std::optional<Notice> notice() override;
    void kill_own(uint32_t signal) override;
    void hold(bool stopped) override;

private:
    bool receive(bool wait);  // one packet, into packet_, and what is passed with it
    void drop_passed();
    void sort_packet();

    [[noreturn]] void machine_died();

    Descriptor connection_;
    Descriptor ready_;  // of a private machine; read only to learn why it died
    pid_t process_ = -1;
    bool served_ = false;
    alignas(8) std::byte packet_[FUTURE_DEVICE_PACKET_MAX];
    size_t packet_bytes_ = 0;
    bool takes_descriptors_ = false;  // while the answer to a create is awaited
    Descriptor passed_[kAnswerDescriptors];
    std::deque<Notice> notices_;
    std::optional<Answer> answer_;
    unsigned swallow_ = 0;  // answers that nobody waits for
    bool spin_ = sysconf(_SC_NPROCESSORS_ONLN) > 1;
    void* arena_ = MAP_FAILED;
    size_t arena_bytes_ = 0;  // with the guard page
    void* channel_ = MAP_FAILED;
    size_t channel_bytes_ = 0;
};

HostedDevice::~HostedDevice() {
    if (arena_ != MAP_FAILED) munmap(arena_, arena_bytes_);
    if (channel_ != MAP_FAILED) munmap(channel_, channel_bytes_);
    { const Descriptor closed = std::move(connection_); }
    if (process_ > 0) waitpid(process_, nullptr, 0);  // it sees the end of the connection: nothing is left behind
}

void HostedDevice::machine_died() {
    if (!served_ && ready_)
        if (const std::string why = machine_refusal(ready_.get()); !why.empty())
            throw Failure(fmt::format("the machine did not boot: {}", why));
    if (!ready_)
        throw Failure("the machine died; if nobody ended it, Linux had no memory left (`dmesg` says so): boot another, and give "
                      "programs less with --memory");
    int status = 0;
    const bool killed = process_ > 0 && waitpid(std::exchange(process_, -1), &status, 0) > 0 && WIFSIGNALED(status);
    if (killed && WTERMSIG(status) == SIGKILL)
        throw Failure("the machine was killed; if nobody did it, Linux had no memory left (`dmesg` says so): stop other "
                      "programs, or give this one less with --memory");
    throw Failure("the machine died");
}

void HostedDevice::send(const void* packet, size_t bytes) {
    answer_.reset();
    if (::send(connection_.get(), packet, bytes, MSG_NOSIGNAL) < 0) machine_died();
}

void HostedDevice::drop_passed() {
    for (Descriptor& each : passed_) each = Descriptor();
}

// What is passed with a packet for which there is no place, or more of it than there is, Linux closes unseen.
bool HostedDevice::receive(bool wait) {
    drop_passed();
    iovec vector = {packet_, sizeof packet_};
    alignas(cmsghdr) char control[CMSG_SPACE(kAnswerDescriptors * sizeof(int))];
    for (int looks = 0;; looks++) {
        msghdr message = {};
        message.msg_iov = &vector;
        message.msg_iovlen = 1;
        message.msg_control = takes_descriptors_ ? control : nullptr;
        // Not the whole place: its padding has room for one more.
        message.msg_controllen = takes_descriptors_ ? CMSG_LEN(kAnswerDescriptors * sizeof(int)) : 0;
        const ssize_t got = recvmsg(connection_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            if (!wait) return false;
            if (spin_ && looks < kSpins) {
                for (int turn = 0; turn < 20; turn++) wire_pause();
                continue;
            }
            pollfd ready = {connection_.get(), POLLIN, 0};
            poll(&ready, 1, -1);
            continue;
        }
        if (got <= 0) machine_died();
        packet_bytes_ = static_cast<size_t>(got);
        for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
            if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
            const size_t count = std::min<size_t>((c->cmsg_len - CMSG_LEN(0)) / sizeof(int), kAnswerDescriptors);
            int passed[kAnswerDescriptors];
            std::memcpy(passed, CMSG_DATA(c), count * sizeof(int));
            for (size_t i = 0; i < count; i++) passed_[i] = Descriptor(passed[i]);
        }
        return true;
    }
}

// A packet is an answer (its first four bytes are 0) or a notice.
void HostedDevice::sort_packet() {
    uint32_t first = 0;
    std::memcpy(&first, packet_, std::min(packet_bytes_, sizeof first));
    if (first == 0 && packet_bytes_ >= sizeof(future_device_answer)) {
        if (swallow_ > 0) {
            swallow_--;
            return;
        }
        Answer answer;
        std::memcpy(&answer.head, packet_, sizeof answer.head);
        answer.rest.assign(packet_ + sizeof answer.head, packet_ + packet_bytes_);
        answer_ = std::move(answer);
    } else if (wire_size_valid(first) && first <= packet_bytes_) {
        Notice notice(WIRE_MESSAGE_MAX / sizeof(uint64_t));  // zeros behind it: readers need not ask how long it is
        std::memcpy(notice.data(), packet_, first);
        notices_.push_back(std::move(notice));
    }
}

Answer HostedDevice::answer() {
    while (!answer_) {
        receive(true);
        sort_packet();
    }
    served_ = true;
    Answer answer = std::move(*answer_);
    answer_.reset();  // the next one may be on its way
    return answer;
}

std::optional<Notice> HostedDevice::notice() {
    while (notices_.empty()) {
        if (!receive(false)) return std::nullopt;
        sort_packet();
    }
    Notice notice = std::move(notices_.front());
    notices_.pop_front();
    return notice;
}

void HostedDevice::kill_own(uint32_t signal) {
    future_device_kill kill = {};
    kill.request = verb(FUTURE_VERB_KILL);
    kill.signal = signal;
    swallow_++;
    send(&kill, sizeof kill);
}

void HostedDevice::hold(bool stopped) {
    if (process_ > 0) kill(process_, stopped ? SIGSTOP : SIGCONT);  // ours until the destructor has waited for it
}

future_device_answer HostedDevice::created(Program& program) {
    takes_descriptors_ = true;
    const Answer answer = this->answer();
    takes_descriptors_ = false;
    if (answer.head.error != 0) return drop_passed(), answer.head;
    future_device_created& created = program.created;
    if (answer.rest.size() < sizeof created || !passed_[0] || !passed_[1] || !passed_[2])
        throw Failure("the machine's answer is incomplete; is it of the same version as `future`?");
    std::memcpy(&created, answer.rest.data(), sizeof created);
    if (created.channel_bytes < wire_channel_bytes(created.ring_lines) || created.ring_lines < WIRE_RING_LINES_MIN ||
        (created.ring_lines & (created.ring_lines - 1)))
        throw Failure("the machine's channel has an impossible size; is it of the same version as `future`?");
    program.doorbell = internal(passed_[2].release());
    program.shared[0] = std::move(passed_[0]);
    program.shared[1] = std::move(passed_[1]);
    program.arena_is_file = true;
    return answer.head;
}

// A file of this size that can neither grow nor shrink: touching its mapping never raises SIGBUS.
bool is_sealed(int file, uint64_t bytes) {
    constexpr int kSeals = F_SEAL_GROW | F_SEAL_SHRINK;
    struct stat status;
    return fstat(file, &status) == 0 && static_cast<uint64_t>(status.st_size) == bytes &&
           (fcntl(file, F_GET_SEALS) & kSeals) == kSeals;
}

// The page behind the arena is never accessible: a system call that runs over its end stops there. It lies behind the
// end of a file that can neither grow nor shrink.
void HostedDevice::map(Program& program) {
    constexpr size_t kPage = 4096;
    const future_device_created& created = program.created;
    const int arena = program.shared[0].get(), channel = program.shared[1].get();
    if (created.arena_bytes % kPage || !is_sealed(arena, created.arena_bytes) ||
        !is_sealed(channel, created.channel_bytes))
        throw Failure("the machine's memory is not sealed as it must be; is it of the same version as `future`?");
    arena_bytes_ = created.arena_bytes + kPage;
    arena_ = mmap(nullptr, arena_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, arena, 0);
    if (arena_ == MAP_FAILED)
        throw Failure(fmt::format("cannot map {} MiB of program memory: {}; ask for less with --memory",
                                  created.arena_bytes >> 20, std::strerror(errno)));
    channel_bytes_ = created.channel_bytes;
    channel_ = mmap(nullptr, channel_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, channel, 0);
    if (channel_ == MAP_FAILED) throw Failure(fmt::format("cannot map the channel: {}", std::strerror(errno)));
    program.arena = static_cast<std::byte*>(arena_);
    program.channel = static_cast<wire_channel*>(channel_);
    program.bell = {ring_core, program.channel};
}

}  // namespace

future_device_request verb(future_verb number) { return {static_cast<uint32_t>(number), FUTURE_DEVICE_VERSION}; }

std::unique_ptr<Device> connect_hosted(const std::string& name, int patience) {
    Descriptor connection = connect_machine_socket(name, patience);
    if (!connection) return nullptr;
    return std::make_unique<HostedDevice>(internal(connection.release()));
}

std::unique_ptr<Device> private_hosted(unsigned cores, uint64_t memory_bytes) {
    return std::make_unique<HostedDevice>(spawn_private_machine(cores, memory_bytes));
}

}  // namespace future
