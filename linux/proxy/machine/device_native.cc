// SPDX-License-Identifier: MIT
// The native machine's device: one open file of /dev/future for each process context; verbs are its ioctls.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "machine/device.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "linux/kmod/uapi/future_ioctl.h"

namespace future {
namespace {

constexpr size_t kChunk = 2 << 20;  // the module maps arenas by these

void ring_core(void* context, uint32_t core) {
    ioctl(static_cast<int>(reinterpret_cast<intptr_t>(context)), FUTURE_IOC_RING_CORE, static_cast<unsigned long>(core));
}

class NativeDevice final : public Device {
public:
    explicit NativeDevice(Descriptor file) : file_(std::move(file)) {}
    ~NativeDevice() override;
    future_machine_kind kind() const override { return FUTURE_MACHINE_NATIVE; }
    void send(const void* packet, size_t bytes) override { answer_ = ask(packet, bytes); }
    Answer answer() override { return std::move(answer_); }
    future_device_answer created(Program& program) override;
    void map(Program&) override {}  // the arena is mapped to be loaded
    void map_in_child(const Program&) override;
    int descriptor() const override { return file_.get(); }
    std::optional<Notice> notice() override;
    void kill_own(uint32_t signal) override;
    void hold(bool) override {}

private:
    // An ioctl is a request with its answer.
    Answer ask(const void* packet, size_t bytes);
    Answer create(const void* packet);
    Answer list();
    Answer status();
    int control(unsigned long command, const void* argument);
    void map_memory(const future_device_created&, Program& program);

    Descriptor file_;
    Answer answer_;
    future_ioc_create create_ = {};
    void* arena_ = MAP_FAILED;
    size_t arena_bytes_ = 0;  // with what surrounds it
    void* channel_ = MAP_FAILED;
    size_t channel_bytes_ = 0;
};

NativeDevice::~NativeDevice() {
    // The mappings keep the file open, and its last close is the exit confirmation.
    if (arena_ != MAP_FAILED) munmap(arena_, arena_bytes_);
    if (channel_ != MAP_FAILED) munmap(channel_, channel_bytes_);
}

[[noreturn]] void gone() {
    throw Failure(native_state() == FUTURE_MACHINE_DEAD ? native_died : "the machine was shut down");
}

// 0 or an errno; a machine that is gone is a Failure.
int NativeDevice::control(unsigned long command, const void* argument) {
    while (ioctl(file_.get(), command, argument) != 0) {
        if (errno == EINTR && command != FUTURE_IOC_CREATE_PROC) continue;
        if (errno == ENODEV || errno == EIO) gone();
        return errno;
    }
    return 0;
}

Answer NativeDevice::list() {
    std::vector<future_device_process> places(WIRE_MAX_CORES);
    future_ioc_list wish = {};
    wish.count = static_cast<uint32_t>(places.size());
    wish.processes = reinterpret_cast<uint64_t>(places.data());
    Answer answer;
    answer.head.error = control(FUTURE_IOC_LIST, &wish);
    answer.head.count = std::min<uint32_t>(wish.count, static_cast<uint32_t>(places.size()));
    const auto* bytes = reinterpret_cast<const std::byte*>(places.data());
    answer.rest.assign(bytes, bytes + answer.head.count * sizeof places[0]);
    return answer;
}

Answer NativeDevice::status() {
    future_ioc_status all = {};
    Answer answer;
    answer.head.error = control(FUTURE_IOC_STATUS, &all);
    if (all.state != FUTURE_MACHINE_UP) gone();
    const auto* bytes = reinterpret_cast<const std::byte*>(&all.status);
    answer.rest.assign(bytes, bytes + sizeof all.status);
    return answer;
}

Answer NativeDevice::create(const void* packet) {
    std::memcpy(&create_.wish, packet, sizeof create_.wish);
    create_.doorbell = -1;
    Answer answer;
    answer.head.error = control(FUTURE_IOC_CREATE_PROC, &create_);
    answer.head.detail = create_.detail;
    return answer;
}

Answer NativeDevice::ask(const void* packet, size_t bytes) {
    future_device_request head = {};
    if (bytes >= sizeof head) std::memcpy(&head, packet, sizeof head);
    Answer answer;
    switch (head.verb) {
        case FUTURE_VERB_LIST: return list();
        case FUTURE_VERB_STATUS: return status();
        case FUTURE_VERB_CREATE: return create(packet);
        case FUTURE_VERB_RUN: answer.head.error = control(FUTURE_IOC_RUN_PROC, packet); break;
        case FUTURE_VERB_KILL: answer.head.error = control(FUTURE_IOC_KILL, packet); break;
        case FUTURE_VERB_SHUTDOWN: answer.head.error = control(FUTURE_IOC_SHUTDOWN, packet); break;
        case FUTURE_VERB_LOG: answer.head.error = control(FUTURE_IOC_LOG, nullptr); break;
        default: answer.head.error = ENOSYS;
    }
    answer.head.verb = head.verb;
    return answer;
}

std::optional<Notice> NativeDevice::notice() {
    Notice notice(WIRE_MESSAGE_MAX / sizeof(uint64_t));  // zeros behind it: readers need not ask how long it is
    for (;;) {
        const ssize_t got = read(file_.get(), notice.data(), WIRE_MESSAGE_MAX);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return std::nullopt;
        if (got <= 0) throw Failure(got == 0 ? "the machine was shut down" : native_died);
        const uint32_t first = static_cast<uint32_t>(notice[0]);
        if (first != 0 && wire_size_valid(first) && first <= static_cast<size_t>(got)) return notice;
        std::fill(notice.begin(), notice.end(), 0);  // an answer to kill_own, which nobody waits for
    }
}

void NativeDevice::kill_own(uint32_t signal) {
    future_device_kill kill = {};
    kill.request = verb(FUTURE_VERB_KILL);
    kill.signal = signal;
    if (write(file_.get(), &kill, sizeof kill) < 0 && errno != ESRCH) gone();
}

future_device_answer NativeDevice::created(Program& program) {
    const future_device_answer head = answer().head;
    if (head.error != 0) return head;
    program.created = create_.made;
    program.doorbell = internal(create_.doorbell);
    map_memory(program.created, program);
    program.shared[0] = Descriptor(open(FUTURE_DEVICE_PATH, O_PATH | O_CLOEXEC));  // no path may lead there
    program.unpinnable = true;
    program.own_cores = true;
    program.bell = {ring_core, reinterpret_cast<void*>(static_cast<intptr_t>(file_.get()))};
    return head;
}

// Aligned as the module maps it, with a page behind it that is never accessible.
void NativeDevice::map_memory(const future_device_created& created, Program& program) {
    arena_bytes_ = created.arena_bytes + 2 * kChunk;
    arena_ = mmap(nullptr, arena_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arena_ == MAP_FAILED) throw Failure("no address space is left for the program's memory");
    auto* aligned = reinterpret_cast<std::byte*>((reinterpret_cast<uintptr_t>(arena_) + kChunk - 1) & ~(kChunk - 1));
    if (mmap(aligned, created.arena_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file_.get(),
             static_cast<off_t>(FUTURE_MMAP_ARENA)) == MAP_FAILED)
        throw Failure(fmt::format("cannot map the program's memory: {}", std::strerror(errno)));
    channel_bytes_ = created.channel_bytes;
    channel_ = mmap(nullptr, channel_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(),
                    static_cast<off_t>(FUTURE_MMAP_CHANNEL));
    if (channel_ == MAP_FAILED) throw Failure(fmt::format("cannot map the channel: {}", std::strerror(errno)));
    if (created.channel_bytes < wire_channel_bytes(created.ring_lines) || created.ring_lines < WIRE_RING_LINES_MIN ||
        (created.ring_lines & (created.ring_lines - 1)))
        throw Failure("the machine's channel has an impossible size; is it of the same version as `future`?");
    program.arena = aligned;
    program.channel = static_cast<wire_channel*>(channel_);
}

// The module's mappings are in no child (VM_DONTCOPY).
void NativeDevice::map_in_child(const Program& program) {
    if (mmap(program.arena, program.created.arena_bytes, PROT_READ, MAP_SHARED | MAP_FIXED, file_.get(),
             static_cast<off_t>(FUTURE_MMAP_ARENA)) == MAP_FAILED)
        throw Failure("cannot map the program's memory again");
}

}  // namespace

std::unique_ptr<Device> connect_native() {
    Descriptor file(open(FUTURE_DEVICE_PATH, O_RDWR | O_CLOEXEC | O_NONBLOCK));
    future_ioc_status status = {};
    if (!file || ioctl(file.get(), FUTURE_IOC_STATUS, &status) != 0) return nullptr;
    if (status.state != FUTURE_MACHINE_UP && status.state != FUTURE_MACHINE_DEAD) return nullptr;
    return std::make_unique<NativeDevice>(internal(file.release()));
}

std::optional<uint32_t> native_state() {
    const Descriptor file(open(FUTURE_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    future_ioc_status status = {};
    if (!file || ioctl(file.get(), FUTURE_IOC_STATUS, &status) != 0) return std::nullopt;
    return status.state;
}

bool native_is_denied() { return access(FUTURE_DEVICE_PATH, R_OK | W_OK) != 0 && errno == EACCES; }

}  // namespace future
