"""Say what this process was started with, as JSON on the descriptor of a file, and stay for a moment.

In: the file's path, then any arguments. Out: one object; bytes are latin-1. Nothing of it is ours: it is what the parent left.
"""

import os

# First of all, for Python opens files itself. What lists them is one of them.
descriptors = {}
for name in os.listdir("/proc/self/fd"):
    try:
        descriptors[name] = os.readlink("/proc/self/fd/" + name)
    except OSError:
        pass

import ctypes  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402


def status(name):
    with open("/proc/self/status", encoding="latin-1") as file:
        for line in file:
            if line.startswith(name + ":"):
                return line.split()[1]
    return None


def terminal():
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    finally:
        os.close(descriptor)


def latin(data):
    return data.decode("latin-1")


umask = os.umask(0)
os.umask(umask)
with open("/proc/self/cmdline", "rb") as file:
    words = file.read().split(b"\0")[:-1]
with open("/proc/self/environ", "rb") as file:
    environment = file.read().split(b"\0")[:-1]
with open("/proc/self/oom_score_adj") as file:
    oom = file.read().strip()
limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")}
path = os.fsencode(sys.argv[1])
facts = {
    "pid": os.getpid(),
    # Python itself ignores SIGPIPE and SIGXFSZ, whatever it was started with.
    "ignored": "%016x" % (int(status("SigIgn"), 16) & ~(1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1)),
    "blocked": status("SigBlk"),
    "descriptors": descriptors,
    "limits": limits,
    "umask": umask,
    "nice": os.nice(0),
    "folder": os.getcwd(),
    "words": [latin(word) for word in words if word != path],
    "environment": [latin(entry) for entry in environment],
    "group": os.getpgrp(),
    "session": os.getsid(0),
    "terminal": terminal(),
    "slack": ctypes.CDLL(None).prctl(30, 0, 0, 0, 0),
    "oom": oom,
    "processors": sorted(os.sched_getaffinity(0)),
    "scheduling": [os.sched_getscheduler(0), os.sched_getparam(0).sched_priority],
    "no new privileges": status("NoNewPrivs"),
}
with open(path, "w") as file:
    json.dump(facts, file)
end = time.perf_counter() + 0.3
while time.perf_counter() < end:
    sum(range(1000))
