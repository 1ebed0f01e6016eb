"""A short script: about 0.3 s of work, then the end."""

import time


def work(until):
    total = 0
    while time.perf_counter() < until:
        total += sum(range(1000))
    return total


work(time.perf_counter() + 0.3)
