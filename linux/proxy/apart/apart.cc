// SPDX-License-Identifier: MIT
// The parent's side: it forks, listens to the child and to the user at once, and never believes the child.
#include "apart/apart.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "apart/confine.h"
#include "ground/descriptor.h"
#include "fmt/format.h"

namespace future {
namespace {

using Clock = std::chrono::steady_clock;

// The child's exit statuses. libdw ends with 1 when it has no memory left.
enum { kDone = 0, kNoMemoryInLibrary = 1, kNoMemory = 3, kNotConfined = 4, kFailed = 5 };

bool write_all(int fd, const void* from, size_t bytes) {
    for (const char* at = static_cast<const char*>(from); bytes > 0;) {
        const ssize_t done = write(fd, at, bytes);
        if (done < 0) return false;
        at += done;
        bytes -= static_cast<size_t>(done);
    }
    return true;
}

// First how much comes: an exit status says nothing where SIGCHLD is ignored.
[[noreturn]] void be_child(const ApartWork& work, int pipe, pid_t parent, const ApartLimits& limits) {
    try {
        if (work.first) work.first();
        if (!confine(pipe, parent, limits)) _exit(kNotConfined);
        const std::string text = work.make();
        const uint64_t bytes = text.size();
        _exit(write_all(kConfinedPipe, &bytes, sizeof bytes) && write_all(kConfinedPipe, text.data(), bytes) ? kDone : kFailed);
    } catch (const std::bad_alloc&) {
        _exit(kNoMemory);
    } catch (const std::length_error&) {
        _exit(kNoMemory);
    } catch (...) {
        _exit(kFailed);
    }
}

struct Pipe {
    Descriptor ours, theirs;
};

Pipe make_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(fmt::format("no pipe can be made: {}", std::strerror(errno)));
    Descriptor first(ends[0]), second(ends[1]);
    return {internal(first.release()), internal(second.release())};
}

enum class Heard { end, late, interruption };

// Everything that the child writes, as long as it may, and no more than may be told. The time in which we stood still
// ourselves (a frozen container, a stopped virtual machine) is not held against it.
Heard listen_to(int pipe, int give_up, const ApartLimits& limits, std::string& heard) {
    constexpr auto kTurn = std::chrono::milliseconds(100);
    const size_t most = sizeof(uint64_t) + limits.text_bytes;
    Clock::duration waited{};
    for (auto last = Clock::now(); heard.size() < most;) {
        if (waited >= std::chrono::seconds(limits.seconds)) return Heard::late;
        pollfd watched[] = {{pipe, POLLIN, 0}, {give_up, POLLIN, 0}};
        const int ready = poll(watched, 2, kTurn.count());
        const auto now = Clock::now();
        waited += std::min<Clock::duration>(now - last, 2 * kTurn);
        last = now;
        if (ready <= 0) continue;
        if (watched[1].revents) return Heard::interruption;
        char part[16384];
        const ssize_t got = read(pipe, part, std::min(sizeof part, most - heard.size()));
        if (got == 0 || (got < 0 && errno != EINTR)) return Heard::end;
        if (got > 0) heard.append(part, static_cast<size_t>(got));
    }
    return Heard::end;
}

// -1: nobody knows (SIGCHLD is ignored).
int end_of(pid_t child) {
    kill(child, SIGKILL);
    int status = -1;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return status;
}

std::string failure(int status, const ApartLimits& limits) {
    const auto late = [&] { return fmt::format("took longer than {} s", limits.seconds); };
    if (status == -1) return "was not finished";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return late();
    if (WIFSIGNALED(status)) return fmt::format("failed (SIG{})", sigabbrev_np(WTERMSIG(status)));
    switch (WEXITSTATUS(status)) {
        case kNoMemory:
        case kNoMemoryInLibrary: return fmt::format("took more than {} MiB of memory", limits.memory_bytes >> 20);
        case kNotConfined: return "failed: Linux does not let its limits be set";
        default: return "failed";
    }
}

// Complete, or as much as may be told, up to the end of a line.
bool take_text(std::string& heard, const ApartLimits& limits) {
    uint64_t bytes;
    if (heard.size() < sizeof bytes) return false;
    std::memcpy(&bytes, heard.data(), sizeof bytes);
    heard.erase(0, sizeof bytes);
    if (bytes == heard.size()) return true;
    if (bytes < limits.text_bytes || heard.size() < limits.text_bytes) return false;
    const size_t line = heard.rfind('\n');
    heard.resize(line == heard.npos ? heard.size() : line);
    heard += fmt::format("\n…    and more, which is not shown: {} KiB are\n", heard.size() >> 10);
    return true;
}

}  // namespace

Apart made_apart(const ApartWork& work, int give_up, const ApartLimits& limits) {
    Apart made;
    Pipe pipe;
    try {
        pipe = make_pipe();
    } catch (const std::exception& error) {
        made.why = fmt::format("failed: {}", error.what());
        return made;
    }
    const pid_t parent = getpid(), child = fork();
    if (child < 0) {
        made.why = fmt::format("failed: no process can be started for it: {}", std::strerror(errno));
        return made;
    }
    if (child == 0) be_child(work, pipe.theirs.get(), parent, limits);
    pipe.theirs = Descriptor();
    const Heard heard = listen_to(pipe.ours.get(), give_up, limits, made.text);
    const int status = end_of(child);
    if (heard == Heard::end && take_text(made.text, limits)) return made;
    made.text.clear();
    made.interrupted = heard == Heard::interruption;
    made.why = made.interrupted            ? "was interrupted"
               : heard == Heard::late      ? fmt::format("took longer than {} s", limits.seconds)
                                           : failure(status, limits);
    return made;
}

}  // namespace future
