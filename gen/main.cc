// SPDX-License-Identifier: MIT
// future-gen: reads an interface header, refuses what is wrong with it, writes everything that follows from it.
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "agreement.h"
#include "check.h"
#include "diagnostic_table.h"
#include "emit.h"
#include "layout.h"
#include "lock.h"
#include "resolve.h"

namespace {

using namespace gen;

constexpr const char* kUsage = R"(usage: future-gen emit FILE.idl.h --out DIR [options]   write everything
       future-gen check FILE.idl.h [options]           only say what is wrong
       future-gen lock FILE.idl.h [options]            accept the interface as it is into its lock
       future-gen id                                   a fresh id for an interface outside Future's tree
       future-gen diagnostics                          all that it refuses, by number
       future-gen --version
options: --lock FILE        the committed schema (default: schema/NAME.capnp beside the header)
         --strict-lock      a lock that is out of date is an error, not a warning
         --kernel           messages only: no client, no dispatch
         --sysroot-flags S  compiler flags by which programs see their headers: constants and layouts must agree
         -I DIR, -D NAME    as for a compiler
)";

struct Options {
    std::string verb, file, out, lock, sysroot_flags;
    bool strict_lock = false, kernel = false;
    ReadOptions read;
};

[[noreturn]] void refuse(const std::string& text) {
    std::fprintf(stderr, "future-gen: %s\n", text.c_str());
    std::exit(2);
}

Options parse(int argc, char** argv) {
    Options options;
    const auto value = [&](int& i) -> std::string {
        if (i + 1 >= argc) refuse(std::string(argv[i]) + " needs a value; see future-gen --help");
        return argv[++i];
    };
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i];
        if (word == "--help" || word == "-h") std::fputs(kUsage, stdout), std::exit(0);
        else if (word == "--version") std::puts("future-gen " FUTURE_VERSION), std::exit(0);
        else if (word == "--out") options.out = value(i);
        else if (word == "--lock") options.lock = value(i);
        else if (word == "--strict-lock") options.strict_lock = true;
        else if (word == "--kernel") options.kernel = true;
        else if (word == "--sysroot-flags") options.sysroot_flags = value(i);
        else if (word == "-I" || word == "-D") options.read.flags.push_back(word + value(i));
        else if (word.rfind("-I", 0) == 0 || word.rfind("-D", 0) == 0) options.read.flags.push_back(word);
        else if (word[0] == '-') refuse("unknown option " + word + "; see future-gen --help");
        else if (options.verb.empty()) options.verb = word;
        else if (options.file.empty()) options.file = word;
        else refuse("one interface header at a time, and '" + word + "' is a second one");
    }
    if (options.verb != "emit" && options.verb != "check" && options.verb != "lock" && options.verb != "id" &&
        options.verb != "diagnostics") {
        std::fputs(kUsage, stderr);
        std::exit(2);
    }
    if (options.file.empty() && options.verb != "id" && options.verb != "diagnostics") refuse("which interface header? See future-gen --help");
    if (options.out.empty() && options.verb == "emit") refuse("emit needs --out DIR");
    return options;
}

void write_file(const std::string& path, const std::string& text) {
    std::error_code ignored;  // writing says what is wrong
    if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty())
        std::filesystem::create_directories(folder, ignored);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) {
        const int error = errno;
        std::remove(path.c_str());
        refuse("cannot write " + path + ": " + std::strerror(error));
    }
}

// The layout of these calls, as capnp gives it to a schema written to a temporary file.
bool lay_out(Interface& interface, Schema& schema) {
    char path[] = "/tmp/future-gen-XXXXXX.capnp";
    const int fd = mkstemps(path, 6);
    if (fd < 0) refuse(std::string("cannot write to /tmp: ") + std::strerror(errno));
    close(fd);
    write_file(path, emit_schema(interface));
    const bool good = read_schema(path, schema);
    unlink(path);
    if (good) apply_layout(schema, interface);
    return good;
}

void write_all(const Interface& interface, const Options& options) {
    const std::string base = options.out + "/" + interface.name;
    mkdir(options.out.c_str(), 0777);
    write_file(base + ".capnp", emit_schema(interface));
    write_file(base + "_wire.h", emit_wire(interface));
    write_file(base + ".md", emit_document(interface));
    write_file(base + "_decoder.h", emit_decoder_header(interface));
    write_file(base + "_decoder.cc", emit_decoder(interface));
    write_file(base + "_roundtrip_test.cc", emit_roundtrip(interface));
    if (options.kernel) return;
    write_file(base + ".h", emit_header(interface));
    write_file(base + "_client.c", emit_client(interface));
    write_file(base + "_handler.h", emit_handler(interface));
    write_file(base + "_plugin.cc", emit_plugin(interface));
    write_file(base + "_dispatch.cc", emit_dispatch(interface));
    write_file(base + "_seccomp.inc", emit_seccomp(interface));
}

std::string lock_path(const Options& options, const Interface& interface) {
    if (!options.lock.empty()) return options.lock;
    const size_t slash = options.file.rfind('/');
    return (slash == std::string::npos ? "" : options.file.substr(0, slash + 1)) + "schema/" + interface.name + ".capnp";
}

void compare(Interface& interface, const Schema& now, const Options& options, Diagnostics& diagnostics) {
    const std::string path = lock_path(options, interface);
    Schema lock;
    begin_history(interface);
    check_neighbours(path, interface, diagnostics);
    if (access(path.c_str(), R_OK) != 0) {
        if (options.strict_lock) diagnostics.error(402, interface.place, "there is no lock " + path, "write it with: future-gen lock " + interface.path);
    } else if (!read_schema(path, lock)) {
        refuse("the lock " + path + " is no schema that capnp understands; restore it from git");
    } else {
        compare_with_lock(lock, path, now, interface, options.strict_lock, diagnostics);
    }
}

// The passes, in order. Nothing is written before the last of them has agreed.
int run(const Options& options) {
    Diagnostics diagnostics;
    const auto refused = [&] {
        const bool failed = diagnostics.failed();
        diagnostics.print();
        return failed;
    };
    const Source source = read_source(options.file, options.read, diagnostics);
    if (refused()) return 1;
    const std::vector<Expression> expressions = expressions_of(source);
    const std::map<std::string, int64_t> values = evaluate(options.file, options.read, expressions, diagnostics);
    Interface interface = resolve(source, values, diagnostics);
    if (!diagnostics.failed()) check(interface, {options.kernel}, diagnostics);
    if (!diagnostics.failed() && !options.sysroot_flags.empty())
        check_agreement(options.file, interface, expressions, values, options.read, options.sysroot_flags, diagnostics);
    if (refused()) return 1;
    Schema schema;
    if (!lay_out(interface, schema)) refuse("capnp refused the schema; is the package capnproto installed?");
    compare(interface, schema, options, diagnostics);
    if (options.verb == "lock" ? diagnostics.failed() && refused() : refused()) return 1;
    if (options.verb == "lock") write_file(lock_path(options, interface), emit_schema(interface));
    if (options.verb == "emit") write_all(interface, options);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    if (options.verb == "id") {
        uint64_t id = 0;
        if (getrandom(&id, sizeof id, 0) != sizeof id) refuse("no random number");
        std::puts(gen::hex(id | 1ull << 63).c_str());
        return 0;
    }
    if (options.verb == "diagnostics") return gen::print_diagnostic_table(), 0;
    return run(options);
}
