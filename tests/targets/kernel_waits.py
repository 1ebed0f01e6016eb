"""Threads that wait in the kernel for good, each in a way of its own: signals, selects, polls, locks. The main one goes from one such wait to the next, some thousand times a
second, and works a little in between. Prints a ready line with the ids of the waiting ones, by their ways. With an argument it becomes itself, once, with none."""
import json
import os
import select
import signal
import sys
import threading

FOR_GOOD = 1_000_000
BRIEFLY = 0.0002
nothing, _ = os.pipe()
never = threading.Lock()
never.acquire()
epoll = select.epoll()


def signals(seconds):
    signal.sigtimedwait([signal.SIGUSR1], seconds)


def selects(seconds):
    select.select([nothing], [], [], seconds)


def polls(seconds):
    # In whole milliseconds.
    epoll.poll(max(seconds, 0.001))


def locks(seconds):
    never.acquire(timeout=seconds)


def works():
    return sum(i * i for i in range(1000))


WAYS = (signals, selects, polls, locks)


def waits(way, ids, ready):
    ids[way.__name__] = threading.get_native_id()
    ready.release()
    way(FOR_GOOD)


def main():
    ids = {}
    ready = threading.Semaphore(0)
    for way in WAYS:
        threading.Thread(target=waits, args=(way, ids, ready), daemon=True).start()
    for _ in WAYS:
        ready.acquire()
    print(json.dumps({"pid": os.getpid(), "waiting": ids}), flush=True)
    while True:
        for way in WAYS:
            way(BRIEFLY)
            works()


if len(sys.argv) > 1:
    os.execv(sys.executable, [sys.executable, __file__])
main()
