// SPDX-License-Identifier: MIT
#include "program/signals.h"

#include <unistd.h>

#include <initializer_list>

#include "ground/failure.h"

namespace future {
namespace {

sigset_t not_ignored(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (int signal : signals) {
        struct sigaction inherited = {};
        sigaction(signal, nullptr, &inherited);
        if (inherited.sa_handler != SIG_IGN) sigaddset(&set, signal);
    }
    return set;
}

sigset_t only(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    return set;
}

}  // namespace

sigset_t ending_signals() { return not_ignored({SIGINT, SIGTERM, SIGHUP, SIGQUIT}); }

sigset_t users_signals() { return not_ignored({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}); }

void die_by(int signal) {
    struct sigaction usual = {};
    usual.sa_handler = SIG_DFL;
    sigaction(signal, &usual, nullptr);
    const sigset_t set = only(signal);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    raise(signal);
    _exit(kSignalled + signal);
}

void stop_ourselves() {
    const sigset_t set = only(SIGTSTP);
    sigset_t before;
    raise(SIGTSTP);  // blocked, or it stops us here already
    pthread_sigmask(SIG_UNBLOCK, &set, &before);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace future
