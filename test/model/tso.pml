/* SPDX-License-Identifier: MIT */
/* Memory as x86-TSO gives it (Owens, Sarkar, Sewell 2009): a store buffer for each CPU, which locked operations drain. */

/*
 * The including model says CPUS and WORDS. A store waits in its CPU's buffer until memory_bus writes it, at any later
 * time; its own CPU sees it at once, no other does. Every load, store and locked operation is one step. SEQUENTIAL is
 * the memory that programmers wish for, without buffers: it hides a missing fence, which is why this file exists.
 */
#ifndef DEPTH
#define DEPTH 3 /* stores that a CPU can hold back */
#endif

byte memory[WORDS];
byte held[CPUS];                       /* how many stores each buffer holds, oldest first */
byte held_at[CPUS * DEPTH];
byte held_value[CPUS * DEPTH];

inline load(cpu, at, result)
{
	d_step {
		result = memory[at];
		scan = 0;
		do
		:: scan < held[cpu] ->
			if
			:: held_at[cpu * DEPTH + scan] == (at) -> result = held_value[cpu * DEPTH + scan]
			:: else
			fi;
			scan++
		:: else -> break
		od;
		scan = 0
	}
}

inline store(cpu, at, value)
{
#ifdef SEQUENTIAL
	memory[at] = value
#else
	atomic {
		held[cpu] < DEPTH ->
		held_at[cpu * DEPTH + held[cpu]] = at;
		held_value[cpu * DEPTH + held[cpu]] = value;
		held[cpu]++
	}
#endif
}

/* xchg: drains the buffer, then reads and writes in one step. The other locked operations are made the same way. */
inline exchange(cpu, at, value, old)
{
	atomic { held[cpu] == 0 -> old = memory[at]; memory[at] = value }
}

inline compare_exchange(cpu, at, expected, desired, done)
{
	atomic {
		held[cpu] == 0 ->
		done = (memory[at] == expected);
		if
		:: done -> memory[at] = desired
		:: else
		fi
	}
}

/* lock or, with the bits that one core has. */
inline set_bit(cpu, at, mask)
{
	atomic { held[cpu] == 0 -> memory[at] = memory[at] | (mask) }
}

/* lock and; `was` tells whether the bit was set. */
inline clear_bit(cpu, at, mask, was)
{
	atomic { held[cpu] == 0 -> was = (memory[at] & (mask)) != 0; memory[at] = memory[at] & ~(mask) }
}

/* A doorbell is an eventfd or a futex word: remembered until its owner takes it. */
inline ring(cpu, bell)
{
	atomic { held[cpu] == 0 -> bell = true }
}

#define write_oldest(cpu) \
	d_step { \
		held[cpu] > 0 -> \
		memory[held_at[(cpu) * DEPTH]] = held_value[(cpu) * DEPTH]; \
		bus_scan = 1; \
		do \
		:: bus_scan < held[cpu] -> \
			held_at[(cpu) * DEPTH + bus_scan - 1] = held_at[(cpu) * DEPTH + bus_scan]; \
			held_value[(cpu) * DEPTH + bus_scan - 1] = held_value[(cpu) * DEPTH + bus_scan]; \
			bus_scan++ \
		:: else -> break \
		od; \
		held[cpu]--; \
		held_at[(cpu) * DEPTH + held[cpu]] = 0; \
		held_value[(cpu) * DEPTH + held[cpu]] = 0; \
		bus_scan = 0 \
	}

hidden byte bus_scan;

active proctype memory_bus()
{
end:
	do
	:: write_oldest(0)
	:: write_oldest(1)
#if CPUS > 2
	:: write_oldest(2)
#endif
	od
}
