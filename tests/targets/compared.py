"""What both commands run in the comparison: works for SECONDS, then ends as told: compared.py SECONDS [exit N|kill N]."""

import os
import signal
import sys
import time


def work(seconds):
    kept = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        kept = [[number] for number in range(100)] + kept[:100000]
    return kept


try:
    work(float(sys.argv[1]))
except KeyboardInterrupt:
    pass
if "exit" in sys.argv:
    sys.exit(int(sys.argv[-1]))
if "kill" in sys.argv:
    os.kill(os.getpid(), signal.Signals(int(sys.argv[-1])))
