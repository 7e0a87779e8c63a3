// SPDX-License-Identifier: MIT
// Every thread that the pump starts is joined by stop().
#include <dlfcn.h>
#include <fcntl.h>

#include "doctest/doctest.h"
#include "fake_program.h"

using namespace fake;

namespace {
std::atomic<int> unjoined{0};
}

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*), void* argument) {
    static const auto real = reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
    const int error = real(thread, attributes, body, argument);
    if (error == 0) unjoined++;
    return error;
}

extern "C" int pthread_join(pthread_t thread, void** result) {
    static const auto real = reinterpret_cast<decltype(&pthread_join)>(dlsym(RTLD_NEXT, "pthread_join"));
    const int error = real(thread, result);
    if (error == 0) unjoined--;
    return error;
}

extern "C" int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock, const timespec* end) {
    static const auto real = reinterpret_cast<decltype(&pthread_clockjoin_np)>(dlsym(RTLD_NEXT, "pthread_clockjoin_np"));
    const int error = real(thread, result, clock, end);
    if (error == 0) unjoined--;
    return error;
}

TEST_CASE("a call that wants the thread of its own comes while the pump is being stopped") {
    int capture[2];
    REQUIRE(pipe2(capture, O_CLOEXEC) == 0);
    REQUIRE(fcntl(capture[1], F_SETPIPE_SZ, 4096) == 4096);
    char page[4096] = {};
    REQUIRE(write(capture[1], page, sizeof page) == sizeof page);
    {
        Program program(64, 64, 100, {&kFileInterface, nullptr}, capture[1]);
        REQUIRE(program.send(kOdd, 1, 1, {}));  // the leader has it, and waits for room in the capture
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        std::thread reader([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            (void)!read(capture[0], page, sizeof page);
        });
        program.pump->stop();
        reader.join();
        CHECK(unjoined.load() == 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));  // it may still need what goes now
    }
    close(capture[0]), close(capture[1]);
}
