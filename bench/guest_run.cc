// SPDX-License-Identifier: MIT
// A case that runs as a Future program.
#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

#include "case.h"

namespace bench {

Figure guest(const Options& options, const std::string& run_options, const std::string& arguments) {
    const std::string command =
        fmt::format("'{0}/future' run --machine {1} --cores 1 {2} '{0}/bench-guest' {3}", options.bin.string(),
                    options.machine, run_options, arguments);
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    char name[64];
    Figure result{};
    if (!pipe || std::fscanf(pipe.get(), "%63s %lf %lf %lf", name, &result.minimum, &result.median, &result.p99) != 4)
        throw std::runtime_error(fmt::format("no result from: {}", command));
    return result;
}

}  // namespace bench
