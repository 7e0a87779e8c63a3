// SPDX-License-Identifier: MIT
// The first picture of a program's memory: image | start block, strings, vectors | guard page | first stack.
#include "program/loader.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "ground/failure.h"
#include "fmt/format.h"
#include "futurek/abi/start_block.h"

namespace future {
namespace {

// As Linux has it; of a small memory no more than an eighth. Untouched pages of it cost nothing.
constexpr uint64_t kStackBytes = 8 << 20, kStackShare = 8;
constexpr uint64_t kPage = 4096;

uint64_t pages(uint64_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

std::string find_program(const std::string& program) {
    if (program.find('/') != program.npos) return program;
    const char* path = getenv("PATH");
    std::string list = path ? path : "/usr/bin:/bin";
    for (size_t begin = 0; begin <= list.size();) {
        const size_t end = std::min(list.find(':', begin), list.size());
        const std::string folder = end == begin ? "." : list.substr(begin, end - begin);
        const std::string candidate = folder + "/" + program;
        struct stat status;
        if (access(candidate.c_str(), X_OK) == 0 && stat(candidate.c_str(), &status) == 0 && S_ISREG(status.st_mode))
            return candidate;
        begin = end + 1;
    }
    if (access(program.c_str(), F_OK) == 0)
        throw Failure(fmt::format("{}: not found in PATH; for the one in this folder say ./{}", program, program), kNotFound);
    throw Failure(fmt::format("{}: not found in PATH", program), kNotFound);
}

// Fills a piece of the arena front to back, in a copy of it; `address` is the program's.
class Writer {
public:
    Writer(std::vector<std::byte>& piece, uint64_t base, uint64_t offset) : piece_(piece), base_(base), offset_(offset) {}
    uint64_t address() const { return base_ + offset_; }
    void align(uint64_t to) { offset_ = (offset_ + to - 1) / to * to; }
    uint64_t put(const void* from, uint64_t bytes) {
        const uint64_t at = address();
        std::memcpy(piece_.data() + offset_, from, bytes);
        offset_ += bytes;
        return at;
    }

private:
    std::vector<std::byte>& piece_;
    uint64_t base_, offset_;
};

uint64_t text_bytes(const StartPlan& plan) {
    uint64_t bytes = sizeof(future_start_block) + 64;
    for (const std::string& argument : plan.arguments) bytes += argument.size() + 1 + sizeof(char*);
    for (char** variable = plan.environment; *variable; variable++) bytes += std::strlen(*variable) + 1 + sizeof(char*);
    return bytes + 2 * sizeof(char*);
}

uint64_t put_vector(Writer& writer, std::vector<uint64_t>& addresses) {
    addresses.push_back(0);
    return writer.put(addresses.data(), addresses.size() * sizeof(uint64_t));
}

// What no piece fills is zero: the arena is fresh. pwrite(2) on the arena's memory takes no page fault a page.
void put(const ProgramFile& file, const Program& program, uint64_t offset, std::span<const std::byte> piece) {
    if (!program.arena_is_file) {
        std::memcpy(program.arena + offset, piece.data(), piece.size());
        return;
    }
    if (pwrite(program.shared[0].get(), piece.data(), piece.size(), static_cast<off_t>(offset)) !=
        static_cast<ssize_t>(piece.size()))
        throw Failure(fmt::format("{}: cannot be loaded: {}", file.path(), std::strerror(errno ? errno : EIO)));
}

void put_segments(const ProgramFile& file, const ElfImage& image, const Program& program) {
    for (const Segment& segment : image.segments)
        put(file, program, segment.address, file.bytes().subspan(segment.file_offset, segment.file_bytes));
}

// The block's strings and vectors come first, since it points at them.
uint64_t put_start_block(const ProgramFile& file, const ElfImage& image, const StartPlan& plan, const Program& program,
                         uint64_t stack_offset, uint64_t stack_bytes) {
    const future_device_created& created = program.created;
    const uint64_t block_address = created.arena_address + pages(image.bytes);
    std::vector<std::byte> piece(text_bytes(plan));
    Writer writer(piece, block_address, 0);
    Writer strings(piece, block_address, sizeof(future_start_block));
    std::vector<uint64_t> arguments, variables;
    for (const std::string& argument : plan.arguments)
        arguments.push_back(strings.put(argument.c_str(), argument.size() + 1));
    for (char** variable = plan.environment; *variable; variable++)
        variables.push_back(strings.put(*variable, std::strlen(*variable) + 1));
    strings.align(sizeof(uint64_t));

    future_start_block block = {};
    block.magic = FUTURE_START_MAGIC;
    block.abi_version = FUTURE_ABI_VERSION;
    block.size = sizeof block;
    block.entry = reinterpret_cast<const future_entry_table*>(created.entry_table);
    block.time_page = reinterpret_cast<const future_time_page*>(created.time_page);
    block.image_base = block.arena_base = created.arena_address;
    block.image_bytes = image.bytes;
    block.arena_bytes = created.arena_bytes;
    block.channel_base = created.channel_address;
    block.channel_bytes = created.channel_bytes;
    block.ring_lines = created.ring_lines;
    block.max_threads = created.max_threads;
    block.cores = created.cores;
    block.pid = created.pid;
    block.stack_base = created.arena_address + stack_offset;
    block.stack_bytes = stack_bytes;
    block.program_headers = image.program_headers ? created.arena_address + image.program_headers : 0;
    block.program_header_count = image.program_header_count;
    block.argc = static_cast<int32_t>(plan.arguments.size());
    block.argv = reinterpret_cast<char**>(put_vector(strings, arguments));
    block.envp = reinterpret_cast<char**>(put_vector(strings, variables));
    block.spin_limit = plan.spin_limit;
    block.spin_cores = plan.spin_cores;
    if (getrandom(block.random_seed, sizeof block.random_seed, 0) < 0) throw Failure("getrandom(2) does not work here");
    writer.put(&block, sizeof block);
    put(file, program, pages(image.bytes), piece);
    return block_address;
}

// By whole pages, as Linux would map them. What the linker puts between two such segments belongs to nobody.
std::vector<Protections::Range> constant_ranges(const ElfImage& image) {
    std::vector<Protections::Range> ranges;
    uint64_t begin = 0, end = 0;  // of segments with no writable one between them
    const auto add = [&](uint64_t until) {
        if (until > begin) ranges.push_back({begin, until - begin, true});
    };
    for (const Segment& segment : image.segments) {
        const uint64_t behind = pages(segment.address + segment.memory_bytes);
        if (segment.writable) {
            add(std::min(end, segment.address / kPage * kPage));
            begin = behind;
        }
        end = behind;
    }
    add(end);
    return ranges;
}

}  // namespace

ProgramFile::ProgramFile(const std::string& program) : path_(find_program(program)) {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // perhaps a FIFO, which is refused below
    if (fd < 0 && errno == ENOENT) throw Failure(fmt::format("{}: no such file", path_), kNotFound);
    if (fd < 0) throw Failure(fmt::format("{}: cannot be read: {}", path_, std::strerror(errno)), kNotRunnable);
    file_ = internal(fd);
    struct stat status;
    if (fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode))
        throw Failure(fmt::format("{}: is not a regular file", path_), kNotRunnable);
    if (access(path_.c_str(), X_OK) != 0)
        throw Failure(fmt::format("{}: is not executable; chmod +x it", path_), kNotRunnable);
    size_ = static_cast<size_t>(status.st_size);
    if (size_ == 0) throw Failure(fmt::format("{}: is empty", path_), kNotRunnable);
    bytes_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_.get(), 0);
    if (bytes_ == MAP_FAILED) throw Failure(fmt::format("{}: cannot be mapped: {}", path_, std::strerror(errno)));
}

ProgramFile::~ProgramFile() {
    if (bytes_ != MAP_FAILED) munmap(bytes_, size_);
}

Loaded load(const ProgramFile& file, const ElfImage& image, const StartPlan& plan, const Program& program) {
    const uint64_t arena_bytes = program.created.arena_bytes;
    const uint64_t stack_bytes = pages(plan.stack_bytes ? plan.stack_bytes : std::min(kStackBytes, arena_bytes / kStackShare));
    const uint64_t stack_offset = pages(image.bytes) + pages(text_bytes(plan)) + kPage, bytes = stack_offset + stack_bytes;
    if (bytes > arena_bytes || stack_bytes > arena_bytes)
        throw Failure(fmt::format("{}: needs {} MiB to be loaded, of which {} KiB are main's stack, its memory has {} MiB; "
                                  "give it more with --memory",
                                  file.path(), (bytes >> 20) + 1, stack_bytes >> 10, arena_bytes >> 20), kNotRunnable);
    put_segments(file, image, program);
    Loaded loaded = {{}, constant_ranges(image)};
    loaded.constant.push_back({stack_offset - kPage, kPage, false});
    future_device_run& run = loaded.run;
    run.request = verb(FUTURE_VERB_RUN);
    run.start_block = put_start_block(file, image, plan, program, stack_offset, stack_bytes);
    run.entry = program.created.arena_address + image.entry;
    run.stack_top = program.created.arena_address + bytes;
    run.reserved_bytes = bytes;
    return loaded;
}

}  // namespace future
