// SPDX-License-Identifier: MIT
// What a program calls itself, or logs, moves no cursor and sets no title.
#include "words/printable.h"

#include <random>

#include "doctest/doctest.h"

using future::printable;

TEST_CASE("text of people stays as it is") {
    for (const char* text : {"", "weather.now", "naïve café — 日本語 🌍", "two\nlines\tand a tab", "\u00a0\u07ff\uffff\U0010ffff"}) CHECK(printable(text) == text);
}

TEST_CASE("controls of a terminal, in 7 bits, 8 bits and UTF-8") {
    CHECK(printable("\033[2J") == "?[2J");
    CHECK(printable("a\rb\bc\x7f") == "a?b?c?");
    CHECK(printable("\x9b" "2J") == "?2J");
    CHECK(printable("\xc2\x9b" "2J") == "??2J");       // U+009B, control sequence introducer
    CHECK(printable(std::string("\0x", 2)) == "?x");
}

TEST_CASE("what is no UTF-8") {
    CHECK(printable("\xc0\x9b") == "??");              // too long a way to write ESC
    CHECK(printable("\xe0\x82\x9b") == "???");
    CHECK(printable("\xed\xa0\x80") == "???");
    CHECK(printable("\xf4\x90\x80\x80") == "????");
    CHECK(printable("\xf5\x80") == "??");
    CHECK(printable("caf\xc3") == "caf?");
    CHECK(printable("\xe2\x82x") == "??x");
}

TEST_CASE("nothing that a terminal would obey is left, whatever it was") {
    std::mt19937 random(5);
    for (int round = 0; round < 100000; round++) {
        std::string text(random() % 12, ' ');
        for (char& c : text) c = static_cast<char>(random() % 3 ? random() : "\033\x9b\xc2\xe2"[random() % 4]);
        const std::string shown = printable(text);
        REQUIRE(shown.size() == text.size());
        REQUIRE(printable(shown) == shown);
        for (size_t i = 0; i < shown.size(); i++) {
            const auto c = static_cast<unsigned char>(shown[i]);
            REQUIRE((c >= ' ' || c == '\n' || c == '\t'));
            REQUIRE(c != 0x7f);
            if (c == 0xc2) REQUIRE(static_cast<unsigned char>(shown[i + 1]) >= 0xa0);
        }
    }
}
