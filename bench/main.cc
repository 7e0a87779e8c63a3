// SPDX-License-Identifier: MIT
// The `future-bench` command: each figure beside a reference measured in the same run, its mark, and ok or MISS.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "bare_ring.h"
#include "case.h"
#include "hogs.h"
#include "libc_rows.h"
#include "life_cycle.h"
#include "reference.h"
#include "uring.h"

namespace {

namespace fs = std::filesystem;
using bench::Case;
using bench::Figure;
using bench::figure;
using bench::guest;
using bench::Options;
using bench::print;
using bench::print_head;
using bench::to_json;
using bench::Row;
using bench::Samples;

// A file of 1 GiB in the page cache, gone at the end whatever happens.
class BigFile {
public:
    explicit BigFile(const std::string& directory, uint64_t bytes) : path_(directory + "/future-bench-XXXXXX") {
        fd_ = mkostemp(path_.data(), O_CLOEXEC);
        if (fd_ < 0) throw std::runtime_error(path_ + ": cannot make a temporary file");
        unlink(path_.c_str());  // whatever ends us, nothing is left
        const std::vector<char> piece(1 << 20, 'x');
        for (uint64_t done = 0; done < bytes; done += piece.size())
            if (write(fd_, piece.data(), piece.size()) != static_cast<ssize_t>(piece.size())) {
                close(fd_);
                throw std::runtime_error(fmt::format("{}: disk full? {} bytes are needed (--directory)", path_, bytes));
            }
        path_ = fmt::format("/proc/{}/fd/{}", getpid(), fd_);
    }
    ~BigFile() { close(fd_); }
    BigFile(const BigFile&) = delete;
    BigFile& operator=(const BigFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
    int fd_ = -1;
};

Row null_awake(const Options& o) {
    const Samples raw = bench::raw_ping_pong(o.quick ? 5000 : 50000);
    const Figure ours = guest(o, "", fmt::format("null {}", o.quick ? 5000 : 50000));
    return {"null call, both awake", ours, "ns", "raw cache-line ping-pong", raw.median(), 1.25};
}

Row wire_alone(const Options& o) {
    const Samples raw = bench::raw_ping_pong(o.quick ? 5000 : 50000);
    const Samples ours = bench::bare_ring(o, future::private_hosted(1, 64 << 20));
    return {"the wire alone, both awake", figure(ours), "ns", "raw cache-line ping-pong", raw.median(), 0};
}

Row null_asleep(const Options& o) {
    const Samples raw = bench::eventfd_ping_pong(o.quick ? 500 : 5000);
    const Figure ours = guest(o, "--spin 0", fmt::format("null {}", o.quick ? 500 : 5000));
    return {"null call, both asleep", ours, "ns", "eventfd ping-pong", raw.median(), 1.25};
}

Row paper(const Options& o) {
    const Figure ours = guest(o, "--spin 0", fmt::format("null {}", o.quick ? 500 : 5000));
    const Samples pipe = bench::pipe_ping_pong(o.quick ? 500 : 5000);
    return {"null call, both asleep", ours, "ns", "pipe ping-pong, two processes", pipe.median(), 0};
}

constexpr int kAtOnce = 64;

Figure many_outstanding(const Options& o) {
    return guest(o, "", fmt::format("outstanding {} {}", kAtOnce, o.quick ? 500 : 5000));
}

Row outstanding(const Options& o) {
    const Samples ring = bench::bare_ring(o, future::private_hosted(1, 64 << 20), kAtOnce);
    return {"64 threads on a core, a call each", many_outstanding(o), "ns/call", "the wire alone, 64 at once", ring.median(), 1.5};
}

Row outstanding_uring(const Options& o) {
    const std::optional<Samples> uring = bench::uring_sqpoll(o.quick ? 200 : 2000, kAtOnce);
    return {"64 threads on a core, a call each", many_outstanding(o), "ns/call", "io_uring SQPOLL, 64 at once", uring ? uring->median() : 0, 1};
}

// A call's mean time, for a lost time slice counts as it does for the program; of several batches the median.
Row beside(const Options& o, unsigned hogs, const char* name) {
    const int batches = o.quick ? 5 : 15, batch = 1000;
    const bench::Hogs processes(hogs);
    const Samples pipe = bench::pipe_ping_pong(batches, batch);
    const Figure ours = guest(o, "", fmt::format("batches {} {}", batches, batch));
    return {name, ours, "ns", "pipe ping-pong beside them", pipe.median(), 1.5};
}

Row beside_one(const Options& o) { return beside(o, 1, "null call, a busy process beside"); }
Row beside_four(const Options& o) { return beside(o, 4, "null call, four busy ones beside"); }

Row read_in_place(const Options& o) {
    const uint64_t mebibytes = o.quick ? 64 : 1024;
    const BigFile file(o.directory, mebibytes << 20);
    const int passes = o.quick ? 3 : 7;
    const Samples native = bench::read_file(file.path(), passes);
    const Figure ours = guest(o, "", fmt::format("read '{}' {}", file.path(), passes));
    return {fmt::format("read {} MiB, cached, 1 MiB pieces", mebibytes), ours, "ns/pass", "native read", native.median(), 1 / 0.95};
}

Row create_join(const Options& o) {
    const Samples glibc = bench::pthread_create_join(o.quick ? 500 : 5000);
    const Figure ours = guest(o, "", fmt::format("create {}", o.quick ? 200 : 2000));
    return {"pthread_create + join", ours, "ns", "glibc", glibc.median(), 1.0 / 50};
}

Row yield_switch(const Options& o) {
    const Samples linux_yield = bench::sched_yield_switch(o.quick ? 500 : 5000);
    const Figure ours = guest(o, "", fmt::format("yield {}", o.quick ? 500 : 5000));
    return {"switch (yield)", ours, "ns", "sched_yield ping-pong", linux_yield.median(), 1.0 / 10};
}

Row life_cycle(const Options& o) {
    const int rounds = o.quick ? 100 : 1000;
    const Samples fork_exec = bench::fork_exec_wait(o.bin / "bench-static-exit", rounds, false);
    const Samples ours = bench::life_cycle(o.bin, o.bin / "bench-nothing", rounds);
    return {"load, create, run, exit confirmed", figure(ours), "ns", "fork+exec+wait, static glibc", fork_exec.median(),
            1.0 / 4};
}

Row life_cycle_vfork(const Options& o) {
    const int rounds = o.quick ? 100 : 1000;
    const Samples vfork_exec = bench::fork_exec_wait(o.bin / "bench-bare-exit", rounds, true);
    const Samples ours = bench::life_cycle(o.bin, o.bin / "bench-nothing", rounds);
    return {"load, create, run, exit confirmed", figure(ours), "ns", "vfork+exec+wait, libc-free", vfork_exec.median(), 1.25};
}

constexpr Case kCases[] = {
    {"awake", null_awake},   {"floor-awake", wire_alone}, {"asleep", null_asleep},
    {"pipe", paper},         {"busy-1", beside_one},      {"busy-4", beside_four},
    {"outstanding", outstanding}, {"outstanding-uring", outstanding_uring},
    {"read", read_in_place}, {"life-cycle", life_cycle}, {"life-cycle-vfork", life_cycle_vfork},
    {"create", create_join}, {"yield", yield_switch},
};

std::string names(std::span<const Case> cases) {
    std::string text;
    for (const Case& each : cases) text += std::string(text.empty() ? "" : ", ") + each.name;
    return text;
}

// In as many runs as were asked for; by their ratios.
std::vector<Row> measure(const Case& one, const Options& options) {
    std::vector<Row> rows;
    while (rows.size() < options.runs) rows.push_back(one.measure(options));
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.ratio() < b.ratio(); });
    return rows;
}

class Table {
public:
    Table() { print_head(); }
    void add(const Row& row) {
        print(row);
        all_.push_back(to_json(row));
        missed_ |= !row.ok();
    }
    nlohmann::json& last() { return all_.back(); }
    bool empty() const { return all_.empty(); }
    int finish(const std::string& file_name) const {
        if (!file_name.empty()) {
            std::ofstream file(file_name);
            file << all_.dump(2) << '\n';
            if (!file.flush()) throw std::runtime_error(file_name + ": cannot write");
        }
        return missed_ ? 3 : 0;
    }

private:
    nlohmann::json all_ = nlohmann::json::array();
    bool missed_ = false;
};

bool wanted(const Options& options, const std::string& name) { return name.find(options.filter) != std::string::npos; }

int run_libc(const Options& options) {
    const std::vector<Row> rows = bench::libc_rows(options);
    Table table;
    for (const Row& row : rows)
        if (wanted(options, row.name)) table.add(row);
    if (table.empty()) throw std::runtime_error(fmt::format("no function's row contains '{}'", options.filter));
    return table.finish(options.json);
}

int run(const Options& options) {
    if (options.libc) return run_libc(options);
    const std::span<const Case> cases = options.machine == "native" ? bench::native_cases() : kCases;
    Table table;
    for (const Case& each : cases) {
        if (!wanted(options, each.name)) continue;
        const std::vector<Row> rows = measure(each, options);
        table.add(rows[rows.size() / 2]);
        for (const Row& run : rows) table.last()["ratios"].push_back(run.ratio());
    }
    if (table.empty()) throw std::runtime_error(fmt::format("no case's short name contains '{}'; they are: {}", options.filter, names(cases)));
    return table.finish(options.json);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Measures Future beside plain Linux, in one run. Exit status: 0 all marks met, 3 a MISS, 1 an error."};
    app.set_version_flag("--version", "future-bench " FUTURE_VERSION);
    app.add_option("--machine", options.machine, "hosted, or native: one that is booted")
        ->capture_default_str()
        ->check(CLI::IsMember({"hosted", "native"}));
    app.add_option("--filter", options.filter, "only the cases whose short name contains this");
    app.add_option("--json", options.json, "also write the results to FILE");
    app.add_option("--directory", options.directory, "where the 1 GiB file for the read case goes (default /tmp)");
    app.add_option("--runs", options.runs, "measures each figure and its reference so often; the run of the median ratio is shown")
        ->capture_default_str()
        ->check(CLI::Range(1, 99));
    app.add_flag("--libc", options.libc, "C library functions instead, each beside Linux's");
    app.add_flag("--quick", options.quick, "a tenth of the rounds: to see that it works, not to quote");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        fmt::print(stderr, "future-bench: {}; --help lists the options\n", error.what());
        return 2;
    }
    try {
        options.bin = fs::read_symlink("/proc/self/exe").parent_path();
        return run(options);
    } catch (const std::exception& problem) {
        fmt::print(stderr, "future-bench: {}\n", problem.what());
        return 1;
    }
}
