"""Adds numbers up by recursion, 12 deep, for the seconds given: a stack of it has 2 to 15 frames, in one order."""

import sys
import time

DEPTH = 12


def sum_up_to(number):
    if number == 0:
        return 0
    return number + sum_up_to(number - 1)


def repeat(until):
    while time.perf_counter() < until:
        sum_up_to(DEPTH)


repeat(time.perf_counter() + float(sys.argv[1]))
