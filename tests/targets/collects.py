"""A thread that collects garbage without end ("collects"), or makes it while the collector is off ("makes"), beside three
that sleep. Says when it has begun."""

import gc
import json
import os
import sys
import threading
import time

gc.disable()
kept = [[number] for number in range(100_000)]


def collects():
    gc.collect()


def makes():
    for number in range(1000):
        circle = [number]
        circle.append(circle)
        circle.clear()


def works(function):
    function()
    os.write(1, (json.dumps({"pid": os.getpid(), "worker": threading.get_native_id()}) + "\n").encode())
    while True:
        function()


for _ in range(3):
    threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()
threading.Thread(target=works, args=({"collects": collects, "makes": makes}[sys.argv[1]],), daemon=True).start()
sys.stdin.read()
os._exit(0)
