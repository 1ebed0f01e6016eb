"""Starts a Python that waits, says both ids, and waits as well: windows_tree.py. What ends it, ends it the hard way."""

import os
import subprocess
import sys
import time

child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
os.write(1, f"{os.getpid()} {child.pid}\n".encode())  # in one piece: who reads it kills at once
time.sleep(600)
