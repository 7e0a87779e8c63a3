/* SPDX-License-Identifier: MIT */
/* Pages from the kernel. */
#include "entry.h"
#include "scheduler.h"

void *multh_port_map(size_t bytes)
{
	long address = multh_enter(FUTURE_SYS_MAP, FUTURE_MAP_ALLOCATE, 0, multh_whole_pages(bytes));

	if (address >= 0 || address <= -4096)
		return (void *)address;
	if (multh.channel)
		multh_hit(WIRE_LIMIT_MEMORY);
	return 0;
}

void multh_port_expect(void *address, size_t bytes, size_t pitch)
{
	multh_enter(FUTURE_SYS_MAP, FUTURE_MAP_EXPECT | pitch / FUTURE_PAGE_BYTES << 8, (unsigned long)address, bytes);
}
