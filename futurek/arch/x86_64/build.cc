// SPDX-License-Identifier: MIT
// Core 0, once, on the module's page tables: takes what the kernel needs from behind the image, builds its page tables.
#include "../../core/kernel.h"
#include "apic.h"
#include "arch/machine.h"
#include "core.h"
#include "cpu.h"
#include "paging.h"

extern "C" char image_text[], image_rodata[], image_data[], image_end[];

namespace futurek::native {

static_assert(FUTURE_NATIVE_BASE + FUTURE_NATIVE_IMAGE == 0xffffffff80200000);  // link.ld
static_assert(offsetof(Carved, root) == 0);                                     // boot.S, entry.S

Carved carved;

namespace {

constexpr uint64_t chunk_bytes = FUTURE_CHUNK_BYTES;
constexpr uint64_t window_bytes = 512 * chunk_bytes;  // what the module's tables map
constexpr uint64_t kernel_data = entry_present | entry_write | entry_global | entry_no_execute;

uint64_t carve_at, carve_end;

// Zeroed pages; machine offset.
uint64_t carve(uint64_t pages, bool zeroed = true) {
    uint64_t at = carve_at;
    if (pages > (carve_end - at) / page_bytes) arch_panic("too little memory: the kernel's tables do not fit");
    carve_at += pages * page_bytes;
    if (zeroed) zero(fixed(at), pages * page_bytes);
    return at;
}

uint64_t* table_at(uint64_t offset) { return reinterpret_cast<uint64_t*>(fixed(offset)); }

// The table behind `entry`, made if there is none.
uint64_t* descend(uint64_t* entry) {
    if (*entry) {
        for (uint64_t offset = 0; offset < carve_at; offset += chunk_bytes)
            if (*entry - physical(offset) < chunk_bytes)
                return table_at(offset + ((*entry & entry_address) - physical(offset)));
        arch_panic("a page table is not in the kernel's memory");
    }
    uint64_t offset = carve(1);
    *entry = physical(offset) | entry_present | entry_write;
    return table_at(offset);
}

uint64_t* root;

void map(uint64_t address, uint64_t at, uint64_t bits) {
    uint64_t* table = descend(&root[address >> 39 & 511]);
    table = descend(&table[address >> 30 & 511]);
    uint64_t* entry = &table[address >> 21 & 511];
    if (!(bits & entry_large)) entry = &descend(entry)[address >> 12 & 511];
    *entry = at | bits;
}

void map_image() {
    for (char* page = image_text; page < image_end; page += page_bytes) {
        uint64_t bits = entry_present | entry_global;
        if (page >= image_rodata) bits |= entry_no_execute;
        if (page >= image_data) bits |= entry_write;
        uint64_t address = reinterpret_cast<uint64_t>(page);
        map(address, physical(address - FUTURE_NATIVE_BASE), bits);
    }
}

void map_core(unsigned number) {
    static constexpr struct {
        uint64_t begin, end;
    } parts[] = {{0, page_bytes},
                 {MAIN_STACK, MAIN_STACK_TOP},
                 {NMI_STACK_TOP - 0x2000, NMI_STACK_TOP},
                 {MACHINE_CHECK_STACK_TOP - 0x2000, MACHINE_CHECK_STACK_TOP},
                 {DEBUG_STACK_TOP - 0x2000, DEBUG_STACK_TOP},
                 {DOUBLE_FAULT_STACK_TOP - 0x2000, DOUBLE_FAULT_STACK_TOP}};
    for (const auto& part : parts)
        for (uint64_t at = part.begin; at < part.end; at += page_bytes)
            map(CORES_ADDRESS + uint64_t{number} * CORE_SPACE + at, physical(carve(1)), kernel_data);
}

void build_tables(const future_native_boot& boot) {
    uint64_t at = carve(1);
    carved.root = physical(at);
    root = table_at(at);
    map(FUTURE_NATIVE_BASE, physical(0), kernel_data | entry_large);
    map_image();
    for (unsigned number = 0; number < boot.cores; number++) map_core(number);
    map(APIC_ADDRESS, boot.apic_base & entry_address, kernel_data | entry_uncached);
    for (uint64_t chunk = 0; chunk < boot.chunks; chunk++)
        map(DIRECT_ADDRESS + chunk * chunk_bytes, physical(chunk * chunk_bytes), kernel_data | entry_large);
}

void carve_tables(const future_native_boot& boot) {
    // As if all that is left became arenas; it will be a little less.
    uint64_t chunks = boot.chunks - carve_at / chunk_bytes;
    carved.channels = carve(boot.cores * channel_bytes / page_bytes);
    carved.slot_pages = 5 + (chunks + table_entries - 1) / table_entries;
    carved.slots = carve(boot.cores * carved.slot_pages);
    carved.page_map = carve((Machine::page_map_words(chunks * chunk_bytes) * 8 + page_bytes - 1) / page_bytes);
    carved.chunk_tables = carve(chunks, false);
    carved.arenas = (carve_at + chunk_bytes - 1) & ~(chunk_bytes - 1);
    carved.arena_bytes = boot.chunks * chunk_bytes - carved.arenas;
    if (!carved.arena_bytes) arch_panic("too little memory: nothing is left for programs");
    for (uint64_t offset = 0; offset < carved.arenas; offset += chunk_bytes)
        fixed(FUTURE_NATIVE_CHUNK_STATE)[offset / chunk_bytes] = FUTURE_CHUNK_READY;
}

void check(const future_native_boot& boot) {
    if (boot.magic != FUTURE_NATIVE_MAGIC || boot.version != FUTURE_NATIVE_VERSION)
        arch_panic("the module's boot block is of another version: module and kernel do not belong together");
    if (boot.cores < 1 || boot.cores > max_cores || boot.chunks > FUTURE_CHUNKS_MAX || !boot.tsc_khz)
        arch_panic("the boot block makes no sense");
    if (const char* missing = cpu_missing()) arch_panic(missing);
}

}  // namespace

extern "C" void native_build() {
    const future_native_boot& boot = boot_block();
    check(boot);
    carve_at = reinterpret_cast<uint64_t>(image_end) - FUTURE_NATIVE_BASE;
    carve_end = boot.chunks * chunk_bytes < window_bytes ? boot.chunks * chunk_bytes : window_bytes;
    if (carve_at > carve_end) arch_panic("too little memory: fewer chunks than the image has");
    build_tables(boot);
    carve_tables(boot);
    futurek::boot({boot.cores, carved.arena_bytes, FUTURE_MACHINE_NATIVE,
                   reinterpret_cast<wire_channel*>(fixed(FUTURE_NATIVE_CONTROL)),
                   reinterpret_cast<uint64_t*>(direct(carved.page_map))});
}

}  // namespace futurek::native
