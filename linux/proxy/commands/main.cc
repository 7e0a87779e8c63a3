// SPDX-License-Identifier: MIT
// The `future` command: its parts, and the one place where a Failure becomes a line and an exit status.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "commands/command.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "words/say.h"
#include "program/signals.h"
#include "words/suggestion.h"

namespace {

// No program of a user's was named, so this status is none of his.
constexpr int kUsage = 2;

std::string first_unknown(const CLI::App& app) {
    for (const std::string& word : app.remaining(true))
        if (word != "--") return word;
    return "?";
}

// What was said on stdout has arrived, or that is said.
int finish(int status) {
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return status;
    if (errno == EBADF) return status;  // closed by who started us: he does not want it
    future::say(fmt::format("future: cannot write the output: {}\n", std::strerror(errno)));
    return status ? status : future::kOwnFailure;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace future;
    int status = 0;
    CLI::App app{"Future: runs parallel programs on cores of their own beside Linux.", "future"};
    app.require_subcommand(1);
    app.set_version_flag("--version", "future " FUTURE_VERSION);
    app.get_formatter()->column_width(34);
    add_run(app, status);
    add_boot(app, status);
    add_shutdown(app, status);
    add_ps(app, status);
    add_top(app, status);
    add_kill(app, status);
    add_log(app, status);
    add_trace(app, status);
    add_doctor(app, status);
    if (argc < 2) return say(app.help()), kUsage;
    if (const std::string wrong = unknown_command(app, argc, argv); !wrong.empty())
        return say(fmt::format("future: {}\n", wrong)), kUsage;
    try {
        std::vector<std::string> words = separate_program(app, argc, argv);
        std::reverse(words.begin(), words.end());  // as CLI11 wants them
        app.parse(words);
    } catch (const CLI::ExtrasError& error) {
        say(fmt::format("future: unknown: {}{}\n", first_unknown(app), suggestion(app, argc, argv)));
        return kOwnFailure;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return finish(app.exit(error));  // --help, --version
        say(fmt::format("future: {}{}\n", error.what(), suggestion(app, argc, argv)));
        return kOwnFailure;
    } catch (const Failure& failure) {
        say(fmt::format("future: {}\n", failure.what()));
        return failure.status;
    } catch (const EndedBySignal& ended) {
        finish(0);
        die_by(ended.signal);
    } catch (const std::bad_alloc&) {
        say("future: Linux has no memory left for `future` itself: stop other programs, give this one less with --memory, or "
            "raise a limit (ulimit -d, ulimit -v)\n");
        return kOwnFailure;
    } catch (const std::exception& error) {
        say(fmt::format("future: {}\n", error.what()));
        return kOwnFailure;
    }
    return finish(status);
}
