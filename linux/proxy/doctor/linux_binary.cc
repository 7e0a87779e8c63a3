// SPDX-License-Identifier: MIT
// libelf's answers as names. It copes with nonsense, but not within any time or memory: a process apart asks it.
#include "doctor/linux_binary.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>

#include "apart/apart.h"
#include "apart/confine.h"
#include "ground/descriptor.h"
#include "ground/failure.h"
#include "words/printable.h"

namespace future {
namespace {

using Handle = std::unique_ptr<Elf, int (*)(Elf*)>;

// glibc in pieces; the last belongs to the compiler.
bool is_c_library(const std::string& file) {
    for (const char* name : {"libc.so.", "libm.so.", "libpthread.so.", "librt.so.", "libdl.so.", "libutil.so.", "ld-linux-", "libgcc_s.so."})
        if (file.starts_with(name)) return true;
    return false;
}

// What glibc's headers and the compiler put into a program behind its source's back, and every C library has its own of.
bool is_machinery(const std::string& name) {
    static const std::set<std::string> names = {
        "__assert_fail", "__ctype_b_loc", "__ctype_get_mb_cur_max", "__ctype_tolower_loc", "__ctype_toupper_loc", "__cxa_atexit",
        "__cxa_finalize", "__errno_location", "__gmon_start__", "__libc_start_main", "__stack_chk_fail", "__tls_get_addr",
        "_GLOBAL_OFFSET_TABLE_", "_init", "_fini", "__libc_init_first", "__progname", "__register_atfork"};
    for (const char* prefix : {"_ITM_", "_Unwind_", "__dso_handle", "__mul", "__div"})
        if (name.starts_with(prefix)) return true;
    return names.count(name) != 0;
}

// The name in the source: glibc's headers rename what they check, what counts in 64 bits, and what follows a newer standard.
std::string source_name(std::string name) {
    static const std::map<std::string, std::string> renamed = {
        {"__fdelt_chk", "FD_SET"}, {"__fxstat", "fstat"},         {"__lxstat", "lstat"},    {"__sigsetjmp", "sigsetjmp"},
        {"__xpg_basename", "basename"}, {"__xpg_strerror_r", "strerror_r"}, {"__xstat", "stat"}, {"_IO_getc", "getc"},
        {"_IO_putc", "putc"}, {"__longjmp_chk", "longjmp"}};
    if (const auto found = renamed.find(name); found != renamed.end()) return found->second;
    for (const char* prefix : {"__isoc99_", "__isoc23_"})
        if (name.starts_with(prefix)) return name.substr(strlen(prefix));
    if (name.starts_with("__") && name.ends_with("_chk")) name = name.substr(2, name.size() - 6);
    if (name.size() > 2 && name.ends_with("64") && !isdigit(static_cast<unsigned char>(name[name.size() - 3]))) name.resize(name.size() - 2);
    return name;
}

class Reader {
public:
    explicit Reader(LinuxBinary& binary) : binary_(binary) {}

    void read(Elf* elf) {
        GElf_Ehdr header;
        if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header)) return;
        const bool is_object = header.e_type == ET_REL;
        find_sections(elf);
        if (is_object)
            read_symbols(elf, symbols_, is_object);
        else
            read_dynamic(elf);
    }

    // One member of an archive may have what another asks for.
    void finish() {
        for (const std::string& name : defined_) undefined_.erase(name);
        for (const std::string& name : undefined_)
            if (!is_machinery(name)) binary_.functions.insert(source_name(name));
    }

private:
    void find_sections(Elf* elf) {
        symbols_ = dynamic_symbols_ = versions_ = needed_versions_ = dynamic_ = nullptr;
        for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
            GElf_Shdr header;
            if (!gelf_getshdr(section, &header)) continue;
            if (header.sh_type == SHT_SYMTAB) symbols_ = section;
            if (header.sh_type == SHT_DYNSYM) dynamic_symbols_ = section;
            if (header.sh_type == SHT_GNU_versym) versions_ = section;
            if (header.sh_type == SHT_GNU_verneed) needed_versions_ = section;
            if (header.sh_type == SHT_DYNAMIC) dynamic_ = section;
        }
    }

    static std::string text(Elf* elf, Elf_Scn* section, size_t offset) {
        GElf_Shdr header;
        const char* name = gelf_getshdr(section, &header) ? elf_strptr(elf, header.sh_link, offset) : nullptr;
        return name ? name : "";
    }

    // Which file each version comes from.
    void read_versions(Elf* elf) {
        files_.clear();
        Elf_Data* data = needed_versions_ ? elf_getdata(needed_versions_, nullptr) : nullptr;
        size_t at = 0;
        for (GElf_Verneed need; data && at <= data->d_size && gelf_getverneed(data, static_cast<int>(at), &need);) {
            size_t entry = at + need.vn_aux;
            for (GElf_Vernaux version; entry <= data->d_size && gelf_getvernaux(data, static_cast<int>(entry), &version);) {
                files_[version.vna_other] = text(elf, needed_versions_, need.vn_file);
                if (!version.vna_next) break;
                entry += version.vna_next;
            }
            if (!need.vn_next) break;
            at += need.vn_next;
        }
    }

    void read_dynamic(Elf* elf) {
        binary_.is_linked_whole = true; // until a library is named
        read_versions(elf);
        Elf_Data* data = dynamic_ ? elf_getdata(dynamic_, nullptr) : nullptr;
        GElf_Dyn entry;
        for (int i = 0; data && gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; i++)
            if (entry.d_tag == DT_NEEDED) {
                binary_.is_linked_whole = false;
                if (const std::string file = text(elf, dynamic_, entry.d_un.d_val); !is_c_library(file)) binary_.libraries.insert(file);
            }
        read_symbols(elf, dynamic_symbols_, false);
    }

    bool is_asked_of_c_library(int index) const {
        Elf_Data* data = versions_ ? elf_getdata(versions_, nullptr) : nullptr;
        GElf_Versym version = 0;
        if (!data || !gelf_getversym(data, index, &version)) return binary_.libraries.empty();
        const auto file = files_.find(version & 0x7fff);
        return file != files_.end() && is_c_library(file->second);
    }

    void read_symbols(Elf* elf, Elf_Scn* section, bool is_object) {
        Elf_Data* data = section ? elf_getdata(section, nullptr) : nullptr;
        GElf_Sym symbol;
        for (int i = 1; data && gelf_getsym(data, i, &symbol); i++) {
            if (GELF_ST_BIND(symbol.st_info) == STB_LOCAL) continue;
            const std::string name = text(elf, section, symbol.st_name);
            if (name.empty()) continue;
            const bool asked = symbol.st_shndx == SHN_UNDEF && GELF_ST_BIND(symbol.st_info) == STB_GLOBAL;
            if (asked && (is_object || is_asked_of_c_library(i))) undefined_.insert(name);
            if (!asked && symbol.st_shndx != SHN_UNDEF) defined_.insert(name);
        }
    }

    LinuxBinary& binary_;
    std::set<std::string> defined_, undefined_;
    std::map<int, std::string> files_;
    Elf_Scn *symbols_ = nullptr, *dynamic_symbols_ = nullptr, *versions_ = nullptr, *needed_versions_ = nullptr, *dynamic_ = nullptr;
};

// Nothing if that is no ELF file and no archive.
std::optional<LinuxBinary> parsed(std::span<std::byte> bytes) {
    elf_version(EV_CURRENT);
    const Handle elf(elf_memory(reinterpret_cast<char*>(bytes.data()), bytes.size()), elf_end);
    const Elf_Kind kind = elf ? elf_kind(elf.get()) : ELF_K_NONE;
    if (kind != ELF_K_ELF && kind != ELF_K_AR) return std::nullopt;
    LinuxBinary binary;
    Reader reader(binary);
    if (kind == ELF_K_ELF) {
        reader.read(elf.get());
    } else {
        // Members lie in the archive's memory (ELF_C_READ_MMAP); all the same libelf wants a descriptor that is open.
        for (Elf_Cmd next = ELF_C_READ; next != ELF_C_NULL;) {
            const Handle member(elf_begin(kConfinedPipe, ELF_C_READ_MMAP, elf.get()), elf_end);
            if (!member) break;
            reader.read(member.get());
            next = elf_next(member.get());
        }
    }
    reader.finish();
    return binary;
}

// ---- from the process apart that reads the file to us: words, each behind a letter that says what it is ----

std::string written(const std::optional<LinuxBinary>& binary) {
    std::string text;
    const auto put = [&text](char what, const std::string& word) { (text += what) += word, text += '\0'; };
    if (!binary) return text;
    for (const std::string& name : binary->functions) put('f', name);
    for (const std::string& name : binary->libraries) put('l', name);
    put(binary->is_linked_whole ? 'w' : '.', "");
    return text;
}

LinuxBinary understood(const std::string& text) {
    LinuxBinary binary;
    for (size_t at = 0, end; (end = text.find('\0', at)) != text.npos; at = end + 1) {
        const std::string word = printable(text.substr(at + 1, end - at - 1));
        if (text[at] == 'f') binary.functions.insert(word);
        if (text[at] == 'l') binary.libraries.insert(word);
        if (text[at] == 'w') binary.is_linked_whole = true;
    }
    return binary;
}

// All of the file, as long as this lives; nothing if it is no regular one, or empty.
class Mapping {
public:
    explicit Mapping(int file) {
        struct stat status;
        if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return;
        const auto size = static_cast<size_t>(status.st_size);
        if (void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0); at != MAP_FAILED)
            bytes_ = {static_cast<std::byte*>(at), size};
    }
    ~Mapping() {
        if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    std::span<std::byte> bytes() const { return bytes_; }

private:
    std::span<std::byte> bytes_;
};

}  // namespace

LinuxBinary read_linux_binary(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) throw Failure(fmt::format("{}: {}", path, std::strerror(errno)), errno == ENOENT ? kNotFound : kNotRunnable);
    const Mapping mapping(file.get());
    const Apart made = made_apart({[&] { return written(parsed(mapping.bytes())); }}, -1, {.text_bytes = 64 << 20});
    if (!made.why.empty()) throw Failure(fmt::format("{} cannot be looked at: reading it {}", path, made.why), kNotRunnable);
    if (made.text.empty())
        throw Failure(fmt::format("{} is no program, library or object file; name one that was built for Linux", path), kNotRunnable);
    if (made.text.back() != '\0') throw Failure(fmt::format("{} asks for more functions than can be told", path), kNotRunnable);
    return understood(made.text);
}

}  // namespace future
