// SPDX-License-Identifier: GPL-2.0
/* The time page: Linux's clocks as a line over the TSC, bent each second so that it meets them and never steps back. */
#include <linux/math64.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "future.h"
#include "../../futurek/abi/time_page.h"

struct sample {
	u64 tsc;
	s64 monotonic;
	s64 realtime;
};

static struct future_time_page *page;
static struct sample last;

static struct sample take_sample(void)
{
	struct sample sample;
	unsigned long flags;

	local_irq_save(flags);
	sample.tsc = rdtsc_ordered();
	sample.monotonic = ktime_get_ns();
	local_irq_restore(flags);
	sample.realtime = sample.monotonic + ktime_to_ns(ktime_mono_to_real(0));
	return sample;
}

/* Readers try again while the sequence is odd, or has changed. */
static void publish(u64 tsc, u64 multiplier, s64 monotonic, s64 realtime)
{
	u64 sequence = page->sequence;

	preempt_disable(); /* readers spin meanwhile */
	WRITE_ONCE(page->sequence, sequence + 1);
	smp_wmb(); /* odd before anything changes; pairs with the load-acquire in future_clock_read */
	WRITE_ONCE(page->tsc_base, tsc);
	WRITE_ONCE(page->multiplier, multiplier);
	WRITE_ONCE(page->monotonic_ns, monotonic);
	WRITE_ONCE(page->realtime_ns, realtime);
	wire_store(&page->sequence, sequence + 2);
	preempt_enable();
}

/* As futurek/arch/hosted/clock.cc: the new line starts where the old one is now, at most a tenth slower or faster. */
static void refresh(void)
{
	struct sample now = take_sample();
	u64 ticks = now.tsc - last.tsc;
	u64 rate, shown;
	s64 error;

	if (!ticks || now.monotonic <= last.monotonic)
		return;
	rate = mul_u64_u64_div_u64(now.monotonic - last.monotonic, 1ull << 32, ticks);
	shown = page->monotonic_ns + mul_u64_u64_shr(now.tsc - page->tsc_base, page->multiplier, 32);
	last = now;
	error = now.monotonic - (s64)shown;
	if (error > NSEC_PER_MSEC) {
		publish(now.tsc, rate, now.monotonic, now.realtime);
		return;
	}
	error = max_t(s64, error, -NSEC_PER_SEC / 10);
	publish(now.tsc, rate + div64_s64((s64)(rate >> 8) * error, NSEC_PER_SEC >> 8), shown,
		now.realtime - now.monotonic + shown);
}

static void tick(struct work_struct *work)
{
	struct future_machine *machine = container_of(to_delayed_work(work), struct future_machine, tick);

	refresh();
	future_look(machine);
	schedule_delayed_work(&machine->tick, HZ);
}

/* Before the first core starts. */
void future_time_start(struct future_machine *machine)
{
	page = future_memory_at(machine->memory, FUTURE_NATIVE_TIME);
	last = take_sample();
	publish(last.tsc, div64_u64(1000000ull << 32, tsc_khz), last.monotonic, last.realtime);
	INIT_DELAYED_WORK(&machine->tick, tick);
	schedule_delayed_work(&machine->tick, HZ);
}

void future_time_stop(struct future_machine *machine)
{
	cancel_delayed_work_sync(&machine->tick);
}
