"""A family of processes: processes.py COUNT BUSY SECONDS. The first forks COUNT - 1 children, of which BUSY spin 20 frames deep;
the others, and the first, sleep.

Prints a ready line when every child is there. Who ends the first ends the others, too."""

import os
import sys
import time

import depth


def sleep(levels, seconds):
    return sleep(levels - 1, seconds) if levels else time.sleep(seconds)


def main(count, busy, seconds):
    reader, writer = os.pipe()
    for number in range(count - 1):
        if os.fork() == 0:
            os.write(writer, b".")
            depth.level(17, time.perf_counter() + seconds) if number < busy else sleep(16, seconds)
            os._exit(0)
    there = 0
    while there < count - 1:
        there += len(os.read(reader, count))
    os.write(1, b"ready\n")
    sleep(16, seconds)


main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
