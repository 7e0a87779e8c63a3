/* SPDX-License-Identifier: MIT */
/* The reply ring: the proxy sends, two cores receive one at a time under the poller lock, sleep, and are woken singly. */

/*
 * Names are those of idl/wire/ring.h and sleep.h. A core may at any time after a poll go and compute for ever: it never
 * looks at the ring again, as a thread may that nobody preempts. Checked: no torn, lost, repeated or reordered reply,
 * one consumer at a time; and when nobody can move any more (timeout), no core sleeps while a reply is pending.
 */
#define CPUS 3                  /* cores 0 and 1 consume, CPU 2 is the proxy */
#define LINES 4
#define WORD0(line) (((line) % LINES) * 2)
#define WORD1(line) (((line) % LINES) * 2 + 1)
#define HEAD 8                  /* wire_receiver.head, which wire_pending reads without the lock */
#define POLLER 9
#define SLEEPERS 10
#define WORDS 11
#include "tso.pml"

#define PROXY 2
#ifndef REPLIES
#define REPLIES 4
#endif

bool core_bell[2], asleep[2];
byte received, inside, computing;

/* wire_pending */
inline look()
{
	load(cpu, HEAD, head);
	load(cpu, WORD0(head), word0)
}

/* Polls until the ring is empty or another core polls. */
inline poll()
{
	do
	:: load(cpu, POLLER, old);                              /* wire_poll_begin */
		if
		:: old == 0 ->
#ifdef NO_POLLER_LOCK
			exchange(cpu, POLLER, 1, word0)
#else
			exchange(cpu, POLLER, 1, old)
#endif
		:: else
		fi;
		if
		:: old != 0 -> break
		:: else
		fi;
		inside++;
		assert(inside == 1);
		do
		:: load(cpu, HEAD, head);                       /* wire_receive */
			load(cpu, WORD0(head), word0);
			if
			:: word0 != 0 ->
				load(cpu, WORD1(head), word);
				assert(word == (word0 | 128));  /* torn */
				assert(word0 == received + 1);
				received++;
				store(cpu, WORD0(head), 0);
				store(cpu, HEAD, head + 1)
			:: else -> break
			fi
		od;
		inside--;
#ifdef POLL_END_UNFENCED
		store(cpu, POLLER, 0);                          /* wire_poll_end */
#else
		exchange(cpu, POLLER, 0, old);
#endif
#ifdef NO_LOOK_AFTER_POLL_END
		break
#else
		look();
		if
		:: word0 == 0 -> break
		:: else
		fi
#endif
	od
}

proctype core(byte cpu)
{
	byte scan, head, word0, word, old;
	bool was;

	do
	:: poll();
		if
		:: true -> computing++; break                        /* for ever */
		:: true
		fi;
		set_bit(cpu, SLEEPERS, 1 << cpu);               /* wire_declare_sleeper */
#ifndef NO_SECOND_LOOK
		look();
		if
		:: word0 != 0 -> poll()
		:: else
		fi;
#endif
		asleep[cpu] = true;
end_asleep:	atomic { core_bell[cpu] -> core_bell[cpu] = false; asleep[cpu] = false };
		clear_bit(cpu, SLEEPERS, 1 << cpu, was)         /* wire_withdraw_sleeper */
	od
}

proctype proxy()
{
	byte scan, k, old, bits;
	bool was;

	do
	:: k < REPLIES ->
		store(PROXY, WORD1(k), (k + 1) | 128);
#ifdef FENCE_REMOVED
		store(PROXY, WORD0(k), k + 1);
#else
		exchange(PROXY, WORD0(k), k + 1, old);          /* wire_send: publish */
#endif
		load(PROXY, SLEEPERS, bits);                    /* wire_core_to_ring */
		if
		:: bits != 0 ->
			load(PROXY, POLLER, old);
			if
			:: old == 0 ->
				do                              /* wire_claim_sleeper */
				:: load(PROXY, SLEEPERS, bits);
					if
					:: bits == 0 -> break
					:: bits & 1 -> clear_bit(PROXY, SLEEPERS, 1, was); bits = 0
					:: bits == 2 -> clear_bit(PROXY, SLEEPERS, 2, was); bits = 1
					fi;
					if
					:: was -> ring(PROXY, core_bell[bits]); break
					:: else
					fi
				od
			:: else
			fi
		:: else
		fi;
		k++
	:: else -> break
	od
}

init
{
	atomic {
		run core(0);
		run core(1);
		run proxy()
	}
	timeout -> assert(received == REPLIES || (!asleep[0] && !asleep[1]))
}

#ifdef LIVENESS
ltl served { <> (received == REPLIES || computing == 2) }
#endif
