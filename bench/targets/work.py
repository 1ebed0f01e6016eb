"""Do the work that each line of stdin asks for, 20 frames deep, and say how long it took.

Prints a ready line, then for each line with a number of units: {"work": seconds, "workCpu": CPU seconds}."""

import json
import os
import sys
import time


class Account:
    def __init__(self):
        self.total = 0
        self.entries = {}

    def add(self, key, amount):
        self.entries[key] = self.entries.get(key, 0) + amount
        self.total += amount
        return self.total


def unit(account):
    """Calls, attributes, dictionaries and small objects: some 100 us."""
    for number in range(200):
        account.add(number % 50, len([number, str(number)]))


def work(units):
    account = Account()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(units):
        unit(account)
    return {"work": time.perf_counter() - wall, "workCpu": time.process_time() - cpu}


def level(levels, units):
    if levels:
        return level(levels - 1, units)
    return work(units)


def say(value):
    os.write(1, (json.dumps(value) + "\n").encode())


def main():
    say({"pid": os.getpid()})
    for line in sys.stdin:
        say(level(15, int(line)))


main()
