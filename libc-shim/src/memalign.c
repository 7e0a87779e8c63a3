/* SPDX-License-Identifier: MIT
 * posix_memalign, which newlib leaves to the system, on newlib's own memalign. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

int posix_memalign(void **result, size_t alignment, size_t bytes)
{
    void *memory;

    if (alignment < sizeof(void *) || (alignment & (alignment - 1)))
        return EINVAL;
    memory = memalign(alignment, bytes);
    if (!memory)
        return ENOMEM;
    *result = memory;
    return 0;
}
