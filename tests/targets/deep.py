"""A stack of 10,000 frames, and one of generators, in threads with room for them."""

import sys
import threading

import account

DEPTH = 10_000

# Up to 3.10 each call takes C stack as well.
# Windows has no larger ones (THREAD_MAX_STACKSIZE in Python/thread_nt.h).
threading.stack_size(255 << 20 if sys.platform == "win32" else 512 << 20 if sys.maxsize > 1 << 32 else 128 << 20)
sys.setrecursionlimit(DEPTH * 3)


def deep(hold, depth=DEPTH):
    if depth == 0:
        return hold()
    return deep(hold, depth - 1)


def deep_generators(hold):
    def level(depth):
        if depth:
            yield from level(depth - 1)
        else:
            yield hold()

    for _ in level(300):
        pass


def deep_through_c(hold):
    def level(depth):
        return max([depth], key=lambda d: level(d - 1) if d else hold())

    level(100)


def main(hold):
    hold()


account.run([deep, deep_generators, deep_through_c], main)
