/* SPDX-License-Identifier: MIT */
/* Channel 0: messages between a machine's device and its kernel. No program and no proxy sends them. */
#include <stdint.h>

#include <future/idl.h>

interface_(control, 0);

enum control_exit_kind {
	CONTROL_EXITED = 1,    /* value is the exit status */
	CONTROL_SIGNALLED = 2, /* an exception ended it; value is the signal */
	CONTROL_KILLED = 3,    /* kill asked for it; value is the signal */
};
constants_(exit_kinds, CONTROL_EXITED, CONTROL_SIGNALLED, CONTROL_KILLED);

enum control_log_level {
	CONTROL_LOG_ERROR = 0,
	CONTROL_LOG_WARNING = 1,
	CONTROL_LOG_INFO = 2,
};
constants_(log_levels, CONTROL_LOG_ERROR, CONTROL_LOG_WARNING, CONTROL_LOG_INFO);

enum { CONTROL_LOG_BYTES = 480 };

/// The kernel is up. If this does not come in time, Linux gives the machine up.
void control_boot_complete(uint32_t abi_version, uint32_t cores, uint64_t memory_bytes) call_(0) oneway_ internal_;

/// Makes a process: cores, an arena and a channel. Its result is the pid.
/// @retval EBUSY  fewer cores are free
/// @retval ENOMEM no extent of this size is free
int control_create(uint32_t pid, uint32_t cores, uint64_t memory_bytes, uint32_t max_threads, uint32_t flags,
		   uint32_t linux_pid, uint64_t *arena_address out_() reply_, uint64_t *arena_offset out_() reply_,
		   uint64_t *core_mask out_() reply_) call_(1) internal_;

/// Starts a created process on its first core.
/// @retval ESRCH  no such process
/// @retval EINVAL an address is outside the arena
int control_run(uint32_t pid, uint64_t entry, uint64_t start_block, uint64_t stack_top, uint64_t reserved_bytes)
	call_(2) internal_ result_(status);

/// A process has ended and all its cores have stopped; its memory stays until exit_confirm.
void control_exit_notice(uint32_t pid, uint32_t kind one_of_(exit_kinds), int32_t value) call_(3) oneway_ internal_;

/// No call of the process is in flight any more: cores, arena and channel are free.
/// @retval ESRCH  no such process
int control_exit_confirm(uint32_t pid) call_(4) internal_ result_(status);

/// Ends a process; its exit notice will report the signal.
/// @retval ESRCH  no such process
int control_kill(uint32_t pid, uint32_t signal range_(1, 64)) call_(5) internal_ result_(status);

/// A program raised an exception; its exit notice follows.
void control_exception(uint32_t pid, uint32_t core, uint32_t ltn, uint32_t signal, int32_t code, uint64_t address,
		       uint64_t rip, uint64_t rsp, uint64_t rbp, uint64_t rflags, uint64_t rax, uint64_t rbx,
		       uint64_t rcx, uint64_t rdx, uint64_t rsi, uint64_t rdi, uint64_t r8, uint64_t r9, uint64_t r10,
		       uint64_t r11, uint64_t r12, uint64_t r13, uint64_t r14, uint64_t r15) call_(6) oneway_ internal_;

/// Where another core of a program was, in its own code, when the program went wrong; follows what ended it, before its
/// exit notice. Not every such core is told of: a machine may not know, and these give way when the channel is full.
void control_core_stopped(uint32_t pid, uint32_t core, uint64_t rip, uint64_t rsp, uint64_t rbp, uint64_t rbx, uint64_t r12,
			  uint64_t r13, uint64_t r14, uint64_t r15) call_(8) oneway_ internal_;

/// One line of the kernel's log; pid: the process that wrote it, to which it is delivered too, or 0.
void control_log(uint32_t level one_of_(log_levels), const char *text inline_(CONTROL_LOG_BYTES), uint32_t pid)
	call_(7) oneway_ internal_;
