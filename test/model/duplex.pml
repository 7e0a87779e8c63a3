/* SPDX-License-Identifier: MIT */
/* Both rings full at once: a core sends more calls than the rings hold, the proxy answers; nobody waits for the other. */

/*
 * Names are those of idl/wire/ring.h and sleep.h. One core starts CALLS calls, each of another thread, before it looks
 * at a reply: while it waits for room it does not drain replies, unless DRAIN. That is the worst sender there can be,
 * so what holds here rests on the proxy's account alone: a record for each call, hence a place for each reply.
 * REPLY_NOT_ACCOUNTED is a proxy that has one such place and takes no request until that is free.
 */
#define CPUS 2
#define LINES 2
#define STALE 0
#ifndef CALLS
#define CALLS 6
#endif
#define REQUEST(line) ((line) % LINES)
#define REPLY(line) (LINES + (line) % LINES)
#define REQUEST_HEAD 4
#define REQUEST_ROOM 5
#define REQUEST_SLEEP 6
#define REPLY_HEAD 7
#define REPLY_ROOM 8
#define SLEEPERS 9
#define POLLER 10
#define WORDS 11
#include "tso.pml"

#define CORE 0
#define PROXY 1

bool linux_bell, core_bell;
byte sent, answered;

/* Receives one reply. `word` tells whether there was one. */
inline receive_reply()
{
	load(CORE, REPLY(reply_head), word);
	if
	:: word != 0 ->
		assert(word == answered + 1);
		answered++;
		store(CORE, REPLY(reply_head), 0);
		reply_head++;
		if
		:: reply_head - reply_published > STALE ->
			exchange(CORE, REPLY_HEAD, reply_head, old);    /* wire_publish_head */
			reply_published = reply_head;
			load(CORE, REPLY_ROOM, old);
			if
			:: old == 1 ->
				exchange(CORE, REPLY_ROOM, 0, old);
				if
				:: old == 1 -> ring(CORE, linux_bell)
				:: else
				fi
			:: else
			fi
		:: else
		fi
	:: else
	fi
}

inline poll()
{
	exchange(CORE, POLLER, 1, old);
	do
	:: receive_reply();
		if
		:: word == 0 -> break
		:: else
		fi
	od;
	exchange(CORE, POLLER, 0, old)
}

proctype core()
{
	byte scan, word, old, head, reply_head, reply_published;
	bool room, was;

	do
	:: sent < CALLS ->
		load(CORE, REQUEST_HEAD, head);                         /* wire_send */
		if
		:: sent + 1 - head <= LINES ->
			exchange(CORE, REQUEST(sent), sent + 1, old);
			sent++;
			load(CORE, REQUEST_SLEEP, old);                 /* wire_must_ring_linux */
			if
			:: old == 1 ->
				exchange(CORE, REQUEST_SLEEP, 0, old);
				if
				:: old == 1 -> ring(CORE, linux_bell)
				:: else
				fi
			:: else
			fi
		:: else ->
#ifdef DRAIN
			poll();
#endif
			set_bit(CORE, SLEEPERS, 1);                     /* wire_declare_sleeper */
			exchange(CORE, REQUEST_ROOM, 1, old);           /* wire_want_room */
			load(CORE, REQUEST_HEAD, head);
			word = 0;
#ifdef DRAIN
			load(CORE, REPLY(reply_head), word);            /* wire_pending */
#endif
			if
			:: sent + 1 - head > LINES && word == 0 ->
end_room:			atomic { core_bell -> core_bell = false }
			:: else
			fi;
			clear_bit(CORE, SLEEPERS, 1, was)
		fi
	:: else ->
		poll();
		set_bit(CORE, SLEEPERS, 1);
		load(CORE, REPLY(reply_head), word);
		if
		:: word == 0 ->
end_idle:		atomic { core_bell -> core_bell = false }
		:: else
		fi;
		clear_bit(CORE, SLEEPERS, 1, was)
	od
}

/* Sends the replies that have room; they wait in records, so `replied` up to `taken` are queued. */
inline flush()
{
	do
	:: replied == taken -> break
	:: else ->
		load(PROXY, REPLY_HEAD, head);
		if
		:: replied + 1 - head <= LINES ->
			exchange(PROXY, REPLY(replied), replied + 1, old);
			replied++;
			load(PROXY, SLEEPERS, old);                     /* wire_core_to_ring */
			if
			:: old != 0 ->
				load(PROXY, POLLER, old);
				if
				:: old == 0 ->
					clear_bit(PROXY, SLEEPERS, 1, was);
					if
					:: was -> ring(PROXY, core_bell)
					:: else
					fi
				:: else
				fi
			:: else
			fi
		:: else ->
			exchange(PROXY, REPLY_ROOM, 1, old);            /* wire_want_room */
#ifdef REPLY_ROOM_NO_SECOND_LOOK
			break
#else
			load(PROXY, REPLY_HEAD, head);
			if
			:: replied + 1 - head > LINES -> break
			:: else
			fi
#endif
		fi
	od
}

/* The doorbell is rung for requests and for room alike: whoever hears it looks at both. */
proctype proxy()
{
	byte scan, word, old, head, taken, published, replied;
	bool was;

	do
	:: flush();
#ifdef REPLY_NOT_ACCOUNTED
		if
		:: replied != taken ->
end_full:		atomic { linux_bell -> linux_bell = false };
			goto again
		:: else
		fi;
#endif
		load(PROXY, REQUEST(taken), word);                      /* wire_receive */
		if
		:: word != 0 ->
			assert(word == taken + 1);
			store(PROXY, REQUEST(taken), 0);
			taken++;
			if
			:: taken - published > STALE ->
				exchange(PROXY, REQUEST_HEAD, taken, old);      /* wire_publish_head */
				published = taken;
				load(PROXY, REQUEST_ROOM, old);
				if
				:: old == 1 ->
					exchange(PROXY, REQUEST_ROOM, 0, old);
					if
					:: old == 1 ->
						clear_bit(PROXY, SLEEPERS, 1, was);
						if
						:: was -> ring(PROXY, core_bell)
						:: else
						fi
					:: else
					fi
				:: else
				fi
			:: else
			fi
		:: else ->
			exchange(PROXY, REQUEST_SLEEP, 1, old);         /* wire_leave_requests */
			load(PROXY, REQUEST(taken), word);
			if
			:: word == 0 ->
end_asleep:			atomic { linux_bell -> linux_bell = false }
			:: else
			fi;
			exchange(PROXY, REQUEST_SLEEP, 0, old)
		fi;
again:		skip
	od
}

init
{
	atomic {
		memory[REQUEST_SLEEP] = 1;
		run core();
		run proxy()
	}
	timeout -> assert(answered == CALLS)
}

#ifdef LIVENESS
ltl served { <> (answered == CALLS) }
#endif
