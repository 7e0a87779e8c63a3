// SPDX-License-Identifier: MIT
#include "libc_rows.h"

#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace bench {
namespace {

struct Line {
    std::string name;
    double ns;
};

std::vector<Line> run(const std::string& command) {
    std::vector<Line> lines;
    FILE* pipe = popen(command.c_str(), "r");
    char name[64];
    double ns;
    while (pipe && std::fscanf(pipe, "%63s %lf", name, &ns) == 2) lines.push_back({name, ns});
    if (!pipe || pclose(pipe) != 0 || lines.empty()) throw std::runtime_error(fmt::format("no result from: {}", command));
    return lines;
}

}  // namespace

std::vector<Row> libc_rows(const Options& options) {
    const std::string bin = options.bin.string();
    std::vector<Line> theirs = run(fmt::format("'{}/bench-libc-linux'", bin));
    std::vector<Line> ours = run(fmt::format("'{0}/future' run --machine {1} --cores 1 '{0}/bench-libc'", bin, options.machine));
    for (const Line& line : run(fmt::format("'{}/bench-malloc-linux'", bin))) theirs.push_back(line);
    for (const Line& line : run(fmt::format("'{0}/future' run --machine {1} --cores 2 '{0}/bench-malloc'", bin, options.machine)))
        ours.push_back(line);
    if (ours.size() != theirs.size()) throw std::runtime_error("bench-libc measures something else on Future than on Linux");
    std::vector<Row> rows;
    for (size_t i = 0; i < ours.size(); i++)
        rows.push_back({ours[i].name, {ours[i].ns, ours[i].ns, ours[i].ns}, "ns", "Linux's libc", theirs[i].ns, 1.25});
    return rows;
}

}  // namespace bench
