"""Writes n to one word of memory and then to another, far behind it, for n = 1, 2, 3 …, until it gets a line or the end
of its stdin.

At any one moment first - last is 0 or 1: a copy with another difference has joined two moments. At the end it prints
{"first": n, "last": n, "right": n}: the words, and what they must be.

usage: two_words.py [hopping | pinned | blocked]

hopping: goes to another processor after every round, by its own affinity. pinned: stays on the first processor that it
may use. blocked: doesn't count at all.
Ready line: {"pid", "thread": native id of the counting thread, "address": of the first word, "bytes": to the last
word's end, "processors": those that it may use}.
"""

import array
import json
import os
import sys
import threading

WORDS = 2048
ROUND = 20_000


def count(words, hops, is_over):
    """The rounds that it made. After each it goes to the next of the processors `hops`, if there are any."""
    n = 0
    rounds = 0
    last = WORDS - 1
    while not is_over():
        for n in range(n + 1, n + ROUND + 1):
            words[0] = n
            words[last] = n
        rounds += 1
        if hops:
            os.sched_setaffinity(0, {hops[rounds % len(hops)]})
    return rounds


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else "busy"
    words = array.array("Q", bytes(8 * WORDS))
    address, _ = words.buffer_info()
    over = []
    rounds = 0

    def wait():
        sys.stdin.readline()
        over.append(True)

    processors = sorted(os.sched_getaffinity(0))
    if mode == "pinned":
        os.sched_setaffinity(0, {processors[0]})
    ready = {
        "pid": os.getpid(),
        "thread": threading.get_native_id(),
        "address": address,
        "bytes": 8 * WORDS,
        "processors": processors,
    }
    print(json.dumps(ready), flush=True)
    if mode == "blocked":
        wait()
    else:
        waiting = threading.Thread(target=wait)
        waiting.start()
        rounds = count(words, processors if mode == "hopping" else [], lambda: over)
        waiting.join()
    print(json.dumps({"first": words[0], "last": words[-1], "right": rounds * ROUND}), flush=True)


main()
