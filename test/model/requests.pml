/* SPDX-License-Identifier: MIT */
/* The request ring: two cores send, one leader receives; sleep, wake, room, wrap-around, messages of one and two lines. */

/*
 * Names are those of idl/wire/ring.h and sleep.h. Checked: no assertion on a torn, lost, repeated or reordered message
 * fails, and when nobody can move any more (timeout), every message was received: nobody sleeps on one, or on room.
 * Broken variants, each selected by a macro, must fail; see CMakeLists.txt.
 */
#define CPUS 3                  /* cores 0 and 1 produce, CPU 2 is the leader */
#define LINES 4
#define WORD0(line) (((line) % LINES) * 2)
#define WORD1(line) (((line) % LINES) * 2 + 1)
#define TAIL 8
#define HEAD 9
#define ROOM 10
#define SLEEP 11
#define SLEEPERS 12
#define WORDS 13
#include "tso.pml"

#define LEADER 2
#define MESSAGES 2              /* of each core */
#define STALE 1                 /* mask / 4, rounded up so that the head is really published late */

/*
 * How long message k of core c is. At first 1, 2 and 2, 1: sums are odd, so messages wrap around inside. With LONG
 * 2, 2 and 2, 1: the first two fill the ring, so both cores wait for room at once.
 */
#ifdef LONG
#define LINES_OF(c, k) (((c) & (k)) == 1 -> 1 : 2)
#else
#define LINES_OF(c, k) ((((c) + (k)) % 2) + 1)
#endif

/* Word 0 of message k of core c, `lines` long; every other word of it has bit 7 too. */
#define FIRST(c, k, lines) (((c) + 1) * 16 + (k) * 4 + (lines))
#define LENGTH(word0) ((word0) & 3)
#define NUMBER(word0) (((word0) >> 2) & 3)
#define SENDER(word0) ((((word0) >> 4) & 7) - 1)
#define OTHER(word0) ((word0) | 128)

bool linux_bell, core_bell[2];
byte received[2];

/* wire_has_room: the difference is signed, so an old tail behind the head means "try again". */
inline has_room()
{
	load(cpu, HEAD, head);
#ifdef UNSIGNED_ROOM
	room = (tail + length >= head && tail + length - head <= LINES)
#else
	room = (tail + length <= head + LINES)
#endif
}

proctype core(byte cpu)
{
	byte scan, k, length, tail, head, word0, old;
	bool room, done, was;

	k = 0;
	do
	:: k < MESSAGES ->
		length = LINES_OF(cpu, k);
		word0 = FIRST(cpu, k, length);
		done = false;
		do
		:: !done ->                                     /* wire_send: reserve */
			load(cpu, TAIL, tail);
			has_room();
			if
			:: room ->
				compare_exchange(cpu, TAIL, tail, tail + length, done)
			:: else ->
#ifndef WISH_BEFORE_DECLARE
				set_bit(cpu, SLEEPERS, 1 << cpu);       /* wire_declare_sleeper */
#endif
				exchange(cpu, ROOM, 1, old);            /* wire_want_room */
#ifdef ROOM_NO_SECOND_LOOK
				room = false;
#else
				load(cpu, TAIL, tail);
				has_room();
#endif
#ifdef WISH_BEFORE_DECLARE
				if
				:: !room -> set_bit(cpu, SLEEPERS, 1 << cpu)
				:: else
				fi;
#endif
				if
				:: !room ->
end_asleep:				atomic { core_bell[cpu] -> core_bell[cpu] = false }
				:: else
				fi;
				clear_bit(cpu, SLEEPERS, 1 << cpu, was) /* wire_withdraw_sleeper */
			fi
		:: else -> break
		od;
#ifdef PUBLISH_BEFORE_COPY
		exchange(cpu, WORD0(tail), word0, old);
#endif
		store(cpu, WORD1(tail), OTHER(word0));          /* wire_send: copy */
		if
		:: length == 2 ->
			store(cpu, WORD0(tail + 1), OTHER(word0));
			store(cpu, WORD1(tail + 1), OTHER(word0))
		:: else
		fi;
#ifdef PUBLISH_BEFORE_COPY
		skip;
#else
#ifdef FENCE_REMOVED
		store(cpu, WORD0(tail), word0);
#else
		exchange(cpu, WORD0(tail), word0, old);         /* wire_send: publish */
#endif
#endif
		load(cpu, SLEEP, old);                          /* wire_must_ring_linux */
		if
		:: old == 1 ->
			exchange(cpu, SLEEP, 0, old);
			if
			:: old == 1 -> ring(cpu, linux_bell)
			:: else
			fi
		:: else
		fi;
		k++
	:: else -> break
	od
}

/* wire_publish_head, and ringing those who wished for room. */
inline publish_head()
{
#ifdef ROOM_FENCE_REMOVED
	store(LEADER, HEAD, head);
#else
	exchange(LEADER, HEAD, head, old);
#endif
	published = head;
	load(LEADER, ROOM, old);
	if
	:: old == 1 ->
		exchange(LEADER, ROOM, 0, old);
		if
		:: old == 1 ->
#ifdef ROOM_RINGS_ONE
			load(LEADER, SLEEPERS, old);            /* wire_claim_sleeper */
			if
			:: old & 1 -> clear_bit(LEADER, SLEEPERS, 1, was); old = 1
			:: (old & 3) == 2 -> clear_bit(LEADER, SLEEPERS, 2, was); old = 2
			:: else
			fi;
#else
			exchange(LEADER, SLEEPERS, 0, old);     /* wire_claim_sleepers */
#endif
			if
			:: old & 1 -> ring(LEADER, core_bell[0])
			:: else
			fi;
			if
			:: old & 2 -> ring(LEADER, core_bell[1])
			:: else
			fi
		:: else
		fi
	:: else
	fi
}

proctype leader()
{
	byte scan, head, published, word0, word, old;
	bool was;

	do
	:: load(LEADER, WORD0(head), word0);                    /* wire_receive */
		if
		:: word0 != 0 ->
			assert(word0 < 128);                    /* else it is the middle of a message */
			load(LEADER, WORD1(head), word);
			assert(word == OTHER(word0));           /* torn */
			if
			:: LENGTH(word0) == 2 ->
				load(LEADER, WORD0(head + 1), word);
				assert(word == OTHER(word0));
				load(LEADER, WORD1(head + 1), word);
				assert(word == OTHER(word0))
			:: else
			fi;
			assert(NUMBER(word0) == received[SENDER(word0)]);
			received[SENDER(word0)]++;
			word = head;
			head = head + LENGTH(word0);
#ifdef HEAD_BEFORE_CLEAR
			publish_head();
#endif
			store(LEADER, WORD0(word), 0);
			if
			:: LENGTH(word0) == 2 -> store(LEADER, WORD0(word + 1), 0)
			:: else
			fi;
#ifdef HEAD_NEVER_STALE
			skip
#else
			if
			:: head - published > STALE -> publish_head() /* wire_head_is_stale */
			:: else
			fi
#endif
		:: else ->
			exchange(LEADER, SLEEP, 1, old);        /* wire_leave_requests */
#ifdef NO_SECOND_LOOK
			word0 = 0;
#else
			load(LEADER, WORD0(head), word0);
#endif
			if
			:: word0 == 0 ->
end_asleep:			atomic { linux_bell -> linux_bell = false }
			:: else
			fi;
			exchange(LEADER, SLEEP, 0, old)         /* wire_attend_requests */
		fi
	od
}

init
{
	atomic {
		memory[SLEEP] = 1; /* wire_channel_init */
		run core(0);
		run core(1);
		run leader()
	}
	timeout -> assert(received[0] == MESSAGES && received[1] == MESSAGES)
}

#ifdef LIVENESS
ltl served { <> (received[0] == MESSAGES && received[1] == MESSAGES) }
#endif
