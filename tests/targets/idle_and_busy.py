"""One thread that works and one that sleeps, until stdin closes. Tells their native ids once the sleeper sleeps."""

import json
import os
import sys
import threading
import time

busy_id = 0


def asleep(tid):
    with open("/proc/self/task/%d/stat" % tid) as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"


def sleeps():
    time.sleep(1e6)


def works(sleeper):
    while not asleep(sleeper.native_id):
        pass
    ids = {"pid": os.getpid(), "busy": threading.get_native_id(), "sleeping": sleeper.native_id}
    os.write(1, (json.dumps(ids) + "\n").encode())
    while True:
        sum(range(1000))


sleeper = threading.Thread(target=sleeps, daemon=True)
sleeper.start()
threading.Thread(target=works, args=(sleeper,), daemon=True).start()
sys.stdin.read()
os._exit(0)
