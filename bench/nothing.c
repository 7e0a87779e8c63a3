/* SPDX-License-Identifier: MIT */
/* Returns at once: as a Future program, and as the static glibc program it is compared with. */
int main(void) { return 0; }
