"""Works, and says so on stdout: "ready", then "beat" after every 50 ms of work. How it meets its end is its argument.

orderly  Ctrl-C starts a clean-up, SIGTERM and SIGHUP an ordinary exit; every exit ends with "left"
careful  all three start the clean-up
deaf     answers signals with "got NUMBER" and goes on
ignoring has SIGINT ignored, and answers SIGTERM with an ordinary exit
"""

import atexit
import os
import signal
import sys
import time


def say(words):
    os.write(1, (words + "\n").encode())


def work(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        sum(range(1000))


def clean_up():
    # Long enough to be cut off by anybody who is impatient.
    work(0.3)
    say("cleaned up")


def orderly_exit(*_):
    sys.exit(0)


def main(how):
    if how == "deaf":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: say("got %d" % number))
    elif how == "careful":
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
    else:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, orderly_exit)
    if how == "ignoring":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    atexit.register(say, "left")
    say("ready")
    try:
        while True:
            work(0.05)
            say("beat")
    except KeyboardInterrupt:
        clean_up()


main(sys.argv[1])
