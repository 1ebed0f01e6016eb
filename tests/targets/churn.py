"""Compile, run and drop functions for SECONDS, so that the addresses of code objects and strings are reused at once.

    churn.py SECONDS [SUMMARY]
    churn.py step COUNT

The second way parks inside each function: it prints {"k": k} and goes on when a byte comes on stdin, COUNT times. There
no copy can span two functions, so whatever is wrong in a stack was kept of a dropped function.

Everything about a function follows from its number k: it is called from the driver's line k, it is named outer_kk,
lies in churn_kk.py from line 100 * (k + 1) on, and calls only inner_kk. All names are of one length, and all code is of
one size, so that a successor fits where its predecessor lay. Numbers come in another order in each lap. The driver's
own line is always fresh: whatever was kept of a predecessor makes a stack that can't be (tests/churn.ts judges).

Writes {"functions": compiled, "reused": of them at an address of another number's} to the file SUMMARY.
"""

import collections
import functools
import json
import os
import random
import sys
import time

COUNT = 50

# k % 7 and k % 5 shift lines inside the functions, so that location tables differ as well as first lines.
TEMPLATE = """{before}def outer_{k:02}(clock, until):{gap_one}
    return inner_{k:02}(clock, until)


def inner_{k:02}(clock, until):{gap_two}
    while clock() < until:
        pass
"""


def source_of(k):
    return TEMPLATE.format(k=k, before="\n" * (100 * (k + 1) - 1), gap_one="\n" * (k % 7), gap_two="\n" * (k % 5))


def driver_source():
    calls = "".join("    {0} k == {1}:\n        outer(clock, until)\n".format("elif" if k else "if", k) for k in range(COUNT))
    return "def drive(k, outer, clock, until):\n" + calls


def write(**facts):
    os.write(1, (json.dumps(facts) + "\n").encode())


def parking_clock(k):
    """A clock that announces k and blocks, all within one C call, so that nothing is above the function that asks it.
    It gives an empty deque, which is not less than another."""
    calls = [
        functools.partial(os.write, 1, b'{"k": %d}\n' % k),
        functools.partial(os.read, 0, 1),
    ]
    return functools.partial(collections.deque, map(functools.partial.__call__, calls), 0)


class Churn:
    def __init__(self):
        scope = {}
        exec(compile(driver_source(), "driver.py", "exec"), scope)
        self.drive = scope["drive"]
        self.sources = [source_of(k) for k in range(COUNT)]
        self.shuffle = random.Random(1).shuffle
        self.seen = {}
        self.functions = self.reused = 0

    def numbers(self):
        order = list(range(COUNT))
        self.shuffle(order)
        return order

    def once(self, k, clock, end_of):
        """Compile and run k's functions while clock() < end_of(), which is asked once they are there."""
        scope = {}
        exec(compile(self.sources[k], "churn_{0:02}.py".format(k), "exec"), scope)
        outer = scope["outer_{0:02}".format(k)]
        for function in (outer, scope["inner_{0:02}".format(k)]):
            address = id(function.__code__)
            self.functions += 1
            self.reused += self.seen.get(address, k) != k
            self.seen[address] = k
        del function
        self.drive(k, outer, clock, end_of())

    def summary(self):
        return {"functions": self.functions, "reused": self.reused}


def run(seconds):
    churn = Churn()
    write(pid=os.getpid())
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for k in churn.numbers():
            churn.once(k, time.perf_counter, lambda: time.perf_counter() + 0.0005)
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w") as summary:
            json.dump(churn.summary(), summary)


def step(count):
    churn = Churn()
    write(pid=os.getpid())
    os.read(0, 1)
    for _ in range(0, count, COUNT):
        for k in churn.numbers():
            churn.once(k, parking_clock(k), collections.deque)
    write(**churn.summary())


if sys.argv[1] == "step":
    step(int(sys.argv[2]))
else:
    run(float(sys.argv[1]))
