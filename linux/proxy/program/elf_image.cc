// SPDX-License-Identifier: MIT
// Checks of the program file. Every offset and size is bounded before use; nothing is believed because a header says so.
#include "program/elf_image.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <set>

#include "fmt/format.h"
#include "ground/failure.h"
#include "words/printable.h"

namespace future {
namespace {

constexpr uint64_t kImageMax = 1ull << 40;
constexpr uint64_t kBiggestPage = 1ull << 21;
constexpr unsigned kMostNotes = 1 << 16;  // each call of every interface, twice over; headers may name the same ones again and again

constexpr size_t kMostNamed = 20;          // calls, in one line for people

class Checker {
public:
    Checker(std::span<const std::byte> file, const std::string& path) : file_(file), path_(path) {}
    ElfImage run();

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Failure(fmt::format("{}: {}", path_, why), kNotRunnable);
    }
    [[noreturn]] void broken(const char* what) const {
        refuse(fmt::format("is damaged ({}); build it again", what));
    }
    bool within(uint64_t offset, uint64_t bytes) const {
        return offset <= file_.size() && bytes <= file_.size() - offset;
    }
    template <class T>
    T at(uint64_t offset, const char* what) const {
        T value;
        if (!within(offset, sizeof value)) broken(what);
        std::memcpy(&value, file_.data() + offset, sizeof value);
        return value;
    }
    void identify();
    void segments();
    void segment(const Elf64_Phdr&);
    void finish_segments();
    void notes();
    void notes_in(uint64_t offset, uint64_t bytes);
    void note(uint32_t type, uint64_t offset, uint64_t bytes);

    std::span<const std::byte> file_;
    const std::string& path_;
    Elf64_Ehdr header_ = {};
    ElfImage image_;
    unsigned notes_seen_ = 0;
    bool interpreter_ = false, executable_ = false, program_note_ = false;
};

void Checker::identify() {
    if (file_.size() < sizeof header_ || std::memcmp(file_.data(), ELFMAG, SELFMAG) != 0)
        refuse("is not a program file (no ELF); build a program with future-cc");
    header_ = at<Elf64_Ehdr>(0, "header");
    if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != ELFDATA2LSB ||
        header_.e_machine != EM_X86_64)
        refuse("is for another processor (not x86-64); build it with future-cc");
    if (header_.e_version != EV_CURRENT || header_.e_ehsize != sizeof header_) broken("ELF header");
    if (header_.e_type == ET_REL) refuse("is an object file; link it with future-cc");
}

void Checker::segments() {
    if (header_.e_phentsize != sizeof(Elf64_Phdr) || header_.e_phnum == 0 || header_.e_phnum == PN_XNUM)
        broken("program headers");
    for (unsigned i = 0; i < header_.e_phnum; i++) {
        const auto part = at<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr), "program headers");
        if (part.p_type == PT_INTERP) interpreter_ = true;
        if (part.p_type == PT_LOAD) segment(part);
        if (part.p_type == PT_NOTE && within(part.p_offset, part.p_filesz)) notes_in(part.p_offset, part.p_filesz);
    }
}

void Checker::segment(const Elf64_Phdr& part) {
    if (part.p_memsz == 0) return;
    if (!within(part.p_offset, part.p_filesz) || part.p_filesz > part.p_memsz) broken("a segment lies outside the file");
    if (part.p_vaddr > kImageMax || part.p_memsz > kImageMax) broken("a segment's address");
    if (part.p_align > kBiggestPage) refuse("wants segments aligned to more than 2 MiB; link it without -z max-page-size");
    if (part.p_vaddr < image_.bytes) broken("its segments overlap or are not in order");
    if ((part.p_flags & PF_X) && header_.e_entry >= part.p_vaddr && header_.e_entry - part.p_vaddr < part.p_filesz)
        executable_ = true;
    image_.segments.push_back({part.p_vaddr, part.p_memsz, part.p_offset, part.p_filesz, (part.p_flags & PF_W) != 0});
    image_.bytes = part.p_vaddr + part.p_memsz;
}

void Checker::finish_segments() {
    image_.entry = header_.e_entry;
    const uint64_t table_bytes = uint64_t{header_.e_phnum} * sizeof(Elf64_Phdr);
    for (const Segment& segment : image_.segments)
        if (header_.e_phoff >= segment.file_offset && table_bytes <= segment.file_bytes &&
            header_.e_phoff - segment.file_offset <= segment.file_bytes - table_bytes) {
            image_.program_headers = segment.address + (header_.e_phoff - segment.file_offset);
            image_.program_header_count = header_.e_phnum;
        }
}

// By section header, as note.h says; a file stripped of those is found by its PT_NOTE segments alone.
void Checker::notes() {
    if (header_.e_shoff == 0 || header_.e_shentsize != sizeof(Elf64_Shdr)) return;
    for (unsigned i = 0; i < header_.e_shnum; i++) {
        const auto section = at<Elf64_Shdr>(header_.e_shoff + i * sizeof(Elf64_Shdr), "section headers");
        if (section.sh_type != SHT_NOTE) continue;
        if (!within(section.sh_offset, section.sh_size)) broken("a note lies outside the file");
        notes_in(section.sh_offset, section.sh_size);
    }
}

void Checker::notes_in(uint64_t offset, uint64_t bytes) {
    const uint64_t end = offset + bytes;  // bounded by the file's size
    while (end - offset >= sizeof(Elf64_Nhdr)) {
        if (++notes_seen_ > kMostNotes) broken("its notes have no end");
        const auto head = at<Elf64_Nhdr>(offset, "a note");
        const uint64_t name = offset + sizeof head;
        const uint64_t content = name + (uint64_t{head.n_namesz} + 3) / 4 * 4;
        const uint64_t next = content + (uint64_t{head.n_descsz} + 3) / 4 * 4;
        if (content > end || head.n_descsz > end - content) return;  // other tools' padding: not ours to judge
        if (head.n_namesz == sizeof FUTURE_NOTE_OWNER &&
            std::memcmp(file_.data() + name, FUTURE_NOTE_OWNER, sizeof FUTURE_NOTE_OWNER) == 0)
            note(head.n_type, content, head.n_descsz);
        if (next > end) return;
        offset = next;
    }
}

void Checker::note(uint32_t type, uint64_t offset, uint64_t bytes) {
    if (type == FUTURE_NOTE_PROGRAM && bytes >= sizeof(future_program_note)) {
        program_note_ = true;
        const uint32_t version = at<future_program_note>(offset, "a note").abi_version;
        if (version > FUTURE_ABI_VERSION)
            refuse(fmt::format("was built for a newer Future (interface {}, this one is {}); update Future, or build it "
                               "with this one's future-cc", version, int{FUTURE_ABI_VERSION}));
    } else if (type == FUTURE_NOTE_CALL && bytes >= sizeof(future_call_note)) {
        future_call_note call = at<future_call_note>(offset, "a note");
        call.name[FUTURE_NOTE_NAME_BYTES - 1] = 0;
        make_printable(std::span(call.name, strlen(call.name)));
        image_.calls.push_back(call);
    } else {
        broken("a note of Future");
    }
}

ElfImage Checker::run() {
    identify();
    segments();
    notes();
    if (!program_note_) refuse("is a Linux program; build it with future-cc, or run it without `future run`");
    if (header_.e_type != ET_DYN || interpreter_) refuse("is not a static-PIE program; link it with future-cc alone");
    if (image_.segments.empty()) broken("nothing to load");
    if (!executable_) broken("its entry is not in its code");
    finish_segments();
    return std::move(image_);
}

const CallInfo* find_call(std::span<const Interface> served, const future_call_note& wanted) {
    for (const Interface& interface : served)
        if (interface.info->id == wanted.interface_id && (wanted.message_type & 0xff) < interface.info->call_count)
            return &interface.info->calls[wanted.message_type & 0xff];
    return nullptr;
}

// Any form in the lock's history will do.
bool knows_form(const CallInfo& call, const future_call_note& wanted) {
    for (const LayoutInfo& form : std::span(call.accepted, call.accepted_count))
        if (form.layout == wanted.layout && form.data_words == wanted.data_words) return true;
    return false;
}

std::string listed(const std::set<std::string>& names) {
    const auto end = std::next(names.begin(), static_cast<ptrdiff_t>(std::min(names.size(), kMostNamed)));
    std::string text = fmt::format("{}", fmt::join(names.begin(), end, ", "));
    if (names.size() > kMostNamed) text += fmt::format(" and {} more", names.size() - kMostNamed);
    return text;
}

// "weather.now (0x… in the program, 0x… here)": the hashes by which the two forms differ.
std::string other_form(const CallInfo& call, const future_call_note& wanted) {
    const uint64_t here = call.accepted_count ? call.accepted[call.accepted_count - 1].layout : 0;
    return fmt::format("{} ({:#018x} in the program, {:#018x} here)", wanted.name, wanted.layout, here);
}

}  // namespace

ElfImage check_elf(std::span<const std::byte> file, const std::string& path) { return Checker(file, path).run(); }

void check_calls(const ElfImage& image, std::span<const Interface> served, const std::string& path) {
    std::set<std::string> missing, other;
    for (const future_call_note& wanted : image.calls) {
        const CallInfo* call = find_call(served, wanted);
        if (!call || !call->execute) missing.insert(wanted.name);
        else if (!knows_form(*call, wanted)) other.insert(other_form(*call, wanted));
    }
    if (!missing.empty())
        throw Failure(fmt::format("{}: needs calls that nobody serves here: {}; give their plug-in with --plugin FILE, or "
                                  "update Future", path, listed(missing)), kNotRunnable);
    if (!other.empty())
        throw Failure(fmt::format("{}: was built with another form of these calls: {}; build it again with this Future's "
                                  "future-cc, or give the plug-in that it was built with (--plugin FILE)", path, listed(other)), kNotRunnable);
}

}  // namespace future
