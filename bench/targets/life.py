"""Live for SECONDS after the first statement, in ten phases of equal length: life.py SECONDS.

Each phase is a function of its own, phase_0 to phase_9, which calls what small scripts call: functions, methods, keys of a
sort, generators, a comprehension. In the end it prints when it began and ended on CLOCK_MONOTONIC, in seconds."""

import time

begin = time.monotonic()

import sys


class Account:
    def __init__(self):
        self.total = 0

    def add(self, number):
        self.total += scaled(number)


def scaled(number):
    return number * 3 % 1000


def rank(number):
    return -scaled(number)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def numbers(count):
    for number in range(count):
        yield scaled(number)


def work():
    account = Account()
    for number in range(20):
        account.add(number)
    sorted(range(30), key=rank)
    sum(numbers(30))
    fibonacci(7)
    return [scaled(number) for number in range(20)]


def phase_0(until):
    while time.monotonic() < until:
        work()


def phase_1(until):
    while time.monotonic() < until:
        work()


def phase_2(until):
    while time.monotonic() < until:
        work()


def phase_3(until):
    while time.monotonic() < until:
        work()


def phase_4(until):
    while time.monotonic() < until:
        work()


def phase_5(until):
    while time.monotonic() < until:
        work()


def phase_6(until):
    while time.monotonic() < until:
        work()


def phase_7(until):
    while time.monotonic() < until:
        work()


def phase_8(until):
    while time.monotonic() < until:
        work()


def phase_9(until):
    while time.monotonic() < until:
        work()


PHASES = [phase_0, phase_1, phase_2, phase_3, phase_4, phase_5, phase_6, phase_7, phase_8, phase_9]
seconds = float(sys.argv[1])
for number, phase in enumerate(PHASES, 1):
    phase(begin + seconds * number / len(PHASES))
end = time.monotonic()
sys.stdout.write('{"begin": %.6f, "end": %.6f}\n' % (begin, end))
