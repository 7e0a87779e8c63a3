// SPDX-License-Identifier: MIT
// Reading the machine's notices, at the offsets that gen emitted. A notice that cannot be read is of another version.
#include "machine/notice.h"

#include "ground/failure.h"
#include "words/printable.h"

namespace future {
namespace {

template <class Request>
Request decoded(const Notice& notice, int (*decode)(const uint64_t*, uint32_t, Request*)) {
    Request request = {};
    const uint32_t words = wire_size(notice[0]) / sizeof(uint64_t) - WIRE_HEADER_WORDS;
    if (decode(notice.data() + WIRE_HEADER_WORDS, words, &request) != WIRE_BODY_GOOD)
        throw Failure("the machine's notices cannot be read; is it of the same version as `future`?");
    return request;
}

}  // namespace

uint16_t notice_type(const Notice& notice) { return wire_message_type(notice[0]); }

ExitNotice read_exit(const Notice& notice) { return decoded(notice, control_exit_notice_decode); }

ExceptionNotice read_exception(const Notice& notice) { return decoded(notice, control_exception_decode); }

CoreStopped read_core_stopped(const Notice& notice) { return decoded(notice, control_core_stopped_decode); }

LogLine read_log(const Notice& notice) {
    const auto log = decoded(notice, control_log_decode);
    return {log.level, printable(std::string(log.text, log.text_bytes))};
}

}  // namespace future
