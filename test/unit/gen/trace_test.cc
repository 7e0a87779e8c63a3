// SPDX-License-Identifier: MIT
// Requests and replies as text.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "control_decoder.h"
#include "control_wire.h"
#include "file_decoder.h"
#include "file_wire.h"
#include "idl/trace/trace.h"

using namespace future;

static std::string show(const InterfaceTable& table, uint16_t type, const uint64_t* message, uint32_t size, const FetchString& fetch = {}) {
    const CallTable* call = find_call(table, type);
    REQUIRE(call);
    return format_request(*call, message + WIRE_HEADER_WORDS, size / 8 - WIRE_HEADER_WORDS, fetch);
}

TEST_CASE("a read shows its descriptor, where it reads to, and how much") {
    uint64_t message[FILE_READ_WORDS];
    const file_read_request request = {.fd = 3, .buffer = 0x7f0000001000, .count = 64};
    const uint32_t size = file_read_encode(message, &request);
    CHECK(show(file::table, FILE_READ_TYPE, message, size) == "read(3, 0x7f0000001000+0x40, 64)");
}

TEST_CASE("flags have names; a string is fetched when it can be") {
    uint64_t message[FILE_OPEN_WORDS];
    const file_open_request request = {.path = 0x1000, .flags = O_RDWR | O_CREAT | O_SYNC | 1 << 30, .mode = 0644};
    const uint32_t size = file_open_encode(message, &request);
    const auto fetch = [](uint64_t address, uint64_t most, std::string& text) {
        CHECK(address == 0x1000);
        CHECK(most == 4096);
        text = "a \"b\"\n";
        return true;
    };
    CHECK(show(file::table, FILE_OPEN_TYPE, message, size, fetch) == "open(\"a \\\"b\\\"\\n\", O_SYNC|O_RDWR|O_CREAT|0x40000000, 420)");
    CHECK(show(file::table, FILE_OPEN_TYPE, message, size) == "open(0x1000, O_SYNC|O_RDWR|O_CREAT|0x40000000, 420)");
}

TEST_CASE("no flag at all has the name of zero; a constant instead of a descriptor has its own") {
    uint64_t message[FILE_OPENAT_WORDS];
    const file_openat_request request = {.directory = AT_FDCWD, .path = 0, .flags = 0, .mode = 0};
    const uint32_t size = file_openat_encode(message, &request);
    CHECK(show(file::table, FILE_OPENAT_TYPE, message, size) == "openat(AT_FDCWD, NULL, O_RDONLY, 0)");
}

TEST_CASE("a case shows the function that the program called") {
    uint64_t message[FILE_FCNTL_SET_WORDS];
    const file_fcntl_set_request request = {.fd = 5, .command = F_SETFL, .value = -1};
    CHECK(show(file::table, FILE_FCNTL_SET_TYPE, message, file_fcntl_set_encode(message, &request)) == "fcntl(5, F_SETFL, -1)");
}

TEST_CASE("text in the message is shown, and a broken one does no harm") {
    uint64_t message[CONTROL_LOG_WORDS];
    const control_log_request request = [] {
        control_log_request log{};
        log.level = CONTROL_LOG_WARNING, log.text = "hot", log.text_bytes = 3;
        return log;
    }();
    const uint32_t size = control_log_encode(message, &request);
    CHECK(show(control::table, CONTROL_LOG_TYPE, message, size).starts_with("log(CONTROL_LOG_WARNING, \"hot\""));
    message[WIRE_HEADER_WORDS + 1 + CONTROL_LOG_DATA_WORDS] |= 0xffffffff00000000ull;
    CHECK(show(control::table, CONTROL_LOG_TYPE, message, size).starts_with("log(CONTROL_LOG_WARNING, <malformed>"));
    CHECK(show(control::table, CONTROL_LOG_TYPE, message, 16).starts_with("log(CONTROL_LOG_ERROR, <malformed>"));
}

TEST_CASE("a reply shows its value or its error") {
    const CallTable* call = find_call(file::table, FILE_READ_TYPE);
    wire_reply reply{};
    reply.result = 12;
    CHECK(format_reply(*call, reply) == " = 12");
    reply.error = EAGAIN;
    CHECK(format_reply(*call, reply) == " = -1 EAGAIN (Resource temporarily unavailable)");
}

TEST_CASE("an error that the declaration does not name has a warning on its line") {
    const auto warned = [](uint16_t type, int error) {
        wire_reply reply{};
        reply.error = error;
        const std::string line = format_reply(*find_call(file::table, type), reply);
        CHECK(line.starts_with(std::string(" = -1 ") + strerrorname_np(error) + " ("));
        return line.ends_with("  <- warning: the declaration does not name this error (@retval)");
    };
    CHECK(!warned(FILE_OPEN_TYPE, ENOENT));  // @retval of open(), whose case the call is
    CHECK(!warned(FILE_READ_TYPE, EAGAIN));
    CHECK(warned(FILE_READ_TYPE, ENOENT));
    CHECK(warned(FILE_OPEN_TYPE, EROFS));  // Linux's, passed on by the handler
    CHECK(warned(FILE_STAT_TYPE, EIO));    // Linux's, of a pass-through
}

TEST_CASE("what a call's words have checked is named by them") {
    struct {
        uint16_t type;
        std::vector<int> named, unnamed;
    } const cases[] = {
        {FILE_READ_TYPE, {E2BIG, EBADF, EFAULT, EINTR}, {EINVAL, EMFILE, ENAMETOOLONG}},
        {FILE_OPENAT_TYPE, {E2BIG, EBADF, EFAULT, EINTR, EINVAL, EMFILE, ENAMETOOLONG}, {EPERM}},
        {FILE_WRITEV_TYPE, {EINVAL, EFAULT}, {EMFILE}},
        {FILE_LSEEK_TYPE, {EINVAL, ESPIPE}, {EFAULT}},
        {FILE_PIPE_TYPE, {EMFILE, EFAULT}, {EBADF, EINTR}},
        {FILE_GETPID_TYPE, {E2BIG}, {EBADF, EFAULT, EINTR, EINVAL, EMFILE, ENAMETOOLONG}},
    };
    for (const auto& [type, named, unnamed] : cases) {
        const CallTable& call = *find_call(file::table, type);
        CAPTURE(std::string(call.name));
        const auto has = [&](int error) { return std::find(call.errors, call.errors + call.error_count, error) != call.errors + call.error_count; };
        for (const int error : named) CHECK_MESSAGE(has(error), strerrorname_np(error));
        for (const int error : unnamed) CHECK_MESSAGE(!has(error), strerrorname_np(error));
    }
}

TEST_CASE("every field that the table names can be written and read back") {
    for (uint16_t c = 0; c < file::table.call_count; c++) {
        const CallTable& call = file::table.calls[c];
        uint64_t body[64] = {wire_root_pointer(call.data_words, call.pointer_words)};
        for (uint16_t i = 0; i < call.field_count; i++) {
            const uint64_t all = call.fields[i].width == 64 ? ~0ull : (1ull << call.fields[i].width) - 1;
            CHECK(write_field(call.fields[i], body, 64, 0x5a5a5a5a5a5a5a5a));
            CHECK(read_field(call.fields[i], body, 64) == (0x5a5a5a5a5a5a5a5a & all));
        }
        REQUIRE(call.accepted_count > 0);
        CHECK(call.accepted[call.accepted_count - 1].data_words == call.data_words);
    }
}
