/* SPDX-License-Identifier: MIT */
/* The IDL's words: empty for a normal compiler, one `annotate` string each for gen. docs/idl-guide.md explains them. */
#ifndef FUTURE_IDL_ANNOTATIONS_H
#define FUTURE_IDL_ANNOTATIONS_H

/*
 * Every word stringifies its own arguments directly, so that names stay names (O_CREAT, not 0100). Words that take
 * arguments are written with parentheses even when empty: out_(). The others without: fd_.
 */
#ifdef __FUTURE_IDL__
#define FUTURE_IDL_WORD(text) __attribute__((annotate(text)))
#else
#define FUTURE_IDL_WORD(text)
#endif

/* At file scope: what this interface is called and numbered; named sets of constants. */
#define interface_(name, ...) extern const char future_interface_##name FUTURE_IDL_WORD("interface " #name ", " #__VA_ARGS__)
#define constants_(name, ...) extern const char future_constants_##name FUTURE_IDL_WORD("constants " #name ", " #__VA_ARGS__)

/* Behind a call. */
#define call_(...) FUTURE_IDL_WORD("call " #__VA_ARGS__)             /* its number: explicit and eternal */
#define case_of_(...) FUTURE_IDL_WORD("case_of " #__VA_ARGS__)       /* one use of a variadic function */
#define since_(...) FUTURE_IDL_WORD("since " #__VA_ARGS__)           /* the release that brought it */
#define removed_(...) FUTURE_IDL_WORD("removed " #__VA_ARGS__)       /* its number is never used again */
#define syscall_(...) FUTURE_IDL_WORD("syscall " #__VA_ARGS__)       /* Linux's name where it differs */
#define blocks_on_(...) FUTURE_IDL_WORD("blocks_on " #__VA_ARGS__)   /* may block until this descriptor is ready: in, out */
#define result_(...) FUTURE_IDL_WORD("result " #__VA_ARGS__)         /* errno, status, pointer, truth, errno_returned, raw */
#define needs_(...) FUTURE_IDL_WORD("needs " #__VA_ARGS__)           /* system calls that a handler makes */
#define deprecated_(...) FUTURE_IDL_WORD("deprecated " #__VA_ARGS__) /* what to use instead */
#define handled_ FUTURE_IDL_WORD("handled")                          /* a Handler method although Linux has the call */
#define local_ FUTURE_IDL_WORD("local")                              /* answered on Future's side: a prototype only */
#define internal_ FUTURE_IDL_WORD("internal")                        /* no stub and no handler: the message alone */
#define oneway_ FUTURE_IDL_WORD("oneway")                            /* no reply */
#define may_block_ FUTURE_IDL_WORD("may_block")                      /* may block, on nothing that epoll could watch */
#define cancellation_point_ FUTURE_IDL_WORD("cancellation_point")    /* one of pthread_cancel's although it may not block */
#define idempotent_ FUTURE_IDL_WORD("idempotent")
#define restart_ FUTURE_IDL_WORD("restart")
#define affine_ FUTURE_IDL_WORD("affine")
#define serial_ FUTURE_IDL_WORD("serial")

/* Behind a parameter. */
#define in_(...) FUTURE_IDL_WORD("in " #__VA_ARGS__)                 /* bytes=, count=; nothing: one object */
#define out_(...) FUTURE_IDL_WORD("out " #__VA_ARGS__)
#define inout_(...) FUTURE_IDL_WORD("inout " #__VA_ARGS__)
#define iovec_(...) FUTURE_IDL_WORD("iovec " #__VA_ARGS__)           /* count parameter, in or out */
#define string_(...) FUTURE_IDL_WORD("string " #__VA_ARGS__)         /* NUL-terminated, size with the NUL at most this */
#define inline_(...) FUTURE_IDL_WORD("inline " #__VA_ARGS__)         /* travels in the message: maximum[, bytes parameter] */
#define range_(...) FUTURE_IDL_WORD("range " #__VA_ARGS__)           /* least, most */
#define flags_(...) FUTURE_IDL_WORD("flags " #__VA_ARGS__)           /* bits of this set; unknown=pass */
#define one_of_(...) FUTURE_IDL_WORD("one_of " #__VA_ARGS__)         /* one value of this set */
#define fd_or_(...) FUTURE_IDL_WORD("fd_or " #__VA_ARGS__)           /* a descriptor or this constant */
#define when_(...) FUTURE_IDL_WORD("when " #__VA_ARGS__)             /* a variadic argument that is there only then */
#define reply_ FUTURE_IDL_WORD("reply")                              /* an out scalar that travels in the reply */
#define redact_ FUTURE_IDL_WORD("redact")                            /* never shown by trace */

/* Behind either: a descriptor of the program (behind a call: its result is one). */
#define fd_ FUTURE_IDL_WORD("fd")

#endif
