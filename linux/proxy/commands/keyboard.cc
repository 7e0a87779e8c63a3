// SPDX-License-Identifier: MIT
#include "keyboard.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "program/signals.h"

namespace future {

Keyboard::Keyboard() : signals_(users_signals()) {
    is_terminal_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    pthread_sigmask(SIG_BLOCK, &signals_, &mask_before_);
    arrived_ = Descriptor(signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK));
    take();
}

Keyboard::~Keyboard() {
    give_back();
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

// Keys one by one and unseen; Ctrl-C and Ctrl-Z stay what they are.
void Keyboard::take() {
    if (!is_terminal_) return;
    termios keys = before_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

void Keyboard::give_back() {
    if (is_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void Keyboard::take_signal() {
    signalfd_siginfo info;
    if (read(arrived_.get(), &info, sizeof info) != sizeof info) return;
    const int signal = static_cast<int>(info.ssi_signo);
    give_back();
    if (signal != SIGTSTP) die_by(signal);
    stop_ourselves();
    take();
}

bool Keyboard::wait_for_quit(int milliseconds) {
    pollfd watched[] = {{is_terminal_ ? STDIN_FILENO : -1, POLLIN, 0}, {arrived_.get(), POLLIN, 0}};
    if (poll(watched, 2, milliseconds) <= 0) return false;
    if (watched[1].revents) take_signal();
    if (!watched[0].revents) return false;
    char key = 0;
    return read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q';
}

}  // namespace future
