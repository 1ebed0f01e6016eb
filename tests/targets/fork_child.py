"""Forks in a way that leaves CPython's thread states in the child as they were in the parent, native ids included, while two
other threads of the parent wait. The child lives until the parent's stdin ends.

usage: fork_child.py handler LIBRARY | raw | threads

handler: os.fork, whose child runs a handler of LIBRARY (fork_child.c) before CPython's own. raw: C code forks and doesn't tell
CPython; the child runs Python code. threads: the same, and the child starts a thread, which waits.
Ready line: {"pid": the child's, "parent": pid, "threads": native ids of the child, the main one first, "native": ids that the
parent's threads have}.
"""

import ctypes
import json
import os
import signal
import sys
import threading

mode = sys.argv[1]
parent = os.getpid()
told, tell = os.pipe()


def waits():
    threading.Event().wait()


def spins():
    while os.getppid() == parent:
        sum(range(100))


def forks():
    if mode == "handler":
        if ctypes.CDLL(sys.argv[2]).stay() != 0:
            sys.exit("the handler is refused")
        return os.fork()
    # Unlike CDLL, it keeps the GIL.
    return ctypes.PyDLL(None).fork()


def main():
    others = [threading.Thread(target=waits, daemon=True) for _ in range(2)]
    for other in others:
        other.start()
    child = forks()
    if child == 0:
        ids = [os.getpid()]
        if mode == "threads":
            own = threading.Thread(target=waits, daemon=True)
            own.start()
            ids.append(own.native_id)
        os.write(tell, json.dumps(ids).encode())
        spins()
        os._exit(0)
    ids = [child] if mode == "handler" else json.loads(os.read(told, 1000))
    native = [threading.get_native_id(), *(other.native_id for other in others)]
    print(json.dumps({"pid": child, "parent": parent, "threads": ids, "native": native}), flush=True)
    sys.stdin.read()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


main()
