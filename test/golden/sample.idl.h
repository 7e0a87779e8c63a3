/* SPDX-License-Identifier: MIT */
/* One call for each thing that a declaration can say; the golden files are what gen makes of it. */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <future/idl.h>

interface_(sample, 0xd8c3b4f19a2e7710);

enum sample_mode { SAMPLE_FAST = 1, SAMPLE_GOOD = 2 };
constants_(modes, SAMPLE_FAST, SAMPLE_GOOD);
enum { SAMPLE_A = 1, SAMPLE_B = 6, SAMPLE_C = 8 };
constants_(options, SAMPLE_A, SAMPLE_B, SAMPLE_C);

struct sample_point {
	int32_t x;
	double y;
};

/// Numbers of every width, in ranges and sets.
/// @retval EDOM the sum is too large
/// for the caller
int64_t sample_sum(bool flag, int8_t a, uint16_t b, int32_t c range_(-5, 100), uint64_t d, float e, double f,
		   enum sample_mode mode one_of_(modes), unsigned options flags_(options))
	call_(0) handled_ idempotent_ result_(raw) since_(0.1);

/// Structures in, out, and changed in place.
/// @retval EDOM  it lies to the left
int sample_move(const struct sample_point *from in_(), struct sample_point *to out_(), struct sample_point *both inout_(),
		uint8_t *key out_(bytes=16)) call_(1) handled_ result_(status);

/// Buffers of bytes and of elements, strings.
ssize_t sample_write(const char *name string_(16), const void *bytes in_(bytes=count), size_t count,
		     uint32_t *values inout_(count=many), unsigned many range_(0, 8)) call_(2) handled_ may_block_;

/// What travels in the message, and back in the reply.
int sample_note(const char *text inline_(40), const void *data inline_(20, length), size_t length,
		uint64_t *stamp out_() reply_, int32_t *count out_() reply_) call_(3) handled_ result_(status);

/// Descriptors: given, written, returned.
/// @retval ENOENT  the old one is the first
int sample_open(int fd fd_or_(-100), int *pair out_(count=2) fd_, const int *old in_(count=1) fd_) call_(4) handled_ fd_;

/// Several buffers, straight to Linux under another name.
ssize_t sample_gather(int fd fd_, const struct iovec *vectors iovec_(count, out), int count)
	call_(5) syscall_(readv) blocks_on_(fd, in);

/// Its result is the error number.
int sample_check(int number) call_(6) handled_ result_(errno_returned) deprecated_("look at errno");

/// Its result is a pointer.
/// @retval ERANGE  there are no bytes
char *sample_fill(char *buffer out_(bytes=size), size_t size) call_(7) handled_ result_(pointer, buffer) affine_ serial_;

/// A variadic function and its cases.
/// @retval EDOM  no such level
int sample_control(int command, ...);
int sample_control_none(int command one_of_(modes)) case_of_(sample_control, command) call_(8) handled_;
constants_(others, 7);
int sample_control_long(int command one_of_(others), long value redact_, int more when_(value > 5))
	case_of_(sample_control, command) call_(9) handled_;

/// Told, not asked.
void sample_tell(uint32_t what) call_(10) handled_ oneway_;

/// Has no arguments at all.
int sample_nothing(void) call_(12) handled_;

/// Yes or no: 0 is a failure too.
int sample_is(int number) call_(13) handled_ cancellation_point_ result_(truth);

/// Future's own.
int sample_local(int level) local_;

/// Served no more.
int sample_gone(int level) call_(11) removed_(nobody asked);
