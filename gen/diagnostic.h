// SPDX-License-Identifier: MIT
// Refusals: numbered, with a place and a hint. Collected, so that one run names everything that is wrong.
#pragma once

#include <string>
#include <vector>

#include "model.h"

namespace gen {

class Diagnostics {
public:
    void error(int number, const Place& place, std::string text, std::string hint);
    void warning(int number, const Place& place, std::string text, std::string hint);
    bool failed() const { return errors_ != 0; }
    // Prints what was collected, in source order, and forgets it.
    void print();

private:
    struct Item {
        Place place;
        int number;
        bool is_error;
        std::string text, hint;
    };
    void add(Item item);
    std::vector<Item> items_;
    int errors_ = 0;
};

// The candidate that a misspelt word most likely meant, or "".
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace gen
