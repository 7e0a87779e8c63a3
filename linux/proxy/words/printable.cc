// SPDX-License-Identifier: MIT
#include "words/printable.h"

#include <cstring>

namespace future {
namespace {

// Bytes of the character that begins here; 0: it is none that may be shown.
size_t shown(std::span<const char> text) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) return (byte(0) >= ' ' && byte(0) != 0x7f) || byte(0) == '\n' || byte(0) == '\t';
    const size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
    if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < size) return 0;
    for (size_t i = 1; i < size; i++)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    if (byte(0) == 0xc2 && byte(1) < 0xa0) return 0;  // C1
    if ((byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90)) return 0;   // longer than need be
    if ((byte(0) == 0xed && byte(1) >= 0xa0) || (byte(0) == 0xf4 && byte(1) >= 0x90)) return 0;  // surrogates, and beyond all
    return size;
}

}  // namespace

void make_printable(std::span<char> text) {
    for (size_t at = 0; at < text.size();) {
        const size_t size = shown(text.subspan(at));
        if (size == 0) text[at] = '?';
        at += size ? size : 1;
    }
}

std::string printable(std::string text) {
    make_printable(text);
    return text;
}

}  // namespace future
