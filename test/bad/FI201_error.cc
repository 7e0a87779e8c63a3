// SPDX-License-Identifier: MIT
// A handler fails with errors that the declaration names, whether it says so itself or by a helper.
#include "fi201_error_handler.h"

class Probe final : public future::fi201_error::Handler {
    struct Wider {
        static constexpr bool names(int number) { return number == ENOENT || number == EPERM; }
    };
    static future::result<void, Wider> look(int level) {
        if (level > 9) return future::error(EPERM);
        return {};
    }
    probe_result probe(future::caller&, int level) override {
        if (const auto looked = look(level); !looked.ok()) return looked.why();  // refused
        if (level > 8) return future::error(EPERM);  // refused
        if (level > 7) return future::error(level);  // refused
        if (level > 6) return future::error(-ENOENT);  // refused
        return level;
    }
};
