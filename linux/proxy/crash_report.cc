// SPDX-License-Identifier: MIT
// Places in words by libdw, a short backtrace by frame pointers as far as they are plausible.
#include "crash_report.h"

#include <cxxabi.h>
#include <elfutils/libdwfl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "fmt/format.h"

namespace future {
namespace {

constexpr int kFramesMax = 16;

// A copy of the program file as it was opened. The program may have put anything in the place of its name meanwhile (a
// FIFO: whoever opens that waits), or cut the file short (whoever has mapped it dies).
std::vector<char> contents(const ProgramFile& file) {
    std::vector<char> bytes(file.bytes().size());
    size_t have = 0;
    for (ssize_t got; have < bytes.size(); have += static_cast<size_t>(got)) {
        got = pread(file.descriptor(), bytes.data() + have, bytes.size() - have, static_cast<off_t>(have));
        if (got <= 0) break;
    }
    bytes.resize(have);
    return bytes;
}

// The program file's symbols. Empty answers when it has none: a report is better than no report.
class Symbols {
public:
    explicit Symbols(const ProgramFile& file) : bytes_(contents(file)), session_(dwfl_begin(&callbacks()), dwfl_end) {
        if (!session_) return;
        dwfl_report_begin(session_.get());
        module_ = dwfl_report_offline_memory(session_.get(), "", "", bytes_.data(), bytes_.size());
        dwfl_report_end(session_.get(), nullptr, nullptr);
        if (module_) dwfl_module_info(module_, nullptr, &start_, &end_, nullptr, nullptr, nullptr, nullptr);
    }
    bool inside(uint64_t address) const { return module_ && address < end_ - start_; }
    // "function at file:line", "function + 0x12", or nothing.
    std::string place(uint64_t address) const {
        if (!inside(address)) return "";
        GElf_Off offset = 0;
        GElf_Sym symbol;
        const char* name = dwfl_module_addrinfo(module_, start_ + address, &offset, &symbol, nullptr, nullptr, nullptr);
        std::string text = name ? readable(name) : "?";
        int line = 0;
        Dwfl_Line* source = dwfl_module_getsrc(module_, start_ + address);
        const char* file = source ? dwfl_lineinfo(source, nullptr, &line, nullptr, nullptr, nullptr) : nullptr;
        if (file) return fmt::format("{} at {}:{}", text, file, line);
        return name ? fmt::format("{} + {:#x}", text, offset) : "";
    }

private:
    static std::string readable(const char* name) {
        if (std::strncmp(name, "_Z", 2) != 0) return name;  // C's `f` would read as the type float
        int status = 0;
        std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(name, nullptr, nullptr, &status), free);
        return status == 0 ? plain.get() : name;
    }
    // No other file is looked for: its name would be the program's choice too.
    static int no_elf(Dwfl_Module*, void**, const char*, Dwarf_Addr, char**, Elf**) { return -1; }
    static int no_debuginfo(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word, char**) {
        return -1;
    }
    static const Dwfl_Callbacks& callbacks() {
        static const Dwfl_Callbacks table = {no_elf, no_debuginfo, dwfl_offline_section_address, nullptr};
        return table;
    }
    std::vector<char> bytes_;
    std::unique_ptr<Dwfl, void (*)(Dwfl*)> session_;
    Dwfl_Module* module_ = nullptr;
    Dwarf_Addr start_ = 0, end_ = 0;
};

std::string frame(const Symbols& symbols, int number, uint64_t address, uint64_t base) {
    // A return address lies behind its call: look up the byte before, so that the line is the call's.
    const uint64_t relative = address - base - (number > 0 ? 1 : 0);
    const std::string place = symbols.place(relative);
    return fmt::format("  #{:<2} {:#014x}  {}\n", number, address - base, place.empty() ? "?" : place);
}

std::string backtrace(const ExceptionNotice& e, const Symbols& symbols, const Program& program) {
    const uint64_t base = program.created.arena_address;
    const guest_memory memory(program.arena, base, program.created.arena_bytes);
    std::string text;
    uint64_t pointer = e.rbp;
    for (int number = 1; number < kFramesMax; number++) {
        uint64_t pair[2];
        if (pointer % 8 != 0 || memory.copy_in(pair, pointer, sizeof pair) != 0) break;
        if (!symbols.inside(pair[1] - base)) break;
        text += frame(symbols, number, pair[1], base);
        if (pair[0] <= pointer) break;  // frames only go up
        pointer = pair[0];
    }
    return text;
}

std::string what_happened(const ExceptionNotice& e) {
    const char* name = sigabbrev_np(static_cast<int>(e.signal));
    std::string text = fmt::format("SIG{} ({})", name ? name : "?", strsignal(static_cast<int>(e.signal)));
    if (e.signal == SIGSEGV || e.signal == SIGBUS) text += fmt::format(" at address {:#x}", e.address);
    return text;
}

}  // namespace

std::string crash_report(const ExceptionNotice& e, const ProgramFile& file, const Program& program) {
    const Symbols symbols(file);
    const uint64_t base = program.created.arena_address;
    std::string text = fmt::format("future: {}: {} on core {}{}\n", file.path(), what_happened(e), e.core,
                                   e.ltn == ~0u ? "" : fmt::format(", thread {}", e.ltn));
    text += frame(symbols, 0, e.rip, base) + backtrace(e, symbols, program);
    const auto row = [&](const char* a, uint64_t va, const char* b, uint64_t vb, const char* c, uint64_t vc,
                         const char* d, uint64_t vd) {
        text += fmt::format("  {:>3} {:016x}  {:>3} {:016x}  {:>3} {:016x}  {:>3} {:016x}\n", a, va, b, vb, c, vc, d, vd);
    };
    row("rax", e.rax, "rbx", e.rbx, "rcx", e.rcx, "rdx", e.rdx);
    row("rsi", e.rsi, "rdi", e.rdi, "rbp", e.rbp, "rsp", e.rsp);
    row("r8", e.r8, "r9", e.r9, "r10", e.r10, "r11", e.r11);
    row("r12", e.r12, "r13", e.r13, "r14", e.r14, "r15", e.r15);
    text += fmt::format("  rip {:016x}  flg {:016x}  image {:#x}\n", e.rip, e.rflags, base);
    return text;
}

}  // namespace future
