"""Walk through 10,000 code objects for SECONDS, each time on another way: codes.py SECONDS.

Every stack is 10 frames deep and lives for some 50 us; none of the ways is likely to come twice. Prints a ready line."""

import json
import os
import random
import sys
import time

FILES = 100
FUNCTIONS_A_FILE = 100
STEPS = 8
STACK_SECONDS = 50e-6

functions = []


def build():
    for file in range(FILES):
        source = "".join(
            f"def function_{file}_{number}(way, step):\n"
            f"    return functions[way[step]](way, step + 1) if step < {STEPS} else spin()\n\n"
            for number in range(FUNCTIONS_A_FILE)
        )
        names = {"functions": functions, "spin": spin}
        exec(compile(source, f"/srv/application/package/module_{file}.py", "exec"), names)
        functions.extend(names[f"function_{file}_{number}"] for number in range(FUNCTIONS_A_FILE))


def spin():
    until = time.perf_counter() + STACK_SECONDS
    while time.perf_counter() < until:
        pass


def main(seconds):
    build()
    os.write(1, (json.dumps({"pid": os.getpid()}) + "\n").encode())
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        way = random.choices(range(len(functions)), k=STEPS)
        functions[way[0]](way, 1)


main(float(sys.argv[1]))
