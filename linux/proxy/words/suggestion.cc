// SPDX-License-Identifier: MIT
// The known word nearest to an unknown one, by edit distance.
#include "words/suggestion.h"

#include <algorithm>
#include <vector>

#include "fmt/format.h"

namespace future {
namespace {

size_t distance(const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); j++) row[j] = j;
    for (size_t i = 1; i <= a.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); j++) {
            const size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
    std::string best;
    size_t least = 1 + word.size() / 3;
    for (const std::string& candidate : known)
        if (const size_t d = distance(word, candidate); d <= least) least = d, best = candidate;
    return best;
}

}  // namespace

std::string unknown_command(const CLI::App& app, int argc, char** argv) {
    if (argc < 2) return "";
    const std::string word = argv[1];
    const bool is_option = word.rfind("-", 0) == 0;
    const std::vector<const CLI::App*> commands = app.get_subcommands({});
    const auto is_it = [&word](const CLI::App* command) { return command->get_name() == word; };
    if (is_option ? app.get_option_no_throw(word) != nullptr : std::any_of(commands.begin(), commands.end(), is_it)) return "";
    return fmt::format("there is no {} `{}`{}", is_option ? "option" : "command", word, suggestion(app, 2, argv));
}

std::string suggestion(const CLI::App& app, int argc, char** argv) {
    std::vector<std::string> words;
    const CLI::App* command = &app;
    for (int i = 1; i < argc; i++) {
        const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
        std::vector<std::string> known;
        if (word.rfind("-", 0) == 0)
            for (const CLI::Option* option : command->get_options()) known.push_back(option->get_name());
        else if (command == &app)
            for (const CLI::App* sub : app.get_subcommands({})) known.push_back(sub->get_name());
        if (std::find(known.begin(), known.end(), word) != known.end()) {
            if (command == &app && word[0] != '-') command = app.get_subcommand(word);
            continue;
        }
        if (const std::string meant = nearest(word, known); !meant.empty() && meant != word)
            return fmt::format("; did you mean {}?", meant);
        if (command != &app && word[0] != '-') break;  // the program and what is its own
    }
    return command == &app ? "; see `future --help`" : fmt::format("; see `future {} --help`", command->get_name());
}

}  // namespace future
