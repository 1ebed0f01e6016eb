"""What may be without a name. The argument says what: "alone" has one thread, and does not import `threading` before a byte comes on stdin; "titled" has threads
that `threading` knows nothing of, one of which the system has a name for.

Prints a ready line: "threads", each thread's native id and what it should be called, null for nothing."""

import _thread
import json
import os
import sys


def tell(threads):
    os.write(1, (json.dumps({"pid": os.getpid(), "threads": threads}) + "\n").encode())


def park(started, title):
    if title is not None:
        with open("/proc/self/task/%d/comm" % _thread.get_native_id(), "w") as file:
            file.write(title)
    started.append([_thread.get_native_id(), title])
    lock = _thread.allocate_lock()
    lock.acquire()
    lock.acquire()


def titled():
    started = [[os.getpid(), None]]
    for title in ("pool-7", None):
        _thread.start_new_thread(park, (started, title))
    while len(started) < 3:
        pass
    tell(started)
    os.read(0, 1)


def alone():
    assert "threading" not in sys.modules
    tell([[os.getpid(), "MainThread"]])
    if not os.read(0, 1):
        return
    import threading

    threads = [threading.Thread(target=os.read, args=(0, 1), name="Worker%d" % number) for number in (1, 2)]
    for thread in threads:
        thread.start()
    tell([[thread.native_id, thread.name] for thread in threading.enumerate()])
    for thread in threads:
        thread.join()


{"alone": alone, "titled": titled}[sys.argv[1]]()
