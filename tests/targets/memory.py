"""One thread that takes and gives back 16 MiB, in turn, at each line on stdin, and one that sleeps. Tells their native ids
before the first turn and behind each."""

import json
import mmap
import os
import sys
import threading
import time

SIZE = 16 << 20
turn = threading.Semaphore(0)
done = threading.Semaphore(0)
region = None


def grows():
    global region
    region = mmap.mmap(-1, SIZE)
    for page in range(0, SIZE, mmap.PAGESIZE):
        region[page] = 1


def shrinks():
    global region
    region.close()
    region = None


def works():
    while True:
        turn.acquire()
        if region is None:
            grows()
        else:
            shrinks()
        done.release()


def sleeps():
    time.sleep(1e6)


worker = threading.Thread(target=works, daemon=True)
worker.start()
sleeper = threading.Thread(target=sleeps, daemon=True)
sleeper.start()
while True:
    ids = {"pid": os.getpid(), "size": SIZE, "worker": worker.native_id, "sleeper": sleeper.native_id}
    os.write(1, (json.dumps(ids) + "\n").encode())
    if not sys.stdin.readline():
        os._exit(0)
    turn.release()
    done.acquire()
