// SPDX-License-Identifier: MIT
// Numbers are never reused. Below 100 the words themselves, from 100 types, from 200 errors, from 300 Linux, from 400 the lock.
#include "diagnostic_table.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace gen {
namespace {

constexpr DiagnosticKind kTable[] = {
    {1, "unknown word; the nearest is suggested"},
    {2, "malformed argument"},
    {3, "word not allowed here"},
    {4, "words contradict each other"},
    {5, "the header does not compile"},
    {6, "a call without a number, a parameter without a name"},
    {10, "no interface_ line, or a second"},
    {11, "slot or id of another interface"},
    {12, "number of another call"},
    {13, "number out of range"},
    {14, "number of a call that is gone"},
    {101, "pointer without direction or size"},
    {102, "size, choice or result names no parameter"},
    {103, "size can overflow"},
    {104, "signed size without range"},
    {105, "const and written"},
    {106, "string without maximum"},
    {107, "maximum larger than its count can say"},
    {108, "structure with an undescribed pointer"},
    {109, "type of unportable size"},
    {110, "structure or union by value"},
    {111, "variadic without cases"},
    {112, "callback"},
    {113, "cases overlap"},
    {114, "undefined constant or set"},
    {115, "a descriptor without fd_"},
    {201, "unknown or unexplained error; from the C++ compiler: a handler's error that its declaration does not name"},
    {301, "constant differs between the sysroot and Linux"},
    {302, "layout differs between the sysroot and Linux"},
    {303, "no such system call and no handler"},
    {401, "incompatible with the lock"},
    {402, "lock out of date"},
};

}  // namespace

std::span<const DiagnosticKind> diagnostic_table() { return kTable; }

void check_number(int number) {
    if (std::ranges::any_of(kTable, [number](const DiagnosticKind& kind) { return kind.number == number; })) return;
    std::fprintf(stderr, "future-gen: FI%03d is not in gen/diagnostic_table.cc\n", number);
    std::abort();
}

void print_diagnostic_table() {
    std::puts("| number | says |\n| --- | --- |");
    for (const DiagnosticKind& kind : kTable) std::printf("| FI%03d | %s |\n", kind.number, kind.says);
}

}  // namespace gen
