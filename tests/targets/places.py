"""Works for the seconds given, below expressions whose lines and columns are known, and in methods of one name."""

import sys
import time


def spin(until):
    while time.perf_counter() < until:
        sum(range(1000))
    return 0


class Reader:
    def run(self, seconds):
        spin(time.perf_counter() + seconds)


class Writer:
    class Part:
        def run(self, seconds): return 1 + spin(time.perf_counter() + seconds)  # fmt: skip

    def run(self, seconds):
        def local():
            return self.Part().run(seconds)

        return local()


def share(seconds):
    return [
        runner.run(
            seconds / 2
        )
        for runner in (Reader(), Writer())
    ]


share(float(sys.argv[1]))
