# Where a phase stays: above STAY what is prepared before, below --- what is defined beside. See parts.py.
#: spin
e = now() + LENGTH
while now() < e: pass
#: calls
e = now() + LENGTH
while now() < e: len(keep)
#: sleep waits
time.sleep(LENGTH)
#: c
e = now() + LENGTH
while now() < e: sum(range(2000))
#: hold waits
lock = threading.Lock()
lock.acquire()
STAY
lock.acquire(True, LENGTH)
#: select waits
select.select([], [], [], LENGTH)
#: pieces waits
# The GIL is let go and taken again and again.
e = now() + LENGTH
while now() < e: time.sleep(0.0003)
#: handling
e = now() + LENGTH
try: 1 / 0
except ZeroDivisionError:
    while now() < e: pass
#: within
# Blocks and locals: values on the frame's own stack.
e = now() + LENGTH
for x in iter(now, None):
    if x > e: break
#: method
e = now() + LENGTH
while now() < e: text.replace("a", "b")
#: free over=drop_N
# What drop_N leaves is freed after it has returned: the stack is its caller's.
heap = [nest(round(LENGTH * 2e7))]
STAY
drop_N(heap)
---
def drop_N(heap): x = heap.pop()
#: freelist over=drop_N
heap = [[[i] for i in range(round(LENGTH * 5e6))]]
STAY
drop_N(heap)
---
def drop_N(heap): x = heap.pop()
#: unpickle
big = pickle.dumps([[i] for i in range(round(LENGTH * 2e6))])
STAY
pickle.loads(big)
#: zip
zlib.compress(blob, 9)
