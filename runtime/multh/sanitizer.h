/* SPDX-License-Identifier: MIT */
/* Tells TSan and ASan of stacks and switches; nothing in an ordinary build. */
#ifndef MULTH_SANITIZER_H
#define MULTH_SANITIZER_H

#include "thread.h"

#if defined(__SANITIZE_THREAD__)
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);

static inline void multh_sanitizer_new(struct multh_thread *thread) { thread->sanitizer_stack = __tsan_create_fiber(0); }
static inline void multh_sanitizer_adopt(struct multh_thread *thread)
{
	thread->sanitizer_stack = __tsan_get_current_fiber();
}
static inline void multh_sanitizer_free(struct multh_thread *thread) { __tsan_destroy_fiber(thread->sanitizer_stack); }
/* Orders what the one thread did before what the other does, as it is on one core. */
static inline void multh_sanitizer_switch(struct multh_thread *next, bool for_ever)
{
	(void)for_ever;
	__tsan_switch_to_fiber(next->sanitizer_stack, 0);
}
static inline void multh_sanitizer_arrived(struct multh_thread *self) { (void)self; }
#elif defined(__SANITIZE_ADDRESS__)
void __sanitizer_start_switch_fiber(void **fake_stack, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack, const void **bottom, size_t *size);
void __asan_unpoison_memory_region(void const volatile *address, size_t size);

static inline void multh_sanitizer_new(struct multh_thread *thread)
{
	thread->sanitizer_stack = 0;
	__asan_unpoison_memory_region(thread->stack_low, thread->stack_bytes);
}
static inline void multh_sanitizer_adopt(struct multh_thread *thread) { thread->sanitizer_stack = 0; }
static inline void multh_sanitizer_free(struct multh_thread *thread) { (void)thread; }
static inline void multh_sanitizer_switch(struct multh_thread *next, bool for_ever)
{
	extern struct multh_thread *multh_port_self(void);

	__sanitizer_start_switch_fiber(for_ever ? 0 : &multh_port_self()->sanitizer_stack, next->stack_low,
				       next->stack_bytes);
}
static inline void multh_sanitizer_arrived(struct multh_thread *self)
{
	__sanitizer_finish_switch_fiber(self->sanitizer_stack, 0, 0);
}
#else
static inline void multh_sanitizer_new(struct multh_thread *thread) { (void)thread; }
static inline void multh_sanitizer_adopt(struct multh_thread *thread) { (void)thread; }
static inline void multh_sanitizer_free(struct multh_thread *thread) { (void)thread; }
static inline void multh_sanitizer_switch(struct multh_thread *next, bool for_ever) { (void)next, (void)for_ever; }
static inline void multh_sanitizer_arrived(struct multh_thread *self) { (void)self; }
#endif

#endif
