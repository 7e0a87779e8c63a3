// SPDX-License-Identifier: MIT
// A handler fails with errors that the declaration names, whether it says so itself or by a helper.
#include "fi201_error_handler.h"

#include <sys/syscall.h>

class Probe final : public future::fi201_error::Handler {
    static future::result<void, probe_errors> look(int level) {
        if (level > 9) return future::error(ENOENT);
        return {};
    }
    probe_result probe(future::caller& from, int level) override {
        if (const auto looked = look(level); !looked.ok()) return looked.why();
        if (level > 8) return future::error(ENOENT);
        if (level > 7) return probe_result::of_linux(from.syscall(SYS_getpid));
        if (const long failed = from.syscall(SYS_close, level); failed < 0) return future::linux_error(failed);
        return level;
    }
};
