"""For SECONDS, be in a function whose name is the time: clock.py SECONDS.

Prints a ready line with the origin on CLOCK_MONOTONIC, in seconds; n milliseconds later it spins in ms_n. So a profile's
lowest n says when its first sample was taken, whatever the sampler holds back. It imports nothing that takes time."""

import time

origin = time.monotonic()

import os
import sys

# What is kept is never given another name at the same address.
kept = []


def spin(until):
    while time.monotonic() < until:
        pass


def named(number):
    names = {"co_name": f"ms_{number}"}
    if sys.version_info >= (3, 11):
        names["co_qualname"] = names["co_name"]
    spin_named = type(spin)(spin.__code__.replace(**names), globals())
    kept.append(spin_named)
    return spin_named


def main(seconds):
    os.write(1, b'{"pid": %d, "origin": %.6f}\n' % (os.getpid(), origin))
    while time.monotonic() < origin + seconds:
        number = int((time.monotonic() - origin) * 1000)
        named(number)(origin + (number + 1) / 1000)


main(float(sys.argv[1]))
