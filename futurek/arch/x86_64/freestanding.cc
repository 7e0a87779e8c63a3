// SPDX-License-Identifier: MIT
// What the compiler takes for granted even of a freestanding program.
#include <stdint.h>

extern "C" {
void* memset(void* to, int byte, unsigned long bytes) {
    void* at = to;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(byte) : "memory");
    return to;
}
void* memcpy(void* to, const void* from, unsigned long bytes) {
    void* at = to;
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes)::"memory");
    return to;
}
void* memmove(void* to, const void* from, unsigned long bytes) {
    if (reinterpret_cast<uint64_t>(to) - reinterpret_cast<uint64_t>(from) >= bytes) return memcpy(to, from, bytes);
    char* last = static_cast<char*>(to) + bytes - 1;
    const char* source = static_cast<const char*>(from) + bytes - 1;
    __asm__ volatile("std; rep movsb; cld" : "+D"(last), "+S"(source), "+c"(bytes)::"memory");
    return to;
}
int memcmp(const void* a, const void* b, unsigned long bytes) {
    const unsigned char *x = static_cast<const unsigned char*>(a), *y = static_cast<const unsigned char*>(b);
    for (; bytes; bytes--, x++, y++)
        if (*x != *y) return *x - *y;
    return 0;
}
}
