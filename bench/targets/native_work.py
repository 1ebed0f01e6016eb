"""Does the same work, Python's and C's in turn, whenever a line comes: then prints how long that took, and how much of the processor's time, in seconds. IDLE threads wait.

native_work.py ROUNDS [IDLE]
"""
import json
import re
import sys
import threading
import time


def key(value):
    total = 0
    for i in range(100):
        total += i * value
    return total


def replaced(match):
    return str(len(sorted([3, 1, 2], key=key)))


for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 0):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    wall, cpu = time.monotonic(), time.process_time()
    for _ in range(int(sys.argv[1])):
        re.sub("a", replaced, "banana")
    print(json.dumps([time.monotonic() - wall, time.process_time() - cpu]), flush=True)
