// SPDX-License-Identifier: MIT
// How an interface from outside this tree reaches `future run --plugin FILE`: one C function with a table behind it.
#pragma once

#include "future/dispatch.h"

namespace future {

// Raised whenever InterfaceInfo, CallInfo or caller change. A plug-in built for another version is refused.
inline constexpr uint32_t kPluginVersion = 2;

// What a plug-in exports as future_plugin. `interface` and what it points to live as long as the plug-in is loaded.
struct Plugin {
    uint32_t version;
    Interface interface;
};

}  // namespace future

extern "C" const future::Plugin* future_plugin();

// In a plug-in's source, once: which class serves. `serve` is the one beside the Handler that Class derives from.
#define FUTURE_PLUGIN(Class)                                                              \
    extern "C" const future::Plugin* future_plugin() {                                    \
        static Class handler;                                                             \
        static const future::Plugin plugin = {future::kPluginVersion, serve(handler)};     \
        return &plugin;                                                                   \
    }
