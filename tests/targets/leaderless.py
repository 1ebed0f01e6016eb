"""Its main thread ends (pthread_exit) while others go on: `first` until a line comes on standard input, `second` to the end.

The ready line is said once the kernel calls the process a zombie; another one once `first` has ended for the kernel, too, by `alone`, which then takes 64
MiB of memory and runs for half a second, and ends the process when standard input is closed.
"""

import ctypes
import json
import os
import sys
import threading
import time

over = threading.Event()


def is_zombie():
    with open(f"/proc/self/task/{os.getpid()}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "Z"


def say(**facts):
    print(json.dumps(facts), flush=True)


def first():
    over.wait()


def alone():
    say(pid=os.getpid(), second=threading.get_native_id())
    kept = b"x" * (64 << 20)
    until = time.perf_counter() + 0.5
    while time.perf_counter() < until:
        sum(range(1000))
    sys.stdin.read()
    os._exit(len(kept) & 1)


def second(other):
    while not is_zombie():
        time.sleep(0.001)
    say(pid=os.getpid(), first=other.native_id)
    sys.stdin.readline()
    over.set()
    other.join()
    # Python is done with a thread before the kernel is.
    while os.path.exists(f"/proc/self/task/{other.native_id}"):
        time.sleep(0.001)
    alone()


other = threading.Thread(target=first)
other.start()
threading.Thread(target=second, args=(other,)).start()
ctypes.CDLL(None).pthread_exit(None)
