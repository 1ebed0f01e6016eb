"""Start as many threads as the argument says, which wait for ever, and spin in the main thread until stdin closes.

Prints a ready line once all of them wait: "threads" has how many there are, the main thread and one that reads stdin included."""

import json
import os
import sys
import threading

COUNT = int(sys.argv[1])


def wait(started, for_ever):
    started.release()
    for_ever.wait()


def read(closed):
    os.read(0, 1)
    closed.append(True)


def spin(closed):
    total = 0
    while not closed:
        total += 1
    return total


def main():
    closed = []
    started = threading.Semaphore(0)
    for_ever = threading.Event()
    threading.stack_size(256 * 1024)
    for _ in range(COUNT):
        threading.Thread(target=wait, args=(started, for_ever), daemon=True).start()
    for _ in range(COUNT):
        started.acquire()
    threading.stack_size(0)
    threading.Thread(target=read, args=(closed,), daemon=True).start()
    ready = {"pid": os.getpid(), "threads": COUNT + 2}
    os.write(1, (json.dumps(ready) + "\n").encode())
    spin(closed)
    # Nobody waits for so many threads to end.
    os._exit(0)


main()
