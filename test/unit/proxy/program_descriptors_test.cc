// SPDX-License-Identifier: MIT
// Whose a descriptor is, and what it is, over closing, reopening and O_DIRECT.
#include "caller/program_descriptors.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using future::FileKind;
using future::ProgramDescriptors;

namespace {

ProgramDescriptors descriptors;

}  // namespace

TEST_CASE("what is not the program's has no kind, whatever number it is") {
    for (const long fd : {-1L, 0L, 77L, ProgramDescriptors::kMost, ProgramDescriptors::kMost + 3, 1L << 40, -(1L << 40)}) {
        CHECK_FALSE(descriptors.has(fd));
        CHECK(descriptors.kind(fd) == FileKind::nobodys);
        CHECK_FALSE(descriptors.remove(fd));
    }
    descriptors.add(-1);
    descriptors.add(ProgramDescriptors::kMost);
    CHECK_FALSE(descriptors.has(ProgramDescriptors::kMost));
}

TEST_CASE("a number is what is behind it now, not what was there before") {
    const int file = open("/proc/self/exe", O_RDONLY);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    for (int round = 0; round < 100; round++) {
        descriptors.add(file);
        CHECK(descriptors.kind(file) == FileKind::regular);
        CHECK(descriptors.kind(file) == FileKind::regular);
        CHECK(descriptors.remove(file));
        CHECK_FALSE(descriptors.remove(file));
        CHECK(descriptors.kind(file) == FileKind::nobodys);
        const int kept = dup(file);
        REQUIRE(dup2(ends[0], file) == file);
        descriptors.add(file);
        CHECK(descriptors.kind(file) == FileKind::stream);
        REQUIRE(dup2(kept, file) == file);  // as dup2 of the program's: it is admitted again
        descriptors.add(file);
        CHECK(descriptors.kind(file) == FileKind::regular);
        descriptors.remove(file);
        close(kept);
    }
    close(file), close(ends[0]), close(ends[1]);
}

TEST_CASE("a file that gets O_DIRECT late is seen to have it") {
    char name[] = "/var/tmp/future-direct-XXXXXX";
    const int file = mkstemp(name);
    REQUIRE(file >= 0);
    unlink(name);
    descriptors.add(file);
    CHECK(descriptors.kind(file) == FileKind::regular);
    if (fcntl(file, F_SETFL, O_DIRECT) == 0) {  // not every file system can
        descriptors.direct_was_set();
        CHECK(descriptors.kind(file) == FileKind::direct);
        REQUIRE(fcntl(file, F_SETFL, 0) == 0);
        CHECK(descriptors.kind(file) == FileKind::regular);
    }
    descriptors.remove(file);
    close(file);
}
