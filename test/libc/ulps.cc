// SPDX-License-Identifier: MIT
// ulps OURS REFERENCE: lines "function bits arguments…" of two programs, beside each other. Prints each function's
// largest distance in units of the last place, and fails where it is above 1, or above what is known and said here.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

namespace {

// A count that grows with the number: zeros of both signs are one, the next number is one more.
__int128 place(const std::string& bits) {
    unsigned __int128 value = 0;
    for (char digit : bits) value = value * 16 + std::string("0123456789abcdef").find(digit);
    // Of a long double, the leading one is written out: without it, places follow each other.
    if (bits.size() == 20) value = (value >> 64 << 63) | (value & ((static_cast<unsigned __int128>(1) << 63) - 1));
    const unsigned __int128 sign = static_cast<unsigned __int128>(1) << (bits.size() == 20 ? 78 : bits.size() * 4 - 1);
    return value & sign ? -static_cast<__int128>(value & ~sign) : static_cast<__int128>(value);
}

struct Worst {
    __int128 distance = 0;
    std::string line;
};

// These are exact; of the others, Linux's own are as far.
const std::map<std::string, int> known = {{"fma", 0},     {"fmaf", 0},  {"fmal", 0},   {"sqrt", 0},
                                          {"sqrtf", 0},   {"sqrtl", 0}, {"atanhl", 2}, {"erfcl", 2},
                                          {"lgammal", 3}, {"tanhl", 2}, {"tgammal", 5}};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::ifstream ours(argv[1]), reference(argv[2]);
    std::map<std::string, Worst> worst;
    std::string a, b;
    long lines = 0;
    bool failed = false;
    while (std::getline(ours, a) && std::getline(reference, b)) {
        std::istringstream in_a(a), in_b(b);
        std::string name, bits_a, bits_b, rest_a, rest_b;
        in_a >> name >> bits_a, std::getline(in_a, rest_a);
        in_b >> name >> bits_b, std::getline(in_b, rest_b);
        __int128 distance = place(bits_a) - place(bits_b);
        if (distance < 0) distance = -distance;
        lines++;
        Worst& w = worst[name];
        if (w.line.empty() || distance > w.distance) w = {distance, name + rest_a + ": " + bits_a + ", not " + bits_b};
    }
    if (lines == 0 || std::getline(reference, b)) std::cout << "one of the two ended early\n", failed = true;
    for (const auto& [name, w] : worst) {
        const auto allowed = known.find(name);
        const bool bad = w.distance > (allowed == known.end() ? 1 : allowed->second);
        const double shown = static_cast<double>(w.distance);
        std::printf("%-12s %g%s\n", name.c_str(), shown, bad ? (" too far: " + w.line).c_str() : "");
        failed |= bad;
    }
    return failed;
}
