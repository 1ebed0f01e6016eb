"""Spin 20 frames deep, for the number of seconds given as argument or until stdin closes.

Prints a ready line; the frames are <module>, run, level 17 to 0, and at the leaf, spin."""

import json
import os
import sys
import threading
import time


def spin(until, closed):
    total = 0
    while time.perf_counter() < until and not closed:
        for number in range(1000):
            total += number
    return total


def level(depth, until, closed):
    if depth:
        return level(depth - 1, until, closed)
    return spin(until, closed)


def wait_for_end(closed):
    os.read(0, 1)
    closed.append(True)


def run():
    closed = []
    if len(sys.argv) > 1:
        until = time.perf_counter() + float(sys.argv[1])
    else:
        until = float("inf")
        threading.Thread(target=wait_for_end, args=(closed,), daemon=True).start()
    os.write(1, (json.dumps({"pid": os.getpid()}) + "\n").encode())
    return level(16, until, closed)


run()
