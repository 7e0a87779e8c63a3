// SPDX-License-Identifier: MIT
// Uses the proxy's own parts, as `future run` does, once for each round in one process.
#include "life_cycle.h"

#include <signal.h>
#include <unistd.h>

#include <stdexcept>

#include "samples.h"
#include "program/session.h"

namespace bench {
namespace {

constexpr int kWarmUp = 50;

// A booted machine of our own name.
class Machine {
public:
    explicit Machine(const std::filesystem::path& bin)
        : name_("bench-" + std::to_string(getpid())), future_("'" + (bin / "future").string() + "' ") {
        if (std::system((future_ + "boot --cores 1 --memory 256M --name " + name_ + " >/dev/null").c_str()) != 0)
            throw std::runtime_error("cannot boot a machine");
    }
    ~Machine() {
        if (std::system((future_ + "shutdown --force --name " + name_ + " >/dev/null").c_str()) != 0)
            std::fprintf(stderr, "future-bench: machine %s may still run\n", name_.c_str());
    }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    const std::string& name() const { return name_; }

private:
    std::string name_, future_;
};

}  // namespace

Samples lives(const std::filesystem::path& program, int rounds, const Connect& connect) {
    const double scale = ns_per_tick();
    std::vector<double> values;
    char* environment[] = {nullptr};
    future::SessionOptions options;
    options.memory_bytes = 16 << 20;
    sigset_t before;
    pthread_sigmask(SIG_SETMASK, nullptr, &before);
    future::block_ending_signals();
    for (int i = -kWarmUp; i < rounds; i++) {
        usleep(kRestUs);
        // Finding the file and connecting are not part of it: fork+exec+wait, too, is given an open process.
        const future::ProgramFile file(program);
        std::unique_ptr<future::Device> device = connect();
        if (!device) throw std::runtime_error("the machine is gone");
        const uint64_t start = ticks();
        {
            future::Session session(std::move(device), file, options);
            const int status = session.run({{program}, environment});
            if (status != 0) throw std::runtime_error("the program ended with status " + std::to_string(status));
        }
        if (i >= 0) values.push_back(static_cast<double>(ticks() - start) * scale);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return Samples(std::move(values));
}

Samples life_cycle(const std::filesystem::path& bin, const std::filesystem::path& program, int rounds) {
    const Machine machine(bin);
    return lives(program, rounds, [&] { return future::connect_hosted(machine.name()); });
}

}  // namespace bench
