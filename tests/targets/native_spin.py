"""Calls a function of the library that is its first argument again and again: as often as its second one says, or without end. Prints a ready line first."""
import ctypes
import itertools
import json
import os
import sys

library = ctypes.CDLL(sys.argv[1])


def spins(rounds):
    for _ in rounds:
        library.outer(200_000)


print(json.dumps({"ready": True, "pid": os.getpid()}), flush=True)
spins(range(int(sys.argv[2])) if len(sys.argv) > 2 else itertools.count())
