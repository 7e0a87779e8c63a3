// SPDX-License-Identifier: MIT
// future trace: not there yet; says so, and what there is instead.
#include "command.h"
#include "ground/failure.h"

namespace future {
namespace {

constexpr char kInstead[] =
    "What there is: `future run --capture FILE PROGRAM` keeps every request that the program makes, as it lay in the ring: 8 "
    "bytes of length, 16 of header, then a Cap'n Proto body that capnp(1) reads, with the schemas of idl/schema. Replies are "
    "not kept. `future run --stats PROGRAM` counts the calls by name.";

}  // namespace

void add_trace(CLI::App& app, int&) {
    CLI::App* command = app.add_subcommand("trace", "Not there yet: print a program's delegated calls");
    command->footer(kInstead);
    command->allow_extras();  // whatever is asked, the answer is the same
    command->callback([] { throw Failure(std::string("`future trace` is not there yet. ") + kInstead); });
}

}  // namespace future
