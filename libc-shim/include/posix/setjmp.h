/* SPDX-License-Identifier: MIT
 * <setjmp.h> with what newlib has for other systems only: POSIX's jumps, which may keep the signal mask. */
#ifndef FUTURE_SETJMP_H
#define FUTURE_SETJMP_H

#include_next <setjmp.h>
#include <sys/cdefs.h>

#if __POSIX_VISIBLE || __XSI_VISIBLE || __BSD_VISIBLE
#include <sys/_sigset.h>

__BEGIN_DECLS

typedef struct {
	jmp_buf __place;
	int __has_mask;
	__sigset_t __mask;
} sigjmp_buf[1];

void __sigjmp_save(sigjmp_buf env, int mask_too);
void siglongjmp(sigjmp_buf env, int value) __attribute__((__noreturn__));

/* setjmp returns a second time to where it stands, so it stands in the caller. */
#define sigsetjmp(env, mask_too) (__sigjmp_save(env, mask_too), setjmp((env)->__place))
#define siglongjmp(env, value) siglongjmp(env, value)
#define _setjmp(env) setjmp(env)
#define _longjmp(env, value) longjmp(env, value)

__END_DECLS
#endif

#endif
