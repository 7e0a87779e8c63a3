// SPDX-License-Identifier: MIT
// Single keys of the terminal that is standard input, which is as it was before on every way out.
#pragma once

#include <signal.h>
#include <termios.h>

#include "ground/descriptor.h"

namespace future {

// While this lives, the signals that end or stop a process are blocked and taken by wait(), which does what they do by
// default when the terminal has been given back.
class Keyboard {
public:
    Keyboard();  // without a terminal: signals only
    ~Keyboard();
    Keyboard(const Keyboard&) = delete;
    Keyboard& operator=(const Keyboard&) = delete;

    // True: q was pressed, or the terminal is gone. False: so many ms have passed, or we were stopped meanwhile.
    bool wait_for_quit(int milliseconds);

private:
    void take();
    void give_back();
    void take_signal();

    bool is_terminal_ = false;
    termios before_ = {};
    sigset_t signals_, mask_before_;
    Descriptor arrived_;  // of the signals
};

}  // namespace future
