// SPDX-License-Identifier: MIT
// Booting the native machine: reserve cores and memory, copy the kernel's image in through mmap, start it, wait.
#include <elf.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "machine/device.h"
#include "ground/failure.h"
#include "fmt/format.h"
#include "linux/kmod/uapi/future_ioctl.h"

namespace future {
namespace {

constexpr uint32_t kBootMilliseconds = 10000;

Descriptor open_device() {
    Descriptor file(open(FUTURE_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    if (file) return file;
    if (errno == ENOENT)
        throw Failure(FUTURE_DEVICE_PATH " is not there; load the module (`modprobe future`, or insmod future.ko); docs/native.md says how");
    throw Failure(fmt::format(FUTURE_DEVICE_PATH ": {}; booting the native machine needs root", std::strerror(errno)));
}

[[noreturn]] void cannot_reserve(int error, const future_ioc_reserve& wish, unsigned cores, uint64_t memory_bytes) {
    const uint32_t state = native_state().value_or(FUTURE_MACHINE_NONE);
    if (error == EBUSY && state == FUTURE_MACHINE_DEAD) throw Failure(native_died);
    if (error == EBUSY && state == FUTURE_MACHINE_NONE && wish.cores == 0)
        throw Failure("Linux keeps CPU 0, and there is no other one to give to Future");
    if (error == EBUSY && state == FUTURE_MACHINE_NONE && wish.cores != cores)
        throw Failure(fmt::format("{} cores asked for, Linux can give {} and keeps one; ask for fewer with --cores", cores,
                                  wish.cores));
    if (error == EBUSY) throw Failure("the native machine is booted already; end it with `future shutdown --machine native`");
    if (error == ENOMEM)
        throw Failure(fmt::format("{} MiB of memory asked for, Linux can give {}; ask for less with --memory, or keep memory "
                                  "from Linux with memmap= (docs/native.md)", memory_bytes >> 20, wish.memory_bytes >> 20));
    if (error == EPERM) throw Failure("booting the native machine needs root (CAP_SYS_ADMIN)");
    throw Failure(fmt::format("cannot take cores and memory from Linux: {}", std::strerror(error)));
}

future_ioc_reserve reserve(int device, unsigned cores, uint64_t memory_bytes) {
    future_ioc_reserve wish = {};
    wish.cores = cores;
    wish.memory_bytes = memory_bytes;
    if (ioctl(device, FUTURE_IOC_RESERVE, &wish) != 0) cannot_reserve(errno, wish, cores, memory_bytes);
    return wish;
}

std::string read_image(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Failure(fmt::format("{}: {}; build it, or name it in the variable FUTURE_KERNEL", path, std::strerror(errno)));
    return {std::istreambuf_iterator<char>(file), {}};
}

// Copies the loadable segments; each must lie in the file and in the kernel's place. Returns the entry's address.
uint64_t place_image(const std::string& path, const future_ioc_reserve& place, char* kernel) {
    const std::string image = read_image(path);
    const auto corrupt = [&](const char* why) { return Failure(fmt::format("{}: no kernel image: {}", path, why)); };
    Elf64_Ehdr head;
    if (image.size() < sizeof head) throw corrupt("too short");
    std::memcpy(&head, image.data(), sizeof head);
    if (std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64 ||
        head.e_machine != EM_X86_64 || head.e_type != ET_EXEC || head.e_phentsize != sizeof(Elf64_Phdr))
        throw corrupt("not an executable ELF file for x86-64");
    if (head.e_phoff > image.size() || head.e_phnum > (image.size() - head.e_phoff) / sizeof(Elf64_Phdr))
        throw corrupt("cut off");
    unsigned loaded = 0;
    for (unsigned index = 0; index < head.e_phnum; index++) {
        Elf64_Phdr segment;
        std::memcpy(&segment, image.data() + head.e_phoff + index * sizeof segment, sizeof segment);
        if (segment.p_type != PT_LOAD) continue;
        const uint64_t offset = segment.p_vaddr - place.image_address;
        if (segment.p_offset > image.size() || segment.p_filesz > image.size() - segment.p_offset ||
            segment.p_memsz < segment.p_filesz)
            throw corrupt("cut off");
        if (offset > place.image_bytes || segment.p_memsz > place.image_bytes - offset)
            throw corrupt("a segment lies outside the kernel's place; is it of the same version as future.ko?");
        std::memcpy(kernel + offset, image.data() + segment.p_offset, segment.p_filesz);  // the rest is zero already
        loaded++;
    }
    if (!loaded) throw corrupt("nothing in it is to be loaded");
    return head.e_entry;
}

const char* stage_name(uint32_t stage) {
    static constexpr const char* names[] = {"did not start", "runs the real-mode stub", "reached the image's entry",
                                            "has its page tables", "has its interrupts", "is online"};
    return stage < std::size(names) ? names[stage] : "is somewhere unknown";
}

[[noreturn]] void cannot_boot(int error, const future_ioc_boot& boot) {
    std::string said = boot.text;
    while (!said.empty() && said.back() == '\n') said.pop_back();
    if (!said.empty()) said = "\n" + said;
    if (error == ETIMEDOUT || error == EIO)
        throw Failure(fmt::format("the kernel {}: core {} {}; cores and memory are Linux's again{}",
                                  error == EIO ? "panicked while it booted" : "did not come up in time", boot.failed_core,
                                  stage_name(boot.failed_stage), said));
    throw Failure(fmt::format("the kernel did not boot: {}", std::strerror(error)));
}

}  // namespace

std::string native_kernel_file() {
    const char* named = getenv("FUTURE_KERNEL");
    return named ? named : beside_us("future-kernel");
}

uint64_t boot_native(unsigned cores, uint64_t memory_bytes) {
    const Descriptor device = open_device();
    const future_ioc_reserve place = reserve(device.get(), cores, memory_bytes);
    void* kernel = mmap(nullptr, place.image_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, device.get(),
                        static_cast<off_t>(FUTURE_MMAP_KERNEL));
    if (kernel == MAP_FAILED) throw Failure(fmt::format("cannot map the kernel's place: {}", std::strerror(errno)));
    future_ioc_boot boot = {};
    boot.entry = place_image(native_kernel_file(), place, static_cast<char*>(kernel));
    munmap(kernel, place.image_bytes);
    boot.timeout_ms = kBootMilliseconds;
    if (ioctl(device.get(), FUTURE_IOC_BOOT_FUTURE, &boot) != 0) cannot_boot(errno, boot);
    return boot.memory_bytes;
}

}  // namespace future
