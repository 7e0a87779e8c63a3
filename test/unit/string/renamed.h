/* SPDX-License-Identifier: MIT */
/* Included in front of libc-shim's string functions, which lie beside Linux's own here. */
#include <string.h>

#define memcpy future_memcpy
#define memmove future_memmove
#define mempcpy future_mempcpy
#define memset future_memset
#define memcmp future_memcmp
#define memchr future_memchr
#define memrchr future_memrchr
#define rawmemchr future_rawmemchr
#define strlen future_strlen
#define strnlen future_strnlen
#define strchr future_strchr
#define strchrnul future_strchrnul
#define strrchr future_strrchr
#define strcmp future_strcmp
#define strncmp future_strncmp
#define strcpy future_strcpy
#define stpcpy future_stpcpy
#define strncpy future_strncpy
#define stpncpy future_stpncpy
#define strcat future_strcat
#define strncat future_strncat
#define strspn future_strspn
#define strcspn future_strcspn
#define strpbrk future_strpbrk
#define strstr future_strstr
#include "declared.h"
