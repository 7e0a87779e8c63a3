// SPDX-License-Identifier: MIT
// Program files of every kind of wrong: one line that says what to do, and no byte read outside the file.
#include "program/elf_image.h"

#include <elf.h>

#include <cstdio>
#include <cstring>
#include <random>

#include "doctest/doctest.h"
#include "ground/failure.h"

using namespace future;

namespace {

struct File {  // the smallest good program, its parts at fixed places
    Elf64_Ehdr header = {};
    Elf64_Phdr load = {};
    Elf64_Phdr notes = {};
    Elf64_Nhdr program_head = {7, sizeof(future_program_note), FUTURE_NOTE_PROGRAM};
    char program_owner[8] = "Future";
    future_program_note program = {FUTURE_ABI_VERSION, 0};
    Elf64_Nhdr call_head = {7, sizeof(future_call_note), FUTURE_NOTE_CALL};
    char call_owner[8] = "Future";
    future_call_note call = {};

    File() {
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_type = ET_DYN;
        header.e_machine = EM_X86_64;
        header.e_version = EV_CURRENT;
        header.e_ehsize = sizeof header;
        header.e_phoff = offsetof(File, load);
        header.e_phentsize = sizeof load;
        header.e_phnum = 2;
        header.e_entry = 16;
        load.p_type = PT_LOAD;
        load.p_flags = PF_R | PF_X;
        load.p_filesz = sizeof(File);
        load.p_memsz = 8192;
        load.p_align = 4096;
        notes.p_type = PT_NOTE;
        notes.p_offset = offsetof(File, program_head);
        notes.p_filesz = sizeof(File) - offsetof(File, program_head);
        call.interface_id = 5;
        call.message_type = 0x900;
        std::strcpy(call.name, "weather.now");
    }
    std::vector<std::byte> bytes() const {
        const auto* begin = reinterpret_cast<const std::byte*>(this);
        return {begin, begin + sizeof *this};
    }
};

std::string refusal(const std::vector<std::byte>& bytes) {
    try {
        (void)check_elf(bytes, "prog");
        return "";
    } catch (const Failure& failure) {
        CHECK(failure.status == kNotRunnable);
        CHECK(std::string(failure.what()).find('\n') == std::string::npos);
        return failure.what();
    }
}
bool says(const File& file, const char* words) { return refusal(file.bytes()).find(words) != std::string::npos; }

}  // namespace

TEST_CASE("a good program is described") {
    const ElfImage image = check_elf(File().bytes(), "prog");
    CHECK(image.segments.size() == 1);
    CHECK(image.bytes == 8192);
    CHECK(image.entry == 16);
    CHECK(image.program_headers == offsetof(File, load));
    REQUIRE(image.calls.size() == 1);
    CHECK(std::string(image.calls[0].name) == "weather.now");
}

TEST_CASE("what is not a Future program is told what it is") {
    File f;
    SUBCASE("text") { CHECK(refusal(std::vector<std::byte>(500, std::byte{'x'})).find("no ELF") != std::string::npos); }
    SUBCASE("empty") { CHECK(refusal({}).find("no ELF") != std::string::npos); }
    SUBCASE("machine") { f.header.e_machine = EM_AARCH64; CHECK(says(f, "another processor")); }
    SUBCASE("object") { f.header.e_type = ET_REL; CHECK(says(f, "object file")); }
    SUBCASE("linux") { f.program_owner[0] = 'G'; CHECK(says(f, "Linux program")); }
    SUBCASE("not PIE") { f.header.e_type = ET_EXEC; CHECK(says(f, "static-PIE")); }
    SUBCASE("newer") { f.program.abi_version = FUTURE_ABI_VERSION + 1; CHECK(says(f, "newer Future")); }
    SUBCASE("segment outside") { f.load.p_offset = ~0ull; CHECK(says(f, "outside the file")); }
    SUBCASE("segment wraps") { f.load.p_offset = 64; f.load.p_filesz = ~0ull - 32; CHECK(says(f, "outside the file")); }
    SUBCASE("file larger than memory") { f.load.p_memsz = 8; CHECK(says(f, "outside the file")); }
    SUBCASE("address") { f.load.p_vaddr = ~0ull - 10; CHECK(says(f, "address")); }
    SUBCASE("entry") { f.header.e_entry = 7000; CHECK(says(f, "entry")); }
    SUBCASE("headers") { f.header.e_phoff = ~0ull - 8; CHECK(says(f, "program headers")); }
    SUBCASE("note") { f.call_head.n_descsz = 8; CHECK(says(f, "note")); }
}

TEST_CASE("calls that are not served are named") {
    const ElfImage image = check_elf(File().bytes(), "prog");
    CHECK_THROWS_WITH(check_calls(image, {}, "prog"), doctest::Contains("weather.now"));
    const LayoutInfo forms[] = {{0, 0}, {0, 1}};  // the file's, and one that it does not know
    const CallInfo call = {0x900, 0, 0, -1, 0, "weather.now", [](void*, caller&, const uint64_t*, uint32_t, wire_reply&) { return Outcome::reply; }, forms, 2};
    const InterfaceInfo info = {"weather", 5, 9, 1, &call};
    const Interface served[] = {{&info, nullptr}};
    CHECK_NOTHROW(check_calls(image, served, "prog"));
    CallInfo other = call;
    other.accepted = forms + 1, other.accepted_count = 1;
    const InterfaceInfo other_info = {"weather", 5, 9, 1, &other};
    const Interface other_served[] = {{&other_info, nullptr}};
    CHECK_THROWS_WITH(check_calls(image, other_served, "prog"),
                      doctest::Contains("another form of these calls: weather.now (0x0000000000000000 in the program, 0x0000000000000001 here); build it again"));
}

TEST_CASE("of calls without number some are named, at once") {
    ElfImage image;
    image.calls.resize(60000);
    for (unsigned i = 0; i < image.calls.size(); i++) snprintf(image.calls[i].name, sizeof image.calls[i].name, "interface.call_%u", i);
    std::string said;
    try {
        check_calls(image, {}, "prog");
    } catch (const Failure& failure) {
        said = failure.what();
    }
    CHECK(said.size() < 1000);
    CHECK(said.find("call_0, ") != said.npos);
    CHECK(said.find(" and 59980 more; give") != said.npos);
}

TEST_CASE("a call's name does nothing to a terminal") {
    File file;
    std::strcpy(file.call.name, "\033[2Jweather\xc2\x9b");
    CHECK_THROWS_WITH(check_calls(check_elf(file.bytes(), "prog"), {}, "prog"), doctest::Contains("?[2Jweather??"));
}

TEST_CASE("section headers that name the same notes again and again") {
    File file;
    file.header.e_shoff = sizeof(File);
    file.header.e_shentsize = sizeof(Elf64_Shdr);
    file.header.e_shnum = 65000;
    std::vector<std::byte> bytes = file.bytes();
    Elf64_Shdr section = {};
    section.sh_type = SHT_NOTE;
    section.sh_offset = file.notes.p_offset;
    section.sh_size = file.notes.p_filesz;
    const auto* begin = reinterpret_cast<const std::byte*>(&section);
    for (int i = 0; i < 65000; i++) bytes.insert(bytes.end(), begin, begin + sizeof section);
    CHECK(refusal(bytes).find("notes have no end") != std::string::npos);
}

TEST_CASE("mutated and cut files: refused or described within bounds, nothing else") {
    std::mt19937 random(7);
    const std::vector<std::byte> good = File().bytes();
    for (int round = 0; round < 60000; round++) {
        std::vector<std::byte> bytes = good;
        if (round % 3 == 0) bytes.resize(random() % (bytes.size() + 1));
        for (unsigned i = 0; i < 1 + random() % 4 && !bytes.empty(); i++) {
            const unsigned kind = random() % 4;
            bytes[random() % bytes.size()] = std::byte(kind == 0 ? 0 : kind == 1 ? 0xff : random());
        }
        bytes.shrink_to_fit();  // so that ASan sees the end
        try {
            const ElfImage image = check_elf(bytes, "prog");
            for (const Segment& segment : image.segments) {
                REQUIRE(segment.file_offset + segment.file_bytes <= bytes.size());
                REQUIRE(segment.file_bytes <= segment.memory_bytes);
                REQUIRE(segment.address + segment.memory_bytes <= image.bytes);
            }
        } catch (const Failure&) {
        }
    }
}
