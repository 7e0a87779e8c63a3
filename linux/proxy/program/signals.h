// SPDX-License-Identifier: MIT
// The signals with which a user ends or stops a program: we then end or stop as he would expect of the program itself.
#pragma once

#include <signal.h>

namespace future {

// SIGINT, SIGTERM, SIGHUP, SIGQUIT, but not those that were ignored when we were started: nohup(1) and shells' background
// jobs want them ignored.
sigset_t ending_signals();

// The same and SIGTSTP (Ctrl-Z).
sigset_t users_signals();

// Ends this process by the signal's default action, which a shell tells from an exit status: by it, its loops end.
[[noreturn]] void die_by(int signal);

// Stops this process as SIGTSTP would by default, until somebody continues it. At once, if nobody could continue it (Linux
// does not stop orphaned process groups). The signal stays as blocked as it was.
void stop_ourselves();

}  // namespace future
