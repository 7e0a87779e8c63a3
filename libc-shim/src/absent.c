/* SPDX-License-Identifier: MIT
 * Calls that newlib names and Future does not have yet: processes of its own, users. Each says so by ENOSYS.
 *
 * Each has a section of its own, so a program carries only those it reaches. When one is declared in idl/, it leaves
 * this list. */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int absent(void)
{
    errno = ENOSYS;
    return -1;
}

pid_t fork(void) { return absent(); }
pid_t vfork(void) { return absent(); }
pid_t wait(int *status) { (void)status; return absent(); }
pid_t waitpid(pid_t pid, int *status, int options) { (void)pid, (void)status, (void)options; return absent(); }
int execve(const char *path, char *const argv[], char *const envp[]) { (void)path, (void)argv, (void)envp; return absent(); }
int link(const char *from, const char *to) { (void)from, (void)to; return absent(); }
int pause(void) { return absent(); }

struct passwd *getpwnam(const char *name) { (void)name; absent(); return NULL; }
struct passwd *getpwuid(uid_t user) { (void)user; absent(); return NULL; }
char *getlogin(void) { absent(); return NULL; }

DIR *opendir(const char *path) { (void)path; absent(); return NULL; }
struct dirent *readdir(DIR *directory) { (void)directory; absent(); return NULL; }
int closedir(DIR *directory) { (void)directory; return absent(); }
