"""Says "ready", then gives a sampler a bit of everything until its standard input ends: threads that work and
sleep, recursion, comprehensions, collections, and memory that comes and goes. With "children" it has one child."""
import gc
import mmap
import subprocess
import sys
import threading
import time

stop = False


def leaf(count):
    return sum(i * i for i in range(count))


def recurse(depth, bottom):
    return bottom() if depth == 0 else recurse(depth - 1, bottom)


class Worker:
    def run(self):
        while not stop:
            recurse(12, lambda: leaf(200))
            [leaf(3) for _ in range(50)]
            self.allocate()

    def allocate(self):
        # Pages of our own come and go at once; malloc would keep what it has.
        with mmap.mmap(-1, 8 << 20) as block:
            for offset in range(0, len(block), 4096):
                block[offset] = 1
        cycles = [[] for _ in range(20000)]
        for cycle in cycles:
            cycle.append(cycle)
        del cycles
        gc.collect()


def sleeper():
    while not stop:
        time.sleep(0.001)


child = None
if "children" in sys.argv:
    child = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.stdout.readline()
threads = [threading.Thread(target=Worker().run), threading.Thread(target=recurse, args=(20, sleeper))]
for thread in threads:
    thread.start()
print("ready", flush=True)
sys.stdin.read()
stop = True
for thread in threads:
    thread.join()
if child:
    child.stdin.close()
    child.wait()
