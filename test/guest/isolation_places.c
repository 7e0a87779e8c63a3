/* SPDX-License-Identifier: MIT */
/* Reads, writes and executes what is not the program's, or not for that. */
#include "isolation.h"

enum { PAGE = FUTURE_PAGE_BYTES };

static void look(uint64_t address) { (void)*(volatile uint64_t *)address; }
static void change(uint64_t address) { *(volatile uint64_t *)address = 1; }
static void call(uint64_t address) { ((void (*)(void))address)(); }
static void write_and_call(uint64_t address)
{
	*(volatile uint8_t *)address = 0xc3; /* ret */
	call(address);
}
/* A page of its own that has been protected; 0: that was refused, which is wrong here. */
static uint64_t page_with(unsigned protection)
{
	long at = kernel(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, PAGE);

	if (at <= 0 || kernel(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT | protection << 8, (uint64_t)at, PAGE) != 0)
		return 0;
	return (uint64_t)at;
}

#define PLACE(name, address) \
	ATTEMPT(read_##name, "139", look(address)); \
	ATTEMPT(write_##name, "139", change(address))

/* The kernel's. */
PLACE(boot_block, FUTURE_NATIVE_BASE + FUTURE_NATIVE_BOOT);
PLACE(machine_time, FUTURE_NATIVE_BASE + FUTURE_NATIVE_TIME);
PLACE(channel_0, FUTURE_NATIVE_BASE + FUTURE_NATIVE_CONTROL);
PLACE(kernel_image, FUTURE_NATIVE_BASE + FUTURE_NATIVE_IMAGE);
PLACE(behind_kernel_image, FUTURE_NATIVE_BASE + FUTURE_NATIVE_IMAGE + FUTURE_NATIVE_IMAGE_MAX);
PLACE(direct_map, DIRECT_ADDRESS);
PLACE(direct_map_at_64_MiB, DIRECT_ADDRESS + (64 << 20));
PLACE(direct_map_at_its_end, DIRECT_ADDRESS + (64ull << 30) - 8);
PLACE(core_0, CORES_ADDRESS);
PLACE(stack_of_core_1, CORES_ADDRESS + CORE_SPACE + MAIN_STACK_TOP - 8);
PLACE(apic, APIC_ADDRESS + 0x20);
ATTEMPT(interrupt_by_apic, "139", change(APIC_ADDRESS + 0x300));

/* Nobody's. */
PLACE(page_0, 0);
PLACE(page_1, PAGE);
PLACE(before_arena, future_start->arena_base - 8);
PLACE(behind_arena, arena_end());
PLACE(over_arena_end, arena_end() - 4);
PLACE(before_channel, future_start->channel_base - 8);
PLACE(behind_channel, future_start->channel_base + future_start->channel_bytes);
PLACE(before_entry_page, (uint64_t)future_start->entry - 8);
PLACE(behind_entry_page, (uint64_t)future_start->entry + PAGE);
PLACE(before_clock, (uint64_t)future_start->time_page - 8);
PLACE(behind_clock, (uint64_t)future_start->time_page + PAGE);
PLACE(first_not_canonical, 0x800000000000);
PLACE(not_canonical, 0x8000000000000000);
PLACE(last_address, ~7ull);

/* The program's, but not for that. */
ATTEMPT(write_entry_table, "139", change((uint64_t)future_start->entry));
ATTEMPT(write_entry_code, "139", change((uint64_t)future_start->entry->call[0]));
ATTEMPT(write_clock, "139", change((uint64_t)future_start->time_page));
ATTEMPT(write_read_only, "139", uint64_t page = page_with(FUTURE_PROT_READ); if (page) change(page));
ATTEMPT(read_guard, "139", uint64_t page = page_with(FUTURE_PROT_NONE); if (page) look(page));
ATTEMPT(without_its_code, "139",
	kernel(FUTURE_SYS_MAP, FUTURE_MAP_PROTECT, future_start->image_base,
	       (future_start->image_bytes + PAGE - 1) & -(uint64_t)PAGE));

ATTEMPT(call_kernel, "139", call(FUTURE_NATIVE_BASE + FUTURE_NATIVE_IMAGE));
ATTEMPT(call_direct_map, "139", call(DIRECT_ADDRESS + FUTURE_NATIVE_IMAGE));
ATTEMPT(call_not_canonical, "139", call(0x800000000000));
ATTEMPT(call_channel, "139", write_and_call(future_start->channel_base + 8192));
ATTEMPT(call_clock, "139", call((uint64_t)future_start->time_page));
ATTEMPT(call_data, "139", uint64_t page = page_with(FUTURE_PROT_READ | FUTURE_PROT_WRITE); if (page) write_and_call(page));
