// SPDX-License-Identifier: MIT
// Collects and prints refusals; finds the word that was meant.
#include "diagnostic.h"

#include <algorithm>
#include <cstdio>

#include "diagnostic_table.h"

namespace gen {

void Diagnostics::add(Item item) {
    check_number(item.number);
    for (const Item& other : items_)
        if (other.place == item.place && other.number == item.number && other.text == item.text) return;
    errors_ += item.is_error;
    items_.push_back(std::move(item));
}

void Diagnostics::error(int number, const Place& place, std::string text, std::string hint) {
    add({place, number, true, std::move(text), std::move(hint)});
}

void Diagnostics::warning(int number, const Place& place, std::string text, std::string hint) {
    add({place, number, false, std::move(text), std::move(hint)});
}

void Diagnostics::print() {
    std::stable_sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) { return a.place < b.place; });
    for (const Item& item : items_) {
        std::fprintf(stderr, "%s:%u:%u: %s: FI%03d: %s\n", item.place.file.c_str(), item.place.line, item.place.column,
                     item.is_error ? "error" : "warning", item.number, item.text.c_str());
        if (!item.hint.empty()) std::fprintf(stderr, "  hint: %s\n", item.hint.c_str());
    }
    items_.clear();
}

static size_t distance(const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); j++) row[j] = j;
    for (size_t i = 1; i <= a.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); j++) {
            const size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
    std::string best;
    size_t best_distance = word.size() / 2 + 1;
    for (const std::string& candidate : candidates)
        if (const size_t d = distance(word, candidate); d < best_distance) best = candidate, best_distance = d;
    return best;
}

}  // namespace gen
