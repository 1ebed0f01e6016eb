"""Works for a while, then loads a module and spends its time there: late_module.py MODULE [SECONDS]. Prints a ready line first, another when it has loaded it, and ends when
its input does."""
import ctypes
import json
import os
import sys
import threading
import time


def works(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(100))


def ends():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=ends, daemon=True).start()
print(json.dumps({"pid": os.getpid()}), flush=True)
works(float(sys.argv[2]) if len(sys.argv) > 2 else 0.5)
module = ctypes.CDLL(sys.argv[1])
print(json.dumps({"loaded": sys.argv[1]}), flush=True)
while True:
    module.f77(200_000)
