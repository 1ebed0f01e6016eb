"""A hundred threads that wait, and two processes one after the other, forked while all of them are there: each spins in `child`."""

import os
import threading
import time


def child():
    until = time.perf_counter() + 1
    while time.perf_counter() < until:
        sum(range(1000))
    os._exit(0)


over = threading.Event()
threads = [threading.Thread(target=over.wait) for _ in range(100)]
for thread in threads:
    thread.start()
# Until all of them have been asked for.
until = time.perf_counter() + 1
while time.perf_counter() < until:
    sum(range(1000))
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        child()
    os.waitpid(pid, 0)
over.set()
