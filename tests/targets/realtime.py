"""Works for as many seconds as its argument says, on one processor, before all others (SCHED_FIFO): nobody else gets that processor."""

import os
import sys
import time

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def call():
    return sum(range(50))


until = time.perf_counter() + float(sys.argv[1])
while time.perf_counter() < until:
    call()
