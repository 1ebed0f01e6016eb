"""Parks threads below towers of native and Python frames, each in its own kind of wait.

native_tower.py LIBRARY: the library that tests/targets/native_tower.c is built into. Prints one line, {"ready": {name: native thread id}}, once all are parked
for good: the main thread stands in a signal's handler. A thread says that it is about to park, and another one sees in the kernel's own words that it has.
"""
import ctypes
import json
import os
import re
import signal
import sqlite3
import sys
import threading
import time

library = ctypes.CDLL(sys.argv[1])
c = ctypes.CDLL(None)
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int)
parked = {}


def park(wait):
    parked[threading.current_thread().name] = (
        threading.get_native_id(),
        threading.current_thread(),
    )
    wait()


def sleep():
    park(lambda: time.sleep(100000))


def sort_key(value):
    sleep()
    return value


def replaced(match):
    return str(sorted([2, 1], key=sort_key))


def compare(one, other):
    re.sub("a", replaced, "banana")
    return 0


def c_sort():
    c.qsort((ctypes.c_int * 3)(3, 1, 2), 3, 4, COMPARE(compare))


class Measured:
    def __init__(self):
        len(self)

    def __len__(self):
        c_sort()
        return 1


def generator():
    yield 1
    Measured()
    yield 2


def callbacks():
    running = generator()
    next(running)
    list(map(next, [running]))


def through(name):
    callback = CALLBACK(lambda: sleep() or 0)
    getattr(library, name)(callback)


def tower():
    through("tower")


def large():
    through("large")


def without_table():
    through("without_table")


def locked():
    lock = threading.Lock()
    lock.acquire()
    park(lock.acquire)


def condition():
    event = threading.Event()
    park(event.wait)


def reading():
    source, _ = os.pipe()
    park(lambda: os.read(source, 1))


def in_sqlite():
    connection = sqlite3.connect(":memory:")
    connection.create_function("park", 0, lambda: sleep() or 1)
    connection.execute("select park()").fetchall()


def handler(signum, frame):
    sleep()


def is_asleep(native_id):
    with open("/proc/self/task/%d/syscall" % native_id) as file:
        return not file.read().startswith("running")


def announce(kinds):
    while len(parked) < len(kinds) + 1 or not all(is_asleep(one) for one, _ in list(parked.values())):
        time.sleep(0.005)
    print(json.dumps({"ready": {name: one for name, (one, _) in parked.items()}}), flush=True)
    time.sleep(100000)


KINDS = [callbacks, tower, large, without_table, locked, condition, reading, in_sqlite]
signal.signal(signal.SIGUSR1, handler)
for kind in KINDS:
    threading.Thread(target=kind, name=kind.__name__, daemon=True).start()
threading.Thread(target=announce, args=(KINDS,), daemon=True).start()
os.kill(os.getpid(), signal.SIGUSR1)
