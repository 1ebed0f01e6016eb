"""Threads with names of every kind, as many as the argument says, all of which wait for ever.

Prints a ready line: what `threading.enumerate()` says, and threads of which `threading` knows nothing. Each byte on stdin gives some of them other
names, starts one more, and prints the line again; it ends with stdin, but for a second argument, "stay"."""

import _thread
import json
import os
import sys
import threading
import time

COUNT = int(sys.argv[1])
NAMES = ["worker-%d", "función-%d", "関数-%d", "\U00020000-%d", "%d" + "x" * 100_000, "\x1b]0;%d\x07\n</script>", "", "a%dé"]

for_ever = threading.Event()
started = threading.Semaphore(0)
nameless = []


class Early(threading.Thread):
    """Has other strings before its name, so that the first one is not the name."""

    def __init__(self, *arguments, **named):
        self.first = "not the name"
        self._first = "nor this"
        super().__init__(*arguments, **named)


class Slots(threading.Thread):
    __slots__ = ("slot",)


class Many(threading.Thread):
    """Has so many attributes that no keys are shared."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        for number in range(100):
            setattr(self, "attribute%d" % number, "value")


class Own(threading.Thread):
    """Has a dict of its own."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.__dict__ = dict(self.__dict__)


class Reordered(threading.Thread):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        name = self.__dict__.pop("_name")
        self.__dict__["_name"] = name


CLASSES = [threading.Thread, Early, Slots, Many, Own, Reordered]
threads = []


def wait():
    started.release()
    for_ever.wait()


def start(name):
    kind = CLASSES[len(threads) % len(CLASSES)]
    thread = kind(target=wait, daemon=True)
    if len(threads) % 3 == 0:
        thread = kind(target=wait, daemon=True, name=name or None)
    elif len(threads) % 3 == 1:
        thread.name = name
    else:
        thread.setName(name)
    threads.append(thread)
    thread.start()
    started.acquire()


def from_c(is_dummy):
    """Run in a thread that `threading` did not make."""
    if is_dummy:
        threading.current_thread()
    else:
        nameless.append(threading.get_native_id())
    wait()


def tell():
    named = [[thread.native_id, thread.name, thread.ident] for thread in threading.enumerate()]
    os.write(1, (json.dumps({"pid": os.getpid(), "named": named, "nameless": nameless}) + "\n").encode())


def main():
    threading.stack_size(256 * 1024)
    for number in range(COUNT):
        name = NAMES[number % len(NAMES)]
        start(name % number if "%" in name else name)
    for is_dummy in (True, False):
        _thread.start_new_thread(from_c, (is_dummy,))
        started.acquire()
    tell()
    turn = 0
    while os.read(0, 1):
        turn += 1
        for number, thread in enumerate(threads[::7]):
            thread.name = "renamed-%d-%d" % (turn, number)
        threading.current_thread().name = "main-%d" % turn
        start("late-%d" % turn)
        tell()
    if "stay" in sys.argv:
        time.sleep(1e6)
    # Nobody waits for so many threads to end.
    os._exit(0)


main()
