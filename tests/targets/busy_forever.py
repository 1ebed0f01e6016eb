"""Runs Python in one thread and never waits. Prints a ready line first."""
import json
import os


def turn():
    total = 0
    while True:
        total = (total * 31 + 7) % 1000003


print(json.dumps({"pid": os.getpid()}), flush=True)
turn()
