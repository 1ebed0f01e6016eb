"""Spin DEPTH frames deep for SECONDS: depth.py DEPTH SECONDS.

Prints a ready line; the frames are <module>, run, levels, and at the leaf, spin."""

import json
import os
import sys
import time


def spin(until):
    total = 0
    while time.perf_counter() < until:
        for number in range(1000):
            total += number
    return total


def level(levels, until):
    if levels > 1:
        return level(levels - 1, until)
    return spin(until)


def run(depth, seconds):
    sys.setrecursionlimit(depth + 1000)
    os.write(1, (json.dumps({"pid": os.getpid()}) + "\n").encode())
    return level(depth - 3, time.perf_counter() + seconds)


if __name__ == "__main__":
    run(int(sys.argv[1]), float(sys.argv[2]))
