"""Threads that block by themselves, each in another way, and the main thread in a plain read of stdin."""

import os
import queue
import select
import socket
import threading
import time

import account

lock = threading.Lock()
lock.acquire()
reader, writer = os.pipe()
# With Windows, select knows sockets alone.
listening, speaking = socket.socketpair()


def acquires():
    lock.acquire()


def reads():
    os.read(reader, 1)


def selects():
    select.select([listening], [], [])


def sleeps():
    time.sleep(1e6)


def waits():
    threading.Event().wait()


def gets():
    queue.Queue().get()


def main(hold):
    hold()


for name, line, function in [
    ("lock", "lock.acquire()", acquires),
    ("read", "os.read(reader, 1)", reads),
    ("select", "select.select([listening], [], [])", selects),
    ("sleep", "time.sleep(1e6)", sleeps),
    ("event", "waiter.acquire()", waits),
    ("queue", "waiter.acquire()", gets),
]:
    account.blocks(name, line, function)
account.run([], main)
