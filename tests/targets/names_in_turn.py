"""Two threads after one another, again and again: each gets what the one before has left, its state and its stack. Each is called as what it runs."""

import threading
import time


def odd(until):
    while time.thread_time() < until:
        sum(range(200))


def even(until):
    while time.thread_time() < until:
        sum(range(200))


for _ in range(20):
    for function in (odd, even):
        thread = threading.Thread(target=function, args=(0.02,), name=function.__name__)
        thread.start()
        thread.join()
