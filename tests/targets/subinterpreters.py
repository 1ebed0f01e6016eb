"""Sub-interpreters that come late: first a ready line without them, then, after a byte on stdin, one with two,
each with its own parked thread and a parked call into it from a thread of the main interpreter."""

import functools
import json
import os
import sys
import threading

import account

try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

# As everywhere, what announces a stack is the last Python that runs above it; the rest is C, down to the blocking call.
INSIDE = """
import sys
sys.path.insert(0, {folder!r})
import account
import functools
import json
import os
import threading

held = threading.Lock()
held.acquire()
announced = threading.Lock()
announced.acquire()
line = bytearray()


def in_thread():
    def deeper():
        account.at_once(lambda: account.tell({interpreter}, sys._getframe(1)), announced.release, held.acquire)()

    deeper()


def tell_all(frame):
    account.tell({interpreter}, frame)
    line.extend(json.dumps(account.told()).encode("ascii") + b"\\n")


class Inside:
    def función(self):
        account.at_once(
            lambda: tell_all(sys._getframe(1)),
            functools.partial(os.write, {pipe}, line),
            held.acquire,
        )()


threading.Thread(target=in_thread, name="thread inside").start()
announced.acquire()
Inside().función()
"""


accounts = []
entered = threading.Semaphore(0)


def enter():
    # Up to 3.11 an isolated one may have no threads.
    interpreter = interpreters.create(isolated=False) if sys.version_info < (3, 12) else interpreters.create()
    reader, writer = os.pipe()
    source = INSIDE.format(folder=os.path.dirname(os.path.abspath(__file__)), interpreter=int(interpreter), pipe=writer)
    # This thread has a stack in both interpreters: it tells its own here, at the instruction that goes inside.
    account.at_once(
        lambda: account.tell(0, sys._getframe(1)),
        lambda: accounts.append(os.fdopen(reader)),
        entered.release,
        functools.partial(interpreters.run_string, interpreter, source),
    )()


def main():
    pause = account.pause_main()  # known before the watch begins, which waits for it
    account.watch()
    pause()
    for number in range(2):
        threading.Thread(target=enter, name="enters %d" % number, daemon=True).start()
        entered.acquire()
    for pipe in accounts:
        account.add(json.loads(pipe.readline()))
    stay = account.hold_main()
    account.watch()
    stay()


main()
