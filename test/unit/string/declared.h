/* SPDX-License-Identifier: MIT */
/* Linux's prototypes, under the names that libc-shim's functions have in the test. */
#ifdef __cplusplus
extern "C" {
#endif
void *future_memcpy(void *, const void *, size_t);
void *future_memmove(void *, const void *, size_t);
void *future_mempcpy(void *, const void *, size_t);
void *future_memset(void *, int, size_t);
int future_memcmp(const void *, const void *, size_t);
void *future_memchr(const void *, int, size_t);
void *future_memrchr(const void *, int, size_t);
void *future_rawmemchr(const void *, int);
size_t future_strlen(const char *);
size_t future_strnlen(const char *, size_t);
char *future_strchr(const char *, int);
char *future_strchrnul(const char *, int);
char *future_strrchr(const char *, int);
int future_strcmp(const char *, const char *);
int future_strncmp(const char *, const char *, size_t);
char *future_strcpy(char *, const char *);
char *future_stpcpy(char *, const char *);
char *future_strncpy(char *, const char *, size_t);
char *future_stpncpy(char *, const char *, size_t);
char *future_strcat(char *, const char *);
char *future_strncat(char *, const char *, size_t);
size_t future_strspn(const char *, const char *);
size_t future_strcspn(const char *, const char *);
char *future_strpbrk(const char *, const char *);
char *future_strstr(const char *, const char *);
#ifdef __cplusplus
}
#endif
