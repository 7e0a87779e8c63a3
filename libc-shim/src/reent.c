/* SPDX-License-Identifier: MIT
 * One struct _reent (errno, strtok, ...) per thread, in the room that MULiTh reserves beside the TCB. */
#include <reent.h>
#include <string.h>

#include "future/multh.h"

/* MULiTh's, told what libc needs. */
const size_t multh_reent_size = sizeof(struct _reent);

struct _reent *__getreent(void)
{
    return multh_self_reent();
}

void multh_thread_init_hook(void *reent)
{
    _REENT_INIT_PTR((struct _reent *)reent);
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
