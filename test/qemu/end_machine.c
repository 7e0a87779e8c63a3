// SPDX-License-Identifier: MIT
// Ends the virtual machine: QEMU's isa-debug-exit at port 0xf4 exits with twice what is written, plus one.
#include <stdlib.h>
#include <sys/io.h>
#include <unistd.h>

int main(int count, char **words)
{
    if (count == 2 && iopl(3) == 0) {
        outb(atoi(words[1]) & 127, 0xf4);
        sleep(10); // newer QEMUs (10.0) let the guest run on for a moment
    }
    return 1; // init's end is a panic, which the host sees
}
