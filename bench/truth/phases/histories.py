# What happened before in a frame that calls: old frames above it, call sites that are known, code that came and went.
#: nothing
pass
#: compile
for i in range(60): compile('a+1', 'x', 'exec')
#: deep
deep(60)
#: deeper
deep(400)
#: depths
for i in range(150): deep(i % 40)
#: edges
# Over a chunk's edge and back, wherever it is: a chunk has room for 2,048 words.
for i in range(0, 160, 4): wide(i)
#: sorts
for i in range(200): sorted([3, 1, 2], key=identity)
#: raises
for i in range(100):
    try: raiser(8)
    except ValueError: pass
#: raisesc
for i in range(60):
    try: sorted([3, 1], key=raising)
    except ValueError: pass
#: unraisable
for i in range(20): RaisingDel()
#: kept
# Frames that live on, on the heap, by what was raised in them.
try: raiser(8)
except ValueError as raised: keep.append(raised)
del keep[:-3]
#: generators
for i in range(150): sum(x for x in range(5))
#: half
keep.append(halfway())
next(keep[-1])
del keep[:-3]
#: thrown
for i in range(30):
    old = halfway()
    next(old)
    try: old.throw(ValueError)
    except ValueError: pass
#: closed
for i in range(50):
    old = halfway()
    next(old)
    old.close()
#: fresh
keep.append(halfway())
del keep[:-3]
#: exhausted
for i in range(50): list(delegating(3))
#: coroutines
for i in range(50):
    try: coroutine(3).send(None)
    except StopIteration: pass
#: subs
for i in range(100): re.sub('a', swap, 'banana')
#: classes
for i in range(50): Small(i).go()
#: bodies
for i in range(5): type('Made', (), {})
#: execs
for i in range(20): exec('def t(a): return a\nt(1)', {})
#: calls
for i in range(1000): identity(i)
#: pyc
for i in range(100): (identity(i), len(keep), small(4))
#: timed
e = now() + 0.001
while now() < e: identity(small(3))
#: timedc
e = now() + 0.002
while now() < e: compile('a+1', 'x', 'exec')
#: frames
keep.append(framed())
del keep[:-3]
#: big
many(*range(300))
many(1, 2)
#: arguments
for i in range(30): many(*range(i * 10), **{})
#: collect
gc.collect(0)
#: dels
for i in range(60): Deleting()
#: mixed
for i in range(60): sorted([3, 1, 2], key=lambda x: max([x], key=small))
#: shims
# Ways into the interpreter at several depths of the C stack.
for i in range(12): through(i % 6)
#: switches
for i in range(3): time.sleep(0)
#: inits
for i in range(60): (Small(i), hash(Small(i)), Small(i) == 1)
#: twice
# The very same calls, up to the last, which doesn't stay.
warm.add(get_ident())
try: NEXT()
finally: warm.discard(get_ident())
