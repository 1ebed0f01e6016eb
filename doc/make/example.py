"""The program of the README's pictures: it prints reports, and another thread packs them."""

import json
import re
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


def main():
    stop = threading.Event()
    packer = threading.Thread(target=pack, args=(stop,))
    packer.start()
    data = [{"id": i, "name": f"n{i}", "tags": ["a", "b", str(i)]} for i in range(300)]
    end = time.monotonic() + 2
    while time.monotonic() < end:
        checksum(Report().render(data).splitlines())
    stop.set()
    packer.join()


main()
