"""Works in children: family.py HOW. Each child spins in `do` for 0.6 s of its processor's time, which is as long to
see on a busy machine.

fork, spawn, forkserver: two of multiprocessing, in its ways. daemon: one that leaves parent, session and group behind, twice
forked; the first process ends at once. orphan: one whose parent ends at once, through a shell. below COMMAND...: what the
command is, below `sh -c`. become COMMAND...: spins and then is that command. raw: one forked and nothing else. brief: 80 of up to
0.1 s, one after the other. clean: one that cleans up for a while when it is interrupted."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time


def do(seconds=0.6):
    until = time.process_time() + seconds
    while time.process_time() < until:
        sum(range(1000))


def start(method):
    multiprocessing.set_start_method(method)
    children = [multiprocessing.Process(target=do) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            do()
        os._exit(0)
    os.wait()


def raw():
    if os.fork() == 0:
        do()
        os._exit(0)
    os.wait()


def brief():
    for number in range(80):
        if os.fork() == 0:
            do(0.02 + number % 9 * 0.01)
            os._exit(0)
        os.wait()


def clean():
    child = os.fork()
    try:
        if child == 0:
            print("ready", flush=True)
        do(60)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        do(0.3)
        # Both at once may come to this: a line is one write.
        os.write(1, b"child cleaned up\n" if child == 0 else b"parent cleaned up\n")
    os._exit(0)


if __name__ == "__main__":
    how, command = sys.argv[1], sys.argv[2:]
    if how == "below":
        subprocess.run(["sh", "-c", 'sh -c \'"$@"; true\' sh "$@"; true', "sh", *command], check=True)
    elif how == "orphan":
        subprocess.run(["sh", "-c", '"$@" & sleep 0.1', "sh", sys.executable, __file__, "do"], check=True)
    elif how == "become":
        do(1)
        os.execv(command[0], command)
    elif how in ("daemon", "raw", "brief", "clean", "do"):
        globals()[how]()
    else:
        start(how)
