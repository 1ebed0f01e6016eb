"""Goes through the same calls again and again, Python's and C's in turn, and never ends: outer calls re.sub(), whose C calls replaced, which calls sorted(), whose C calls
key, which calls plain. Another thread waits. Prints a ready line first. With an argument it becomes itself, once, with none."""
import json
import os
import re
import sys
import threading


def plain(value):
    total = 0
    for i in range(100):
        total += i * value
    return total


def key(value):
    return plain(value)


def replaced(match):
    return str(len(sorted([3, 1, 2], key=key)))


def outer():
    re.sub("a", replaced, "banana")


def waits():
    threading.Event().wait()


def before():
    for _ in range(200_000):
        plain(1)


threading.Thread(target=waits, daemon=True).start()
if len(sys.argv) > 1:
    before()
    os.execv(sys.executable, [sys.executable, __file__])
print(json.dumps({"pid": os.getpid()}), flush=True)
while True:
    outer()
