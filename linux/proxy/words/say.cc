// SPDX-License-Identifier: MIT
// A pipe or terminal is opened anew, without blocking: the flags of what the program shares with us are the program's
// business, and poll(2) alone promises nothing when others write too.
#include "words/say.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "ground/descriptor.h"

namespace future {
namespace {

constexpr int kPatience = 2000;  // ms without a byte taken

int standard_error = 2;
int patience = kPatience;  // 0 once nobody took what was said

// A write to a broken pipe is an error here, not the end of us.
class NoPipeSignal {
public:
    NoPipeSignal() noexcept {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoPipeSignal() {
        if (sigismember(&before_, SIGPIPE)) return;
        const int error = errno;  // of the write
        const timespec now = {};
        while (sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        errno = error;
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;

private:
    sigset_t pipe_, before_;
};

ssize_t put(int fd, std::string_view text) {
    // A whole piece of PIPE_BUF fits into a pipe that poll(2) calls writable.
    const size_t bytes = std::min<size_t>(text.size(), PIPE_BUF);
    const ssize_t sent = send(fd, text.data(), bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 && errno == ENOTSOCK ? write(fd, text.data(), bytes) : sent;
}

int64_t now() {  // ms
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

bool write_within(int fd, std::string_view text, int give_up, int milliseconds) {
    const NoPipeSignal guard;
    for (int64_t end = now() + milliseconds; !text.empty();) {
        pollfd watched[] = {{fd, POLLOUT, 0}, {give_up, POLLIN, 0}};
        const int64_t left = end - now();
        const int ready = poll(watched, 2, static_cast<int>(std::max<int64_t>(left, 0)));
        if (ready < 0 && errno != EINTR) return false;
        if (ready > 0 && watched[0].revents) {
            const ssize_t done = put(fd, text);
            if (done < 0 && errno != EAGAIN && errno != EINTR) return false;
            if (done > 0) {
                text.remove_prefix(static_cast<size_t>(done));
                end = now() + milliseconds;
                continue;
            }
        }
        if (ready > 0 && watched[1].revents) return errno = EINTR, false;
        if (left <= 0) return errno = ETIMEDOUT, false;
    }
    return true;
}

// -1: cannot be opened anew, or need not.
int standard_error_anew() {
    struct stat status;
    if (fstat(2, &status) != 0 || !(S_ISFIFO(status.st_mode) || isatty(2))) return -1;
    const char path[] = "/proc/self/fd/2";
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

}  // namespace

void keep_standard_error() {
    const Descriptor anew(standard_error_anew());
    standard_error = fcntl(anew ? anew.get() : 2, F_DUPFD_CLOEXEC, descriptor_limit());
}

bool write_patiently(int fd, std::string_view text, int give_up) noexcept {
    return write_within(fd, text, give_up, kPatience);
}

void say(std::string_view text, int give_up) noexcept {
    if (standard_error < 0) return;
    const int before = errno;
    if (!write_within(standard_error, text, give_up, patience) && errno == ETIMEDOUT) patience = 0;
    errno = before;
}

StandardPlaces::StandardPlaces() noexcept {
    for (int place = 0; place < 3; place++) {
        if (fcntl(place, F_GETFD) >= 0) continue;
        // The lowest free number is this one: those below are open by now.
        filled_[place] = open("/dev/null", O_RDWR) == place;
    }
}

void StandardPlaces::leave() noexcept {
    for (int place = 0; place < 3; place++)
        if (filled_[place]) close(place);
    std::fill(filled_, filled_ + 3, false);
}

}  // namespace future
