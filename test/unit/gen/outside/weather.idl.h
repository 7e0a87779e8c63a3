/* SPDX-License-Identifier: MIT */
/* An interface that Future knows nothing of: served by a plug-in, used by forecast.c. */
#include <stdint.h>

#include <future/idl.h>

interface_(weather, 0xd8c3b4f19a2e7711);

struct weather_report {
	double celsius, hectopascal;
	int64_t taken_at;
};

/// The newest report of a station.
/// @retval ENOENT     no such station
/// @retval ETIMEDOUT  the station did not answer in time
int weather_now(const char *station string_(64), int timeout_ms range_(0, 60000), struct weather_report *report out_())
	call_(0) handled_ may_block_ idempotent_ result_(status);

/// Linux's own call, which Future's interfaces do not have.
int getpriority(int which, unsigned who) call_(1) result_(raw);
