"""Two threads that hand over to each other all the time, from Python through C to Python, and one that waits for the end
of stdin. Tells their native ids when they do."""

import json
import os
import sys
import threading

turn = threading.Semaphore(0)
done = threading.Semaphore(0)


def answers():
    while True:
        turn.acquire()
        done.release()


def waits():
    sys.stdin.read()
    os._exit(0)


worker = threading.Thread(target=answers, daemon=True)
worker.start()
waiter = threading.Thread(target=waits, daemon=True)
waiter.start()
turn.release()
done.acquire()
ids = {"pid": os.getpid(), "worker": worker.native_id, "waiter": waiter.native_id}
os.write(1, (json.dumps(ids) + "\n").encode())
while True:
    turn.release()
    done.acquire()
