// SPDX-License-Identifier: MIT
// future-machine: boots the kernel in an ordinary process. Made by the `future` command; says on --ready how it went.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../../idl/wire/device.h"
#include "../../core/kernel.h"
#include "arch/machine.h"
#include "device/device.h"
#include "device/table.h"
#include "filter.h"
#include "host.h"
#include "trap.h"

using namespace futurek;
using namespace futurek::hosted;

namespace futurek::hosted {
bool console_wanted;

const char* refused(const char* what) {
    static char line[200];
    snprintf(line, sizeof line, "Linux refuses %s: %s", what, strerror(errno));
    return line;
}
}  // namespace futurek::hosted

namespace {

// A context each, what a process and the spare one have (memory.cc), and those that there are once. A program that has
// broken out of its mode gets no number beyond: the kernel's table would grow to it.
constexpr rlim_t descriptors_needed = max_contexts + 3 * (max_processes + 1) + 64;
constexpr uint64_t boot_limit_ns = 30000000000;  // a computer that has much else to do needs seconds
int ready_fd = -1;

[[noreturn]] void refuse(const char* why, const char* what = "") {
    char line[300];
    int size = snprintf(line, sizeof line, "error: %s%s\n", why, what);
    if (size > static_cast<int>(sizeof line) - 1) size = sizeof line - 1;
    int to = ready_fd >= 0 ? ready_fd : 2;
    if (write(to, line, static_cast<size_t>(size)) < 0) _exit(1);
    _exit(1);
}

uint64_t number(const char* option, const char* text, uint64_t least, uint64_t most) {
    char* end;
    errno = 0;
    uint64_t value = text ? strtoull(text, &end, 10) : 0;
    if (!text || !*text || *end || *text == '-' || errno || value < least || value > most)
        refuse("bad value for ", option);
    return value;
}

// True: the first of two words.
bool word_of(const char* option, const char* text, const char* first, const char* second) {
    if (text && !strcmp(text, first)) return true;
    if (!text || strcmp(text, second)) refuse("bad value for ", option);
    return false;
}

struct Arguments {
    DeviceOptions device;
    const char* name = nullptr;
    bool clock_by_tsc = true;
};

// For the person who starts us by himself; whatever else we are told comes from the `future` command.
void answer_person(const char* option) {
    if (!strcmp(option, "--version"))
        puts("future-machine " FUTURE_VERSION);
    else if (!strcmp(option, "--help"))
        puts("future-machine: the hosted machine. Not to be started by hand: `future boot` and `future run` do it.");
    else
        return;
    exit(fflush(stdout) ? 1 : 0);
}

Arguments parse(char** argv) {
    Arguments arguments;
    if (argv[0] && argv[1] && !argv[2]) answer_person(argv[1]);
    for (char** word = argv + 1; *word; word++)  // first, because it says where complaints go
        if (!strcmp(*word, "--ready")) ready_fd = static_cast<int>(number(*word, word[1], 0, 1 << 20));
    for (argv++; *argv; argv++) {
        const char *option = *argv, *value = argv[1];
        if (!strcmp(option, "--log")) {
            console_wanted = true;
            continue;
        }
        if (!strcmp(option, "--ready")) {
        } else if (!strcmp(option, "--cores"))
            arguments.device.cores = static_cast<unsigned>(number(option, value, 1, max_cores));
        else if (!strcmp(option, "--memory"))
            arguments.device.memory_bytes = number(option, value, extent_align, 1ull << 45) & ~(extent_align - 1);
        else if (!strcmp(option, "--connection"))
            arguments.device.connection = static_cast<int>(number(option, value, 0, 1 << 20));
        else if (!strcmp(option, "--listen"))
            arguments.name = value ? value : "";
        else if (!strcmp(option, "--clock"))
            arguments.clock_by_tsc = word_of(option, value, "tsc", "linux");
        else
            refuse("unknown option ", option);
        argv++;
    }
    if (!arguments.device.cores) refuse("--cores is missing");
    if (!arguments.device.memory_bytes) refuse("--memory is missing");
    if ((arguments.device.connection >= 0) == (arguments.name != nullptr))
        refuse("give either --connection or --listen");
    return arguments;
}

// An abstract socket: it is gone with its last descriptor, whatever ends us.
int listen_as(const char* name) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    int size = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "future/%u/%s", getuid(), name);
    if (!*name || size >= static_cast<int>(sizeof address.sun_path) - 1) refuse("bad value for ", "--listen");
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) refuse("no socket: ", strerror(errno));
    auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<size_t>(size));
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0)
        refuse(errno == EADDRINUSE ? "a machine of this name runs already: " : "the machine's name cannot be taken: ",
               errno == EADDRINUSE ? name : strerror(errno));
    // Nobody sends us descriptors: a client's own end, in a packet that we leave unread, would outlive the client and keep
    // its cores. What we accept inherits this; before Linux 6.16 it cannot be said.
    constexpr int pass_rights = 83;
    int no = 0;
    setsockopt(fd, SOL_SOCKET, pass_rights, &no, sizeof no);
    if (listen(fd, 128) != 0) refuse("no socket: ", strerror(errno));
    return fd;
}

void check_connection(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET)
        refuse("--connection is not a sequenced-packet socket");
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    // Who has stopped us (Ctrl-Z) and is killed then cannot continue us: Linux does, and we find the connection closed.
    prctl(PR_SET_PDEATHSIG, SIGCONT);
}

// All signals wait for the device's loop; each thread opens what it can take.
void quiet_signals() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, nullptr);
    rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max < descriptors_needed ? limit.rlim_max : descriptors_needed;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    fcntl(2, F_GETFD);
}

void must(const char* problem) {
    if (problem) refuse(problem);
}

}  // namespace

int main(int, char** argv) {
    Arguments arguments = parse(argv);
    if (ready_fd >= 0) fcntl(ready_fd, F_SETFD, FD_CLOEXEC);
    if (arguments.device.connection >= 0) check_connection(arguments.device.connection);
    quiet_signals();
    if (arguments.name) arguments.device.listener = listen_as(arguments.name);

    uint64_t words = Machine::page_map_words(arguments.device.memory_bytes);
    void* map = mmap(nullptr, words * 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) refuse("no memory for the page map");
    must(memory_start(arguments.device.memory_bytes));
    must(traps_start());
    must(traps_adopt(host_main, false));
    must(clock_start(arguments.clock_by_tsc));
    must(device_start(arguments.device));
    boot({arguments.device.cores, arguments.device.memory_bytes, FUTURE_MACHINE_HOSTED, device_channel(),
          static_cast<uint64_t*>(map)});
    must(processors_start(arguments.device.cores, arguments.name != nullptr));
    if (!device_wait_boot(boot_limit_ns)) refuse("the kernel did not say boot complete in time");
    if (dispatch_refused)
        kernel().log.line(
            LogLevel::warning,
            Text().add("Syscall User Dispatch is refused here: raw system calls of programs reach Linux"));
    if (!filter_install())
        kernel().log.line(LogLevel::warning, Text().add("seccomp filters are refused here: a program that breaks out of its mode can ask Linux anything"));
    if (ready_fd >= 0) {
        if (write(ready_fd, "ready\n", 6) != 6) _exit(1);
        close(ready_fd);
    }
    device_serve();
    _exit(0);
}

void arch_console_line(const char* text, unsigned bytes) {
    if (!console_wanted) return;
    char line[CONTROL_LOG_BYTES + 1];
    memcpy(line, text, bytes);
    line[bytes] = '\n';
    if (write(2, line, bytes + 1) < 0) return;
}

void arch_panic(const char* text) {
    const char* lead = "future-machine: bug: ";
    if (write(2, lead, strlen(lead)) < 0 || write(2, text, strlen(text)) < 0 || write(2, "\n", 1) < 0) die();
    die();
}
