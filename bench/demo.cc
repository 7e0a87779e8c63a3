// SPDX-License-Identifier: MIT
// The `future-demo` command: a practical parallel program on real input, run on Future, checked, and summed up.
#include <fcntl.h>
#include <signal.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "reference.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kLicenses = "/usr/share/common-licenses";
constexpr double kPaperRoundTripUs = 90;  // paper, "What the authors had": run request → exit notice

struct Options {
    std::string machine = "hosted";
    unsigned cores = std::max(2u, std::thread::hardware_concurrency());
    unsigned megabytes = 256;
    fs::path bin;
};

// A folder that is gone at the end.
class Scratch {
public:
    Scratch() {
        std::string name = fs::temp_directory_path() / "future-demo-XXXXXX";
        if (!mkdtemp(name.data())) throw std::runtime_error(name + ": cannot make a temporary folder");
        path_ = name;
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string operator/(const char* name) const { return path_ / name; }

private:
    fs::path path_;
};

double seconds(std::chrono::steady_clock::time_point since) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

volatile sig_atomic_t interrupted = 0;

// Ctrl-C reaches the commands we run too; what we made is then tidied up.
void catch_interrupts() {
    struct sigaction action = {};
    action.sa_handler = [](int) { interrupted = 1; };
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

void check_interrupt() {
    if (interrupted) throw std::runtime_error("interrupted");
}

// Runs a shell command; its stdout. A status other than 0 is an error.
std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot run: " + command);
    char buffer[65536];
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
    const int status = pclose(pipe);
    check_interrupt();
    if (status != 0)
        throw std::runtime_error(fmt::format("exit status {}: {}", WIFEXITED(status) ? WEXITSTATUS(status) : status, command));
    return text;
}

std::string contents_of_licenses() {
    std::ostringstream all;
    for (const auto& entry : std::set<fs::path>(fs::directory_iterator(kLicenses), fs::directory_iterator()))
        if (fs::is_regular_file(entry) && !fs::is_symlink(entry)) all << std::ifstream(entry).rdbuf() << '\n';
    if (all.str().size() < 1000) throw std::runtime_error(fmt::format("{}: no text there", kLicenses));
    return all.str();
}

void write_file(const std::string& path, const std::string& text, unsigned times) {
    std::ofstream file(path, std::ios::binary);
    for (unsigned i = 0; i < times; i++) {
        file << text;
        check_interrupt();
    }
    if (!file.flush()) throw std::runtime_error(path + ": cannot write (disk full?)");
}

// What coreutils count in one copy, times the copies: "count word" lines, most frequent first.
std::string coreutils_result(const std::string& path, unsigned times) {
    std::istringstream lines(output_of(fmt::format(
        "tr -cs A-Za-z '\\n' < '{}' | tr A-Z a-z | grep . | LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2", path)));
    std::string result, word;
    for (unsigned long count; lines >> count >> word;) result += fmt::format("{:7} {}\n", count * times, word);
    return result;
}

std::string group(uint64_t number) {
    std::string text = std::to_string(number);
    for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<size_t>(at), ",");
    return text;
}

const char* which_machine(const Options& options) { return options.machine == "native" ? "--machine native" : "--private"; }

// Median round trip of a null call by a program on Future, in µs, in the best of three runs (in the others Linux may have
// put both sides on one CPU); `spin` as future run takes it.
double null_call_us(const Options& options, const std::string& spin) {
    double best = 0;
    for (int i = 0; i < 3; i++) {
        double minimum, median, p99;
        const std::string line = output_of(fmt::format(
            "'{0}/future' run {2} --cores 1 {1} '{0}/bench-guest' null 2000", options.bin.string(), spin, which_machine(options)));
        if (std::sscanf(line.c_str(), "null %lf %lf %lf", &minimum, &median, &p99) != 3)
            throw std::runtime_error("no result from the null call");
        if (i == 0 || median < best) best = median;
    }
    return best / 1e3;
}

std::string calls_by_name(const json& stats) {
    std::multimap<uint64_t, std::string, std::greater<>> sorted;
    for (const auto& [name, call] : stats["calls"].items()) sorted.emplace(call["calls"].get<uint64_t>(), name);
    std::string text;
    int shown = 0;
    for (const auto& [count, name] : sorted) {
        if (shown++ == 6) return text + ", …";
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, group(count));
    }
    return text;
}

void run(const Options& options) {
    const Scratch scratch;
    const std::string one = scratch / "one", input = scratch / "input", ours = scratch / "future", stats_file = scratch / "stats";
    const std::string text = contents_of_licenses();
    const unsigned times = std::max<unsigned>(1, static_cast<unsigned>((uint64_t{options.megabytes} << 20) / text.size()));
    write_file(one, text, 1);
    write_file(input, text, times);

    fmt::print("demo: counting the words of {}/*, {} times over ({} MiB), on Future …\n", kLicenses, times,
               text.size() * times >> 20);
    std::fflush(stdout);
    auto start = std::chrono::steady_clock::now();
    output_of(fmt::format("'{0}/future' run {5} --cores {1} --stats='{2}' '{0}/wordcount' '{3}' > '{4}'",
                          options.bin.string(), options.cores, stats_file, input, ours, which_machine(options)));
    const double on_future = seconds(start);
    start = std::chrono::steady_clock::now();
    output_of(fmt::format("'{}/wordcount-linux' -t {} '{}' > '{}'", options.bin.string(), 4 * options.cores, input,
                          scratch / "linux"));
    const double on_linux = seconds(start);
    std::ostringstream result;
    result << std::ifstream(ours).rdbuf();
    const bool equal = result.str() == coreutils_result(one, times);
    const json stats = json::parse(std::ifstream(stats_file));
    const double awake = null_call_us(options, ""), asleep = null_call_us(options, "--spin 0");
    const double pipe = bench::pipe_ping_pong(2000).median() / 1e3;

    std::istringstream top(result.str());
    std::string words, word;
    for (unsigned long count; words.size() < 60 && top >> count >> word;)
        words += fmt::format("{}{} {}", words.empty() ? "" : ", ", word, group(count));
    fmt::print("\n"
               "  wordcount on Future ({} machine)\n"
               "  input              {} MiB of text: {}\n"
               "  result             {}\n"
               "  threads, cores     {} MULiTh threads on {} Future cores\n"
               "  time               {:.2f} s, start and end {} included (the same source on Linux: {:.2f} s)\n"
               "  delegated calls    {}: {}\n"
               "  moved in place     {:.1f} MiB read and written without a copy between the two systems\n"
               "  round trip         {:.2f} us awake, {:.1f} us asleep; a pipe's {:.1f} us; the paper's {:.0f} us\n",
               options.machine, text.size() * times >> 20, words + ", …",
               equal ? "equal to coreutils' (tr, sort, uniq) in every line" : "DIFFERS FROM COREUTILS'",
               stats["threads_peak"].get<uint64_t>(), options.cores, on_future, options.machine == "native" ? "of the program" : "of the machine", on_linux,
               group(stats["delegated_calls"].get<uint64_t>()), calls_by_name(stats),
               stats["bytes_in_place"].get<double>() / (1 << 20), awake, asleep, pipe, kPaperRoundTripUs);
    if (!equal) throw std::runtime_error("the result differs from coreutils'");
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Counts words in parallel on Future, checks the result, and says what was done."};
    app.set_version_flag("--version", "future-demo " FUTURE_VERSION);
    app.add_option("--machine", options.machine, "hosted: one of its own; native: the one that is booted")
        ->capture_default_str()
        ->check(CLI::IsMember({"hosted", "native"}));
    app.add_option("--cores", options.cores, "Future cores (default: the CPUs of this computer, at least 2)")
        ->check(CLI::Range(1, 64));
    app.add_option("--megabytes", options.megabytes, "how much text (default 256)")->check(CLI::Range(1, 65536));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        fmt::print(stderr, "demo: {}; --help lists the options\n", error.what());
        return 2;
    }
    try {
        options.bin = fs::read_symlink("/proc/self/exe").parent_path();
        catch_interrupts();
        run(options);
        if (std::fflush(stdout) != 0) throw std::runtime_error(std::string("cannot write the output: ") + std::strerror(errno));
        return 0;
    } catch (const std::exception& problem) {
        fmt::print(stderr, "demo: {}\n", problem.what());
        return interrupted ? 130 : 1;
    }
}
