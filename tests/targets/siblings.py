"""Starts children that wait, and live for a second after the last of them has begun.

usage: siblings.py COUNT
"""

import subprocess
import sys

CHILD = """
import sys
print("there", flush=True)
sys.stdin.read()
"""

children = [
    subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for _ in range(int(sys.argv[1]))
]
for child in children:
    child.stdout.readline()
try:
    children[0].wait(timeout=1)
except subprocess.TimeoutExpired:
    pass
for child in children:
    child.stdin.close()
for child in children:
    child.wait()
