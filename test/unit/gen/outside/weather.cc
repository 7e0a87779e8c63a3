// SPDX-License-Identifier: MIT
// The plug-in's handler.
#include "weather_handler.h"

class Weather final : public future::weather::Handler {
    now_result now(future::caller&, std::string_view station, int timeout_ms, weather_report& report) override {
        if (timeout_ms == 0) return future::error(ETIMEDOUT);
        if (station != "Tokyo") return future::error(ENOENT);
        report = {21.5, 1013.25, ++taken_};
        return {};
    }
    int64_t taken_ = 0;
};

FUTURE_PLUGIN(Weather)
