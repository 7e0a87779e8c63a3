// SPDX-License-Identifier: MIT
// Processes that compute and want nothing but CPUs, beside a measurement; they end with it, whatever ends it.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

namespace bench {

class Hogs {
public:
    explicit Hogs(unsigned count) {
        while (processes_.size() < count) {
            const pid_t process = fork();
            if (process < 0) throw std::runtime_error("fork fails");
            if (process == 0) compute();  // does not return
            processes_.push_back(process);
        }
        usleep(100000);  // until Linux has spread them
    }
    ~Hogs() {
        for (pid_t process : processes_) kill(process, SIGKILL);
        for (pid_t process : processes_) waitpid(process, nullptr, 0);
    }
    Hogs(const Hogs&) = delete;
    Hogs& operator=(const Hogs&) = delete;

private:
    static void compute() {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (volatile bool forever = true; forever;) {
        }
    }
    std::vector<pid_t> processes_;
};

}  // namespace bench
