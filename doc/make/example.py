"""The program of the README's pictures: it prints reports, and another thread packs them. Reports are checked in the first seconds, for so long as is said."""

import json
import re
import sys
import threading
import time
import zlib


def checksum(rows):
    total = 0
    for row in rows:
        total += sum(ord(letter) for letter in row)
    return total


class Report:
    def render(self, data):
        text = json.dumps(data, indent=2)
        return re.sub(r"\d+", lambda match: f"<{match.group()}>", text)


def pack(stop):
    while not stop.is_set():
        zlib.compress(b"report" * 50000)
        time.sleep(0.002)


def main(seconds=2.0, checked=60.0):
    stop = threading.Event()
    packer = threading.Thread(target=pack, args=(stop,), name="packer")
    packer.start()
    data = [{"id": i, "name": f"n{i}", "tags": ["a", "b", str(i)]} for i in range(300)]
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < float(seconds):
        rows = Report().render(data).splitlines()
        if now < float(checked):
            checksum(rows)
    stop.set()
    packer.join()


main(*sys.argv[1:])
