/* SPDX-License-Identifier: MIT */
/* What future.ko and the native kernel share: the boot block, doorbells, and who may touch which part of memory. */
#ifndef FUTURE_ABI_NATIVE_H
#define FUTURE_ABI_NATIVE_H

#include "../../idl/wire/channel.h"

/*
 * Machine memory is a row of 2 MiB chunks, wherever each lies physically; an offset into the row is a "machine offset".
 * The first chunks are the kernel's: the fixed places below, the image, and what the kernel takes behind it at boot. No
 * program and no proxy ever maps them. The rest are arenas: the last boot_complete.memory_bytes of the row, from whose
 * beginning the arena_offset in control_create's reply counts.
 *
 * Both sides trust what stands here: Linux can do anything to the machine anyway, and the kernel is loaded by Linux's
 * administrator. Nothing here is ever mapped for a program.
 *
 * Boot: the module zeroes the kernel's chunks, fills in the block, has the image copied in through mmap, and starts the
 * cores one by one ("Entry", below). Words that both sides change have a line of their own.
 */
enum {
	FUTURE_NATIVE_MAGIC = 0x4e525446, /* "FTRN" */
	FUTURE_NATIVE_VERSION = 1,
	FUTURE_CHUNK_BYTES = 2 << 20,
	FUTURE_CHUNKS_MAX = 32768,        /* 64 GiB */
	FUTURE_NATIVE_PROCESSES = 64,     /* slots; the kernel uses fewer than there are cores + 1 */
	FUTURE_NATIVE_CONTROL_LINES = 4096, /* of channel 0, each way; the kernel's control_lines */
	FUTURE_NATIVE_TEXT_BYTES = 2048,
	FUTURE_NATIVE_CONSOLE_BYTES = 16384,
};

/* Machine offsets. */
enum {
	FUTURE_NATIVE_BOOT = 0x000000,        /* struct future_native_boot */
	FUTURE_NATIVE_TIME = 0x010000,        /* struct future_time_page; the module writes it, each second */
	FUTURE_NATIVE_CHUNKS = 0x020000,      /* uint64_t[FUTURE_CHUNKS_MAX]: physical address of each chunk */
	FUTURE_NATIVE_CHUNK_STATE = 0x060000, /* uint8_t[FUTURE_CHUNKS_MAX]: enum future_chunk_state */
	FUTURE_NATIVE_CONTROL = 0x080000,     /* channel 0: struct wire_channel and its rings */
	FUTURE_NATIVE_IMAGE = 0x200000,       /* the kernel image's first byte */
	FUTURE_NATIVE_IMAGE_MAX = 0x400000,   /* bytes of image and bss together; the booter may map just these */
};

/* Virtual address at which the kernel is linked: machine offset o of the first 512 chunks is at base + o. */
#define FUTURE_NATIVE_BASE 0xffffffff80000000ull

/*
 * Entry. Long mode, CPL 0, paging on (PAE, LME, NXE, PG, WP off), interrupts off, DF clear, no usable stack, any GDT with
 * CS a 64-bit code segment; IDT limit 0. CR3: tables of the module's, below 4 GiB, that map
 *   0 … 2 MiB          identity (the real-mode stub), and
 *   FUTURE_NATIVE_BASE + o   for the first min(chunks, 512) chunks, writable and executable.
 * rdi: the core's number; rsi: FUTURE_NATIVE_BASE + FUTURE_NATIVE_BOOT. The module starts core n + 1 once core n has
 * reached FUTURE_STAGE_TABLES; the low page and these tables are gone after the last has reached it.
 */

/* How far a core has come, for the person who reads why a boot failed. Stored by the kernel, increasing. */
enum future_native_stage {
	FUTURE_STAGE_NONE = 0,      /* not started, or it never reached the entry */
	FUTURE_STAGE_STUB = 1,      /* the real-mode stub runs (stored by the module's stub) */
	FUTURE_STAGE_ENTRY = 2,     /* first instructions of the image */
	FUTURE_STAGE_TABLES = 3,    /* on page tables, GDT, IDT and stack of its own */
	FUTURE_STAGE_INTERRUPTS = 4,/* local APIC and timer are set up */
	FUTURE_STAGE_ONLINE = 5,    /* core_online: waits for work */
};

/*
 * A chunk is zeroed by whoever touches it first: DIRTY → (compare-exchange) ZEROING → READY. The kernel makes it DIRTY again
 * when the arena is taken back. A chunk is mapped, for the program or the proxy, only while it is READY.
 */
enum future_chunk_state { FUTURE_CHUNK_DIRTY = 0, FUTURE_CHUNK_ZEROING = 1, FUTURE_CHUNK_READY = 2 };

/* What a core is doing, as far as the module's choice of a core to interrupt goes. */
enum future_native_core_state {
	FUTURE_CORE_DOWN = 0,
	FUTURE_CORE_IDLE = 1,    /* has no process: the one to interrupt for control messages */
	FUTURE_CORE_RUNNING = 2, /* belongs to a process */
};

struct future_native_core {
	/* module, before the core is started */
	uint32_t apic_id;
	uint32_t reserved;
	/* kernel */
	uint32_t stage; /* enum future_native_stage */
	uint32_t state; /* enum future_native_core_state */
	/*
	 * The doorbell. Who rings: exchanges `rung` to 1, then sends FUTURE_VECTOR_WAKE if `asleep` is 1. Who sleeps, with
	 * interrupts off: exchanges `asleep` to 1, looks at `rung` (and at whatever else may have come), and only then
	 * `sti; hlt`. The interrupt is a hint and may come late, twice or for nothing.
	 */
	uint32_t asleep; /* kernel */
	uint32_t rung;   /* both */
	uint32_t unused[10];
} WIRE_ALIGNED(64);
WIRE_ASSERT(sizeof(struct future_native_core) == 64);

/*
 * Linux's doorbell of a process. FUTURE_SYS_RING: the kernel exchanges `rung` to 1, sets the slot's bit in
 * boot.rung_slots, and sends Linux's interrupt only if an exchange of `armed` to 0 finds 1. The module arms it when
 * somebody is about to wait, and looks at `rung` after that. So a program that rings without end costs Linux at most one
 * interrupt for each time its own proxy goes to sleep.
 */
struct future_native_doorbell {
	uint32_t armed;
	uint32_t rung;
	uint32_t reserved[14];
} WIRE_ALIGNED(64);
WIRE_ASSERT(sizeof(struct future_native_doorbell) == 64);

/* Written by the kernel before it answers a create; constant until the exit confirmation is answered. */
struct future_native_process {
	uint64_t arena_offset;    /* machine offsets … */
	uint64_t arena_bytes;
	uint64_t channel_offset;
	uint64_t channel_bytes;   /* whole pages; no other process's bytes lie in them */
	uint64_t arena_address;   /* … and program addresses */
	uint64_t channel_address;
	uint64_t entry_table;
	uint64_t time_page;
	uint32_t ring_lines;
	uint32_t used;            /* 1: the slot has a process; written last, cleared first */
	uint64_t reserved[7];
} WIRE_ALIGNED(64);
WIRE_ASSERT(sizeof(struct future_native_process) == 128);

/* Interrupt vectors of Future's cores. Any other is acknowledged and ignored. */
enum {
	FUTURE_VECTOR_WAKE = 0xf0,  /* look at your doorbell, at control_rung and echo_core, and whether you are to stop */
	FUTURE_VECTOR_TIMER = 0xf1,
};

/* The kernel's last words. */
struct future_native_panic {
	uint32_t done;  /* 1: text is complete; the machine is dead, its cores have halted */
	uint32_t core;
	uint32_t bytes;
	uint32_t reserved;
	char text[FUTURE_NATIVE_TEXT_BYTES]; /* lines ending in '\n', registers included */
} WIRE_ALIGNED(64);

/* Every log line, '\n' behind each; byte n is at text[n % size]. Read by the module when a boot fails. */
struct future_native_console {
	uint64_t written;
	char text[FUTURE_NATIVE_CONSOLE_BYTES];
} WIRE_ALIGNED(64);

struct future_native_boot {
	/* ---- module, before the first core starts ---- */
	uint32_t magic;
	uint32_t version;
	uint32_t cores;
	uint32_t chunks;
	uint64_t tsc_khz;
	uint64_t apic_base;       /* physical, for cores in xAPIC mode */
	uint64_t reserved[4];

	/* ---- Future → Linux ---- */
	/* Linux's interrupt: vector | physical APIC id << 32, replaced by one store when its affinity moves. 0: none yet. */
	struct wire_word_line linux_irq;
	struct wire_word_line rung_slots;          /* bit s: slot s rang; the module exchanges it to 0 */
	struct wire_word32_line control_to_linux;  /* 1: channel 0 has messages for Linux; the module exchanges it to 0 */

	/* ---- Linux → Future ---- */
	/*
	 * 1: channel 0 has messages for the kernel. The module sends, exchanges this to 1, and interrupts one core, an idle
	 * one if there is any; whichever core sees it exchanges it to 0 and runs control_interrupt().
	 */
	struct wire_word32_line control_rung;

	/*
	 * Interrupts both ways without any other business, for the bench. The module stores a core's number + 1 and interrupts
	 * that core; the core that finds its own number there exchanges it to 0, stores 1 in `echoed` and interrupts Linux.
	 */
	struct wire_word32_line echo_core;
	struct wire_word32_line echoed;

	struct future_native_panic panic;
	struct future_native_console console;
	struct future_native_core core[WIRE_MAX_CORES];
	struct future_native_doorbell doorbell[FUTURE_NATIVE_PROCESSES];
	struct future_native_process process[FUTURE_NATIVE_PROCESSES];
};
WIRE_ASSERT(sizeof(struct future_native_boot) <= FUTURE_NATIVE_TIME - FUTURE_NATIVE_BOOT);
WIRE_ASSERT(WIRE_RINGS_OFFSET + 2 * FUTURE_NATIVE_CONTROL_LINES * WIRE_LINE_BYTES <=
	    FUTURE_NATIVE_IMAGE - FUTURE_NATIVE_CONTROL);

#endif
