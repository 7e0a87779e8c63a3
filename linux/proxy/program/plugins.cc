// SPDX-License-Identifier: MIT
// dlopen with every refusal in words. A plug-in is trusted code of the user's: it runs in the proxy.
#include "program/plugins.h"

#include <dlfcn.h>

#include "ground/failure.h"
#include "fmt/format.h"
#include "future/plugin.h"

namespace future {
namespace {

void check_place(const InterfaceInfo& info, std::span<const Interface> served, const std::string& file) {
    for (const Interface& other : served) {
        if (other.info->id == info.id)
            throw Failure(fmt::format("{}: interface {} is served already (as {})", file, info.name, other.info->name));
        if (other.info->slot == info.slot)
            throw Failure(fmt::format("{}: interface {} falls on slot {}, which {} has; give it another id (future-gen id)",
                                      file, info.name, info.slot, other.info->name));
    }
}

}  // namespace

Interface load_plugin(const std::string& file, std::span<const Interface> served) {
    // A bare name would be looked for in the system's library folders.
    const std::string path = file.find('/') == std::string::npos ? "./" + file : file;
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw Failure(fmt::format("cannot load the plug-in: {}", dlerror()));
    const auto entry = reinterpret_cast<const Plugin* (*)()>(dlsym(library, "future_plugin"));
    if (!entry) throw Failure(fmt::format("{} is not a plug-in of Future: future_add_interface(… PLUGIN) makes one, with HANDLER and the file that says FUTURE_PLUGIN(…) where calls are handled_", file));
    const Plugin* plugin = entry();
    if (plugin->version != kPluginVersion)
        throw Failure(fmt::format("{} was built for version {} of the plug-in interface, this is {}; build it again", file,
                                  plugin->version, kPluginVersion));
    check_place(*plugin->interface.info, served, file);
    return plugin->interface;
}

}  // namespace future
