/* SPDX-License-Identifier: MIT */
/* The ELF notes by which a program file says what it is and which delegated calls it links (design.md, "idl/ and gen/"). */
#ifndef FUTURE_WIRE_NOTE_H
#define FUTURE_WIRE_NOTE_H

#include "types.h"

/*
 * Notes have the owner name "Future" and lie in sections named .note.future (program) and .note.future.call.<name>
 * (one for each linked call; the stub keeps it alive by an R_X86_64_NONE relocation, so --gc-sections drops the notes
 * of calls that are not linked). The loader reads them by section header; it trusts none of their sizes.
 */
#define FUTURE_NOTE_OWNER "Future"
enum {
	FUTURE_NOTE_PROGRAM = 1,
	FUTURE_NOTE_CALL = 2,
	FUTURE_ABI_VERSION = 1, /* start block, entry table, wire: raised when an old program can no longer run */
	FUTURE_NOTE_NAME_BYTES = 32,
};

struct future_program_note {
	uint32_t abi_version;
	uint32_t reserved;
};

struct future_call_note {
	uint64_t interface_id;
	uint16_t message_type;
	uint16_t data_words;     /* of the request struct this program writes */
	uint32_t reserved;
	uint64_t layout;         /* FNV-1a of the request fields up to data_words, as the lock records it */
	char name[FUTURE_NOTE_NAME_BYTES]; /* "file.read", NUL-padded */
};
WIRE_ASSERT(sizeof(struct future_call_note) == 56);

#endif
