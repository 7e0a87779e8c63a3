// SPDX-License-Identifier: MIT
// Finding, starting and naming hosted machines: abstract sockets "future/<uid>/<name>", and future-machine processes.
#include "machine/hosted_socket.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "machine/device.h"
#include "ground/failure.h"
#include "fmt/format.h"

extern char** environ;

namespace future {
namespace {

socklen_t machine_address(const std::string& name, sockaddr_un& address) {
    address = {};
    address.sun_family = AF_UNIX;
    const std::string prefix = fmt::format("future/{}/", getuid()), path = prefix + name;
    const size_t most = sizeof address.sun_path - 2 - prefix.size();  // as future-machine reads it
    if (name.size() > most) throw Failure(fmt::format("--name is too long: at most {} characters", most));
    std::memcpy(address.sun_path + 1, path.data(), path.size());
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + path.size());
}

// Descriptors that a machine finds open when it starts.
enum { kReadyPlace = 3, kConnectionPlace = 4, kFirstForeign = 5 };

std::string not_started(const std::string& file, int error) {
    return fmt::format("cannot start {}: {}{}", file, std::strerror(error), error == EAGAIN ? " (ulimit -u)" : "; is the build complete?");
}

// future-machine in a session or process group of its own: Ctrl-C is not for it. Nothing else of ours is inherited, so
// no pipe of the caller is held open by a machine. `connection` -1: none.
pid_t spawn_machine(std::vector<std::string> arguments, int ready, int connection, bool lasting) {
    const std::string file = hosted_machine_file();
    arguments.insert(arguments.begin(), {file, "--ready", std::to_string(kReadyPlace)});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);

    if (access("/dev/null", R_OK | W_OK) != 0)
        throw Failure(fmt::format("a machine needs /dev/null, and cannot have it: {}", std::strerror(errno)));
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK |
                                                             (lasting ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP)));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (lasting) posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (lasting) posix_spawn_file_actions_addchdir_np(&actions, "/");
    posix_spawn_file_actions_adddup2(&actions, ready, kReadyPlace);
    if (connection >= 0) posix_spawn_file_actions_adddup2(&actions, connection, kConnectionPlace);
    posix_spawn_file_actions_addclosefrom_np(&actions, connection >= 0 ? kFirstForeign : kConnectionPlace);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, file.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error) throw Failure(not_started(file, error));
    return pid;
}

struct Pair {
    Descriptor ours, theirs;
};
Pair internal_pair(int type) {
    int pair[2];
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0)
        throw Failure(fmt::format("cannot make a socket: {}", std::strerror(errno)));
    Descriptor first(pair[0]), second(pair[1]);
    return {internal(first.release()), internal(second.release())};
}

// The machine's main thread keeps to the CPUs that are not its idle cores' homes (futurek/arch/hosted/home.h). On one of
// those we would hold up the core that our connect has just woken: off it, and from there as Linux likes.
void step_aside(pid_t machine) {
    cpu_set_t before, clear;
    const int here = sched_getcpu();
    if (here < 0 || sched_getaffinity(machine, sizeof clear, &clear) != 0 || CPU_ISSET(here, &clear)) return;
    if (sched_getaffinity(0, sizeof before, &before) != 0) return;
    CPU_AND(&clear, &clear, &before);
    if (CPU_COUNT(&clear) > 0 && sched_setaffinity(0, sizeof clear, &clear) == 0)
        sched_setaffinity(0, sizeof before, &before);
}

}  // namespace

std::string hosted_machine_file() {
    const char* named = getenv("FUTURE_MACHINE");
    return named ? named : beside_us("future-machine");
}

std::string beside_us(const std::string& name) {
    char self[4096];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) throw Failure("/proc is not mounted; future needs it");
    const std::string path(self, static_cast<size_t>(length));
    return path.substr(0, path.rfind('/') + 1) + name;
}

Descriptor connect_machine_socket(const std::string& name, int patience) {
    Descriptor connection(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!connection) throw Failure(fmt::format("cannot make a socket: {}", std::strerror(errno)));
    const timeval limit = {patience / 1000, patience % 1000 * 1000};
    if (patience >= 0) setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_un address;
    const socklen_t length = machine_address(name, address);
    if (connect(connection.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) return Descriptor();
    // Anyone may bind an abstract name: only a machine of this user gets our memory and descriptors.
    ucred peer = {};
    socklen_t size = sizeof peer;
    if (getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != getuid())
        throw ForeignMachine(fmt::format("machine `{}` belongs to user {}, not to you; choose another --name", name, peer.uid));
    step_aside(peer.pid);
    return connection;
}

std::vector<std::string> hosted_machine_names() {
    std::vector<std::string> names;
    std::ifstream sockets("/proc/net/unix");
    const std::string prefix = fmt::format(" @future/{}/", getuid());
    for (std::string line; std::getline(sockets, line);) {
        const size_t at = line.find(prefix);
        if (at == line.npos || line.find(" 00010000 ") == line.npos) continue;  // not one that listens: its visitors' ends
        names.push_back(line.substr(at + prefix.size()));
    }
    return names;
}

PrivateMachine spawn_private_machine(unsigned cores, uint64_t memory_bytes) {
    Pair connection = internal_pair(SOCK_SEQPACKET), ready = internal_pair(SOCK_STREAM);
    PrivateMachine machine;
    machine.process = spawn_machine({"--connection", std::to_string(kConnectionPlace), "--cores", std::to_string(cores),
                                     "--memory", std::to_string(memory_bytes)},
                                    ready.theirs.get(), connection.theirs.get(), false);
    machine.connection = std::move(connection.ours);
    machine.ready = std::move(ready.ours);
    return machine;
}

// What the machine said of its start: "" is good.
std::string machine_refusal(int ready) {
    std::string text;
    char part[300];
    for (ssize_t got; (got = read(ready, part, sizeof part)) > 0;) {
        text.append(part, static_cast<size_t>(got));
        if (text.back() == '\n') break;
    }
    if (text == "ready\n") return "";
    if (text.rfind("error: ", 0) == 0) return text.substr(7, text.size() - 8);
    return "it ended while it was starting";
}

void boot_hosted(const std::string& name, unsigned cores, uint64_t memory_bytes) {
    Pair ready = internal_pair(SOCK_STREAM);
    spawn_machine({"--listen", name, "--cores", std::to_string(cores), "--memory", std::to_string(memory_bytes)},
                  ready.theirs.get(), -1, true);
    ready.theirs = Descriptor();
    if (const std::string why = machine_refusal(ready.ours.get()); !why.empty())
        throw Failure(fmt::format("the machine did not boot: {}", why));
}

void become_hosted(const std::string& name, unsigned cores, uint64_t memory_bytes) {
    const std::string file = hosted_machine_file();
    execl(file.c_str(), file.c_str(), "--log", "--listen", name.c_str(), "--cores", std::to_string(cores).c_str(),
          "--memory", std::to_string(memory_bytes).c_str(), nullptr);
    throw Failure(not_started(file, errno));
}

}  // namespace future
