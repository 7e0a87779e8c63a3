// SPDX-License-Identifier: MIT
// Programs on either machine that the benchmark itself loads and starts.
#pragma once

#include <poll.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "program/loader.h"
#include "machine/notice.h"

namespace bench {

// A program that was created and loaded, and that no pump serves: for programs that ask for nothing.
class BareProgram {
public:
    BareProgram(const std::filesystem::path& path, std::unique_ptr<future::Device> device)
        : file_(path), device_(std::move(device)) {
        const future::ElfImage image = future::check_elf(file_.bytes(), file_.path());
        future_device_create wish = {};
        wish.request = future::verb(FUTURE_VERB_CREATE);
        wish.memory_bytes = 16 << 20;
        wish.cores = 1;
        wish.max_threads = 16;
        device_->send(&wish, sizeof wish);
        if (const int error = device_->created(program_).error) fail("create", error);
        char* environment[] = {nullptr};
        run_ = future::load(file_, image, {{file_.path()}, environment, 0}, program_).run;
        device_->map(program_);
    }
    void run() {
        if (const int error = device_->request(&run_, sizeof run_).head.error) fail("run", error);
    }
    // Asleep until the exit notice.
    void wait() {
        for (;;) {
            while (const auto notice = device_->notice())
                if (future::notice_type(*notice) == CONTROL_EXIT_NOTICE_TYPE) return;
            pollfd more = {device_->descriptor(), POLLIN, 0};
            poll(&more, 1, -1);
        }
    }
    const future::Program& program() const { return program_; }
    wire_channel* channel() const { return program_.channel; }
    uint32_t ring_lines() const { return program_.created.ring_lines; }

private:
    [[noreturn]] static void fail(const char* what, int error) {
        throw std::runtime_error(std::string(what) + ": " + std::strerror(error));
    }
    future::ProgramFile file_;
    future::Program program_;
    std::unique_ptr<future::Device> device_;  // closed before the program's descriptors
    future_device_run run_;
};

}  // namespace bench
