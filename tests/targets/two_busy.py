"""Two threads that work for the seconds given, and say so on stdout all the while: "said NUMBER" each 10 ms of work."""

import os
import sys
import threading
import time


def keep_busy(until):
    said = 0
    while time.perf_counter() < until:
        pause = time.perf_counter() + 0.01
        while time.perf_counter() < pause:
            sum(range(1000))
        said += 1
        os.write(1, b"said %d\n" % said)


end = time.perf_counter() + float(sys.argv[1])
thread = threading.Thread(target=keep_busy, args=(end,), daemon=True)
thread.start()
keep_busy(end)
thread.join()
