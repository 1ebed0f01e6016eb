"""Compile, run and drop functions for SECONDS, so that the addresses of code objects and strings are reused at once.

    churn.py SECONDS [SUMMARY]

Everything about a function follows from its number k: it is called from the driver's line k, it is named outer_kk,
lies in churn_kk.py from line 100 * (k + 1) on, and calls only inner_kk. All names are of one length, and all code is of
one size, so that a successor fits where its predecessor lay. Numbers come in another order in each lap. The driver's
own line is always fresh: whatever was kept of a predecessor makes a stack that can't be (tests/churn.ts judges).

Writes {"functions": compiled, "reused": of them at an address of another number's} to the file SUMMARY.
"""

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


def main():
    seconds = float(sys.argv[1])
    scope = {}
    exec(compile(driver_source(), "driver.py", "exec"), scope)
    drive = scope["drive"]
    sources = [source_of(k) for k in range(COUNT)]
    order = list(range(COUNT))
    shuffled = random.Random(1)
    seen = {}
    functions = reused = 0
    os.write(1, (json.dumps({"pid": os.getpid()}) + "\n").encode())
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        shuffled.shuffle(order)
        for k in order:
            scope = {}
            exec(compile(sources[k], "churn_{0:02}.py".format(k), "exec"), scope)
            outer = scope["outer_{0:02}".format(k)]
            inner = scope["inner_{0:02}".format(k)]
            for address in (id(outer.__code__), id(inner.__code__)):
                functions += 1
                reused += seen.get(address, k) != k
                seen[address] = k
            del inner
            drive(k, outer, time.perf_counter, time.perf_counter() + 0.0005)
            del outer, scope
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w") as summary:
            json.dump({"functions": functions, "reused": reused}, summary)


main()
