"""Starts COUNT short-lived Pythons, four at a time, in turn of each version, every third below a shell:
crowd.py COUNT FILE PYTHON... Each appends to FILE its process id and for how many seconds it ran from its own start: as
long as it takes for 0.15 s of its processor time, so that a busy machine doesn't cut it short."""

import subprocess
import sys

CHILD = """
import os, sys, time
begun = time.perf_counter()
def short():
    while time.process_time() < 0.15:
        sum(range(1000))
short()
with open(sys.argv[1], "a") as file:
    file.write("%d %f\\n" % (os.getpid(), time.perf_counter() - begun))
"""
AT_A_TIME = 4

count, path, pythons = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
running = []
for number in range(count):
    command = [pythons[number % len(pythons)], "-S", "-c", CHILD, path]
    if number % 3 == 0:
        # With something to do afterwards, it stays and has a child.
        command = ["sh", "-c", '"$@"; true', "sh", *command]
    running.append(subprocess.Popen(command))
    if len(running) == AT_A_TIME:
        running.pop(0).wait()
for child in running:
    child.wait()
