// SPDX-License-Identifier: MIT
// One line of text, built without a C library; what does not fit is cut.
#pragma once

#include <stdint.h>

#include "control_message.h"

namespace futurek {

class Text {
public:
    Text& add(const char* string) {
        while (*string) add(*string++);
        return *this;
    }
    // Anything that could disturb a terminal becomes '?': the text may be a program's.
    Text& add(char c) {
        if (size_ < sizeof text_) text_[size_++] = (c >= ' ' && c <= '~') || (c & 0x80) ? c : '?';
        return *this;
    }
    Text& number(uint64_t value, unsigned base = 10) {
        char digits[20];
        unsigned count = 0;
        do digits[count++] = "0123456789abcdef"[value % base];
        while (value /= base);
        while (count) add(digits[--count]);
        return *this;
    }
    const char* data() const { return text_; }
    unsigned size() const { return size_; }

private:
    char text_[CONTROL_LOG_BYTES];
    unsigned size_ = 0;
};

}  // namespace futurek
