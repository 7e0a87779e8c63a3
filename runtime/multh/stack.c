/* SPDX-License-Identifier: MIT */
/* Slots: stack, reent, TLS and TCB in one piece, carved from slabs, reused for ever, cached on each core. */
#include <errno.h>

#include "sanitizer.h"
#include "scheduler.h"
#include "view.h"

/*
 *  slot_low                                              top of slot, page aligned
 *  | stack, growing down …        | reent | TLS | TCB … canary |
 *
 * Whoever asks for a slot says how much stack he wants; what lies above comes on top of it, however large the program's
 * thread-local data are. What a parked thread needs lies in the top page, unless they are large.
 * A stack that overflows runs into a guard page, or, where there is none, over the canary of the slot below: the thread there
 * finds that at its next switch, and the one that did it when it ends.
 * A slot is never given back to the kernel nor to another use: a late unpark finds a TCB there.
 */
enum { PAGE = 4096, SLAB_BYTES = 1 << 20, LARGE_SLAB_BYTES = 16 << 20, EXPECTED_SLOTS = 64, FIRST_FRAMES = 512 };

static struct {
	uint32_t guard;
	uint32_t next_ltn;
	uint32_t guarded;                         /* guard pages so far */
	uint32_t free_ltns;
	uint32_t *free_ltn;                       /* taken back from cached slots; NULL until that was needed */
	struct multh_slot_list list[MULTH_STACK_CLASSES];
	char *slab_at[MULTH_STACK_CLASSES], *slab_end[MULTH_STACK_CLASSES];
	char *expected_end[MULTH_STACK_CLASSES];  /* the port knows that slots below are about to be used */
	uint32_t carved[MULTH_STACK_CLASSES];
	bool slab_is_fresh[MULTH_STACK_CLASSES];
	size_t tls_below;                         /* from the start of the TLS block to the TCB */
	size_t above;                             /* from a stack's top to its slot's, at most */
} slots;

static size_t tcb_align(void)
{
	return multh.config.tls_align > 64 ? multh.config.tls_align : 64;
}

void multh_stacks_init(void)
{
	const struct multh_config *config = &multh.config;
	size_t align = config->tls_align ? config->tls_align : 1;
	size_t end = (config->tls_address + config->tls_bytes + align - 1) & ~(align - 1);

	__builtin_memset(&slots, 0, sizeof slots);
	slots.tls_below = config->tls_bytes ? end - config->tls_address : 0;
	/*
	 * A slot's top is page aligned and no more: a TCB that wants more may lie as much lower. A stack's top is aligned
	 * to 64 bytes, and below it a new thread's first frame has room even where there is no stack.
	 */
	slots.above = (sizeof(struct multh_thread) + tcb_align() - 1) & ~(tcb_align() - 1);
	slots.above += tcb_align() > PAGE ? tcb_align() - PAGE : 0;
	slots.above += slots.tls_below + config->reent_bytes + 64 + 128;
}

/* Up to 16 pages every size, then four sizes between powers of two. */
static uint32_t class_of(size_t bytes, size_t *rounded)
{
	size_t pages = (bytes + PAGE - 1) / PAGE, step = 1;
	uint32_t class = 0;

	while (pages > 16 * step)
		step *= 2;
	if (step == 1) {
		class = (uint32_t)pages;
	} else {
		step *= 2; /* pages in (4 × step, 8 × step]: quarters */
		pages = (pages + step - 1) / step;
		class = 16 + 4 * ((uint32_t)__builtin_ctzll(step) - 2) + (uint32_t)pages - 4;
		pages *= step;
	}
	*rounded = pages * PAGE;
	return class;
}

/* ---- what lies where in a slot ---- */

static char *tls_start(const struct multh_thread *thread) { return (char *)thread - slots.tls_below; }

static char *reent_of(const struct multh_thread *thread)
{
	return (char *)((uintptr_t)(tls_start(thread) - multh.config.reent_bytes) & ~(uintptr_t)15);
}

char *multh_stack_top(const struct multh_thread *thread)
{
	return (char *)((uintptr_t)reent_of(thread) & ~(uintptr_t)63);
}

void multh_tls_reset(struct multh_thread *thread)
{
	char *tls = tls_start(thread);

	if (!multh.config.tls_bytes)
		return;
	__builtin_memcpy(tls, multh.config.tls_image, multh.config.tls_file_bytes);
	__builtin_memset(tls + multh.config.tls_file_bytes, 0, multh.config.tls_bytes - multh.config.tls_file_bytes);
}

void multh_check_stack_below(const struct multh_thread *thread)
{
	if (!thread->slot_guarded && *(uint64_t *)(thread->slot_low - 8) != multh.canary)
		multh_end(FUTURE_LAST_OVERFLOW, (uintptr_t)thread->slot_low - 8, 6);
}

/* ---- taking and giving ---- */

static struct multh_thread *make_slot(uint32_t class, char *low, size_t bytes, bool guarded)
{
	uintptr_t top = (uintptr_t)low + bytes;
	struct multh_thread *thread = (struct multh_thread *)((top - sizeof *thread) & ~(tcb_align() - 1));

	thread->self = thread;
	thread->ltn = MULTH_NO_LTN;
	thread->slot_class = class;
	thread->slot_low = low;
	thread->slot_guarded = guarded;
	thread->join_state = MULTH_FREE;
	thread->canary = multh.canary;
	*(uint64_t *)(top - 8) = multh.canary; /* the same word, unless TLS asks for more alignment than a TCB */
	return thread;
}

/*
 * A new thread touches the top page of its slot, and a page fault for each is dear. So the port is told in advance of the
 * next slots' top pages, of no more than were carved so far; of a top of several pages, slot by slot.
 */
static void expect(uint32_t class, char *begin, char *end, size_t pitch, uint32_t most)
{
	size_t top = (slots.above + FIRST_FRAMES + PAGE - 1) & ~(size_t)(PAGE - 1);
	size_t count = (size_t)(end - begin) / pitch;

	if (top > PAGE) {
		multh_port_expect(begin + pitch - top, top, PAGE);
		return;
	}
	if (begin < slots.expected_end[class] && begin >= slots.expected_end[class] - EXPECTED_SLOTS * pitch)
		return;
	if (count > most)
		count = most;
	if (count > slots.carved[class])
		count = slots.carved[class];
	if (count > EXPECTED_SLOTS)
		count = EXPECTED_SLOTS;
	if (count > 1) {
		multh_port_expect(begin, count * pitch, pitch);
		slots.expected_end[class] = begin + count * pitch;
	}
}

static bool new_slab(uint32_t class, size_t pitch)
{
	size_t slab = SLAB_BYTES;
	char *low;

	/* Of large ones as many as there are already: few programs have many threads. */
	if (pitch > SLAB_BYTES / 4) {
		size_t count = LARGE_SLAB_BYTES / pitch;

		if (count > slots.carved[class])
			count = slots.carved[class];
		slab = pitch * (count ? count : 1);
	}
	if (!(low = multh_port_map(slab)) && !(low = multh_port_map(slab = pitch)))
		return false;
	slots.slab_at[class] = low;
	slots.slab_end[class] = low + slab;
	slots.slab_is_fresh[class] = true;
	slots.expected_end[class] = 0;
	return true;
}

/* Under slots.guard. */
static struct multh_thread *carve(uint32_t class, size_t bytes, bool with_stack)
{
	bool guarded = false;
	char *low;

	if ((size_t)(slots.slab_end[class] - slots.slab_at[class]) < bytes + PAGE && !new_slab(class, bytes + PAGE))
		return 0;
	low = slots.slab_at[class];
	if (with_stack && slots.guarded < MULTH_GUARDED_SLOTS) {
		guarded = multh_port_protect(low, PAGE);
		slots.guarded = guarded ? slots.guarded + 1 : MULTH_GUARDED_SLOTS;
	}
	/* The first slot of a slab has no lower neighbour that could bear its canary: a page of its own does. */
	if (guarded || slots.slab_is_fresh[class]) {
		low += PAGE;
		if (!guarded)
			*(uint64_t *)(low - 8) = multh.canary;
	}
	slots.slab_is_fresh[class] = false;
	slots.slab_at[class] = low + bytes;
	if (guarded)
		expect(class, low - PAGE, slots.slab_end[class], bytes + PAGE, MULTH_GUARDED_SLOTS - slots.guarded + 1);
	else /* not the last page: carve() wants room for a guard page with every slot */
		expect(class, low, slots.slab_end[class] - PAGE, bytes, EXPECTED_SLOTS);
	slots.carved[class]++;
	return make_slot(class, low, bytes, guarded);
}

static struct multh_thread *pop(struct multh_slot_list *list)
{
	struct multh_thread *thread = list->first;

	if (thread) {
		list->first = thread->next;
		list->count--;
	}
	return thread;
}

static void push(struct multh_slot_list *list, struct multh_thread *thread)
{
	thread->next = list->first;
	list->first = thread;
	list->count++;
}

/* Free slots keep their ltn. When none is left, those of the cached slots are collected. Under slots.guard. */
static void collect_ltns(struct multh_slot_list *lists)
{
	uint32_t class;

	for (class = 0; class < MULTH_STACK_CLASSES; class++) {
		struct multh_thread *thread;

		for (thread = lists[class].first; thread; thread = thread->next)
			if (thread->ltn != MULTH_NO_LTN) {
				slots.free_ltn[slots.free_ltns++] = thread->ltn;
				__atomic_store_n(&multh.threads[thread->ltn], 0, __ATOMIC_RELEASE);
				thread->ltn = MULTH_NO_LTN;
			}
	}
}

static bool bind_ltn(struct multh_thread *thread)
{
	uint32_t i;

	multh_spin_lock(&slots.guard);
	if (slots.next_ltn == multh.config.max_threads && !slots.free_ltns) {
		if (!slots.free_ltn)
			slots.free_ltn = multh_port_map(multh.config.max_threads * sizeof *slots.free_ltn);
		if (slots.free_ltn) {
			collect_ltns(slots.list);
			for (i = 0; i < multh.cores; i++) {
				multh_spin_lock(&multh.core[i].cache_guard);
				collect_ltns(multh.core[i].cache);
				multh_spin_unlock(&multh.core[i].cache_guard);
			}
		}
	}
	if (slots.next_ltn < multh.config.max_threads)
		thread->ltn = slots.next_ltn++;
	else if (slots.free_ltns)
		thread->ltn = slots.free_ltn[--slots.free_ltns];
	if (thread->ltn != MULTH_NO_LTN)
		__atomic_store_n(&multh.threads[thread->ltn], thread, __ATOMIC_RELEASE);
	multh_spin_unlock(&slots.guard);
	if (thread->ltn == MULTH_NO_LTN)
		multh_hit(WIRE_LIMIT_THREADS);
	return thread->ltn != MULTH_NO_LTN;
}

struct multh_thread *multh_slot_take(struct multh_core *core, size_t stack_bytes, bool with_ltn, int *error)
{
	struct multh_thread *thread = 0;
	size_t rounded;
	uint32_t class;

	*error = ENOMEM;
	if (stack_bytes > SIZE_MAX / 4 || (class = class_of(stack_bytes + slots.above, &rounded)) >= MULTH_STACK_CLASSES)
		return 0;
	multh_spin_lock(&core->cache_guard);
	thread = pop(&core->cache[class]);
	multh_spin_unlock(&core->cache_guard);
	if (!thread) {
		multh_spin_lock(&slots.guard);
		if (!(thread = pop(&slots.list[class])))
			thread = carve(class, rounded, stack_bytes > 0);
		multh_spin_unlock(&slots.guard);
	}
	if (!thread)
		return 0;
	if (with_ltn && thread->ltn == MULTH_NO_LTN && !bind_ltn(thread)) {
		multh_slot_give(core, thread);
		*error = EAGAIN;
		return 0;
	}
	thread->stack_low = thread->slot_low;
	thread->stack_bytes = (size_t)(multh_stack_top(thread) - thread->slot_low);
	return thread;
}

void multh_slot_give(struct multh_core *core, struct multh_thread *thread)
{
	uint32_t class = thread->slot_class;

	multh_spin_lock(&core->cache_guard);
	if (core->cache[class].count < MULTH_CACHED_SLOTS) {
		push(&core->cache[class], thread);
		thread = 0;
	}
	multh_spin_unlock(&core->cache_guard);
	if (thread) {
		multh_spin_lock(&slots.guard);
		push(&slots.list[class], thread);
		multh_spin_unlock(&slots.guard);
	}
}
