"""Spin 20 frames deep for SECONDS beside COUNT - 1 threads that block in various ways: threads.py COUNT SECONDS.

Prints a ready line when every thread is about to block."""

import itertools
import os
import queue
import select
import socket
import sys
import threading
import time

import depth

about_to_block = threading.Semaphore(0)
lock = threading.Lock()
lock.acquire()
reader, writer = os.pipe()
receiver, sender = socket.socketpair()


def acquires():
    lock.acquire()


def reads():
    os.read(reader, 1)


def selects():
    select.select([reader], [], [])


def sleeps():
    time.sleep(1e6)


def waits():
    threading.Event().wait()


def gets():
    queue.Queue().get()


def receives():
    receiver.recv(1)


def work(block, levels):
    if levels:
        return work(block, levels - 1)
    about_to_block.release()
    return block()


def main(count, seconds):
    ways = itertools.cycle([acquires, reads, selects, sleeps, waits, gets, receives])
    for block in itertools.islice(ways, count - 1):
        threading.Thread(target=work, args=(block, 10), daemon=True).start()
    for _ in range(count - 1):
        about_to_block.acquire()
    depth.run(19, seconds)


main(int(sys.argv[1]), float(sys.argv[2]))
os._exit(0)  # the others never end
