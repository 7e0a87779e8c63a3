// SPDX-License-Identifier: MIT
// future doctor PROGRAM and --functions: what they say of the C library is so when a program is compiled and linked.
#include <doctest/doctest.h>
#include <elf.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "command.h"

using nlohmann::json;
using test::binary;
using test::has;
using test::Outcome;

namespace {

std::string contents(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

json doctor_of(const std::string& path) {
    const Outcome outcome = test::future({"doctor", path, "--json"});
    CAPTURE(outcome.err);
    REQUIRE(!outcome.out.empty());
    return json::parse(outcome.out);
}

// An object file that asks for functions: `name`, and `count - 1` more that are its ends.
void write_object(const std::string& path, const std::string& name, unsigned count) {
    std::vector<Elf64_Sym> symbols(count + 1);
    for (unsigned i = 0; i < count; i++) {
        symbols[i + 1].st_name = i + 1;
        symbols[i + 1].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
    }
    const std::string strings = '\0' + name + '\0';
    Elf64_Ehdr header = {};
    memcpy(header.e_ident, "\177ELF\2\1\1", 7);
    header.e_type = ET_REL, header.e_machine = EM_X86_64, header.e_version = EV_CURRENT;
    header.e_ehsize = sizeof header, header.e_shentsize = sizeof(Elf64_Shdr), header.e_shnum = 3, header.e_shoff = sizeof header;
    Elf64_Shdr sections[3] = {};
    sections[1].sh_type = SHT_SYMTAB, sections[1].sh_link = 2, sections[1].sh_entsize = sizeof(Elf64_Sym), sections[1].sh_info = 1;
    sections[1].sh_offset = sizeof header + sizeof sections, sections[1].sh_size = symbols.size() * sizeof(Elf64_Sym);
    sections[1].sh_addralign = 8;
    sections[2].sh_type = SHT_STRTAB, sections[2].sh_addralign = 1;
    sections[2].sh_offset = sections[1].sh_offset + sections[1].sh_size, sections[2].sh_size = strings.size();
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&header), sizeof header);
    file.write(reinterpret_cast<const char*>(sections), sizeof sections);
    file.write(reinterpret_cast<const char*>(symbols.data()), static_cast<std::streamsize>(sections[1].sh_size));
    file << strings;
}

std::string answer(const json& report, const std::string& function) {
    for (const json& row : report["functions"])
        if (row["function"] == function) return row["answer"];
    return "not asked";
}

}  // namespace

TEST_CASE("a program, its object file and an archive of that are told what they will not find") {
    test::Scratch scratch;
    REQUIRE(test::run({.words = {"ar", "rcs", scratch / "sample.a", FUTURE_SAMPLE_OBJECT}}).status == 0);
    for (const std::string& path : {std::string(FUTURE_SAMPLE), std::string(FUTURE_SAMPLE_OBJECT), scratch / "sample.a"}) {
        CAPTURE(path);
        const json report = doctor_of(path);
        CHECK(answer(report, "puts") == "ok");
        CHECK(answer(report, "open") == "delegated");  // the file says open64
        CHECK(answer(report, "fork") == "ENOSYS");
        CHECK(answer(report, "gnu_get_libc_version") == "missing");
        CHECK(answer(report, "__libc_start_main") == "not asked");
        const Outcome outcome = test::future({"doctor", path});
        CHECK(outcome.status == 1);
        CHECK(has(outcome.out, "missing  gnu_get_libc_version"));
        CHECK(has(outcome.out, "ENOSYS   fork"));
    }
}

TEST_CASE("a file that asks for more memory or time than is given to who reads it is refused; its names write nothing on a terminal") {
    test::Scratch scratch;
    write_object(scratch / "endless", std::string(1 << 20, 'a'), 100000);
    const Outcome endless = test::future({"doctor", scratch / "endless"});
    INFO(endless.err);
    CHECK(endless.status == 126);
    CHECK(has(endless.err, "cannot be looked at: reading it took "));
    CHECK(endless.out.empty());
    write_object(scratch / "terminal", "\033[2J\xc2\x9b", 1);
    const Outcome terminal = test::future({"doctor", scratch / "terminal"});
    CHECK(has(terminal.out, "missing  ?[2J??"));
    CHECK_FALSE(has(terminal.out, "\033"));
}

TEST_CASE("what cannot be looked at is said in one line") {
    test::Scratch scratch;
    std::ofstream(scratch / "text") << "no program";
    std::ofstream(scratch / "cut") << contents(FUTURE_SAMPLE).substr(0, 200);
    CHECK(test::future({"doctor", scratch / "absent"}).status == 127);
    CHECK(test::future({"doctor", scratch.path()}).status == 126);
    for (const std::string& path : {scratch / "text", scratch / "cut", binary("hello")}) {
        CAPTURE(path);
        const Outcome outcome = test::future({"doctor", path});
        CHECK(outcome.status == 126);
        CHECK(has(outcome.err, path));
        CHECK(outcome.out.empty());
    }
}

TEST_CASE("a file with any byte changed ends no doctor by a signal") {
    test::Scratch scratch;
    const std::string whole = contents(FUTURE_SAMPLE_OBJECT);
    for (size_t at = 0; at < whole.size(); at += 1 + whole.size() / 64) {
        std::string changed = whole;
        changed[at] = static_cast<char>(~changed[at]);
        std::ofstream(scratch / "changed") << changed;
        CAPTURE(at);
        CHECK(test::future({"doctor", scratch / "changed"}).status < 128);
    }
}

TEST_CASE("the list of functions is the documents', and all that it calls there compiles and links") {
    CHECK(test::future({"doctor", "--functions"}).out == contents(FUTURE_SOURCE "/docs/functions.md"));

    test::Scratch scratch;
    std::vector<std::string> words = {binary("future-cc"), "-std=c17", "-D_XOPEN_SOURCE=700", "-Werror=implicit-function-declaration", "-w"};
    std::map<std::string, std::string> sources;
    for (const json& row : json::parse(test::future({"doctor", "--functions", "--json"}).out)) {
        const std::string header = row["header"], name = row["function"];
        if (row["answer"] == "missing") continue;
        std::string& source = sources[header];
        if (source.empty()) source = "#include <" + header + ">\n";
        if (row["in_header"])
            source += "#ifndef " + name + "\n#error " + name + " is no macro\n#endif\n";
        else
            source += "__attribute__((used)) static void *const to_" + name + " = (void *)&" + name + ";\n";
    }
    for (const auto& [header, source] : sources) {
        std::string file = header;
        for (char& c : file) if (c == '/') c = '_';
        std::ofstream(scratch / (file + ".c")) << source;
        words.push_back(scratch / (file + ".c"));
    }
    std::ofstream(scratch / "main.c") << "int main(void) { return 0; }\n";
    words.insert(words.end(), {scratch / "main.c", "-Wl,--no-gc-sections", "-o", scratch / "all"});
    const Outcome linked = test::run({.words = words, .time_out_seconds = 120});
    CHECK(linked.err == "");
    CHECK(linked.status == 0);
}
