/* SPDX-License-Identifier: MIT
 * One struct _reent (errno, strtok, ...) per thread, in the room that MULiTh reserves beside the TCB. */
#include <reent.h>
#include <signal.h>
#include <string.h>

#include "future/multh.h"
#include "signal_mask.h"

/* newlib's comes first: it is what MULiTh hands out. */
struct own {
    struct _reent reent;
    sigset_t signal_mask, signals_pending;
};

/* MULiTh's, told what libc needs. */
const size_t multh_reent_size = sizeof(struct own);

struct _reent *__getreent(void)
{
    return multh_self_reent();
}

void multh_thread_init_hook(void *reent)
{
    _REENT_INIT_PTR((struct _reent *)reent);
}

sigset_t *signal_mask(void)
{
    return &((struct own *)multh_self_reent())->signal_mask;
}

sigset_t *signals_pending(void)
{
    return &((struct own *)multh_self_reent())->signals_pending;
}

/* A slot may have had a thread before. */
void multh_thread_inherit_hook(const void *creators_reent, void *reent)
{
    const struct own *creator = creators_reent;
    struct own *own = reent;

    own->signal_mask = creator->signal_mask;
    own->signals_pending = 0;
}

static void keep_streams(struct _reent *own)
{
    (void)own;
}

void multh_thread_exit_hook(void *reent)
{
    struct _reent *own = reent;

    /* The streams are the process's, not the thread's: a thread that printed must not flush and close them at its end,
     * which newlib's reclaim does through __cleanup. */
    own->__cleanup = keep_streams;
    _reclaim_reent(own);
}
