"""A sub-interpreter with a GIL of its own (3.12+), in which a thread takes and gives back memory without end; the main
interpreter waits for stdin to close. Says so once memory was taken."""

import json
import os
import sys
import threading

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

INSIDE = """
import mmap
import os


def grows():
    with mmap.mmap(-1, 1 << 20) as region:
        for page in range(0, 1 << 20, mmap.PAGESIZE):
            region[page] = 1


grows()
os.write(1, {line!r})
while True:
    grows()
"""

interpreter = interpreters.create()
line = (json.dumps({"pid": os.getpid(), "interpreter": int(interpreter)}) + "\n").encode()
inside = INSIDE.format(line=line)
threading.Thread(target=interpreters.run_string, args=(interpreter, inside), daemon=True).start()
sys.stdin.read()
os._exit(0)
