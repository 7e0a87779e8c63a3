// SPDX-License-Identifier: MIT
// The fake machine under the allocator: a program's memory by pages, and cores that are threads of the test.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace machine {

constexpr size_t kPage = 4096, kBytes = size_t{256} << 20;

// The calling thread plays this core from now on.
void be_core(uint32_t number);
// Pages that are allocated now; what the allocator keeps for ever (its table) included.
size_t pages_taken();
// Times that memory was refused.
unsigned refusals();
// The allocator's last words in `body`, or "" if it came to its end.
std::string last_words(const std::function<void()>& body);
// Somebody else takes pages: the lowest that are free, so that they are in the heap's way. They are given back by unblock.
uintptr_t block(size_t pages);
void unblock(uintptr_t at, size_t pages);

}  // namespace machine
