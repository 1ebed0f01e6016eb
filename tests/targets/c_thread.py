"""Starts a thread that only C knows, which waits for good, and sorts in the main one: its key runs Python and never ends. Prints a ready line from there."""
import ctypes
import json
import os

c = ctypes.CDLL(None)
thread = ctypes.c_ulong()
assert c.pthread_create(ctypes.byref(thread), None, c.pause, None) == 0


def key(value):
    print(json.dumps({"pid": os.getpid()}), flush=True)
    total = 0
    while True:
        total = (total * 31 + value) % 1000003


sorted([3, 2, 1], key=key)
