"""Waits in C while its interpreter ends, until its stdin does: no Python function runs then.

Ready line: "ready".
"""

import functools
import os


class Slow:
    # Called without a Python frame.
    __del__ = staticmethod(functools.partial(os.read, 0, 1))


slow = Slow()
print("ready", flush=True)
