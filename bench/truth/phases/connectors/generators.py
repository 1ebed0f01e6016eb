# Frames on the heap. See ../parts.py.
#: generator
def NAME():
    HISTORY
    for x in g_N(): pass
def g_N():
    yield 1
    NEXT()
#: generatorhistory
def NAME():
    for x in g_N(): pass
def g_N():
    yield 1
    HISTORY
    NEXT()
#: sum
def NAME():
    HISTORY
    sum(g_N())
def g_N():
    yield 1
    NEXT()
#: listhistory
def NAME(): list(g_N())
def g_N():
    yield 1
    HISTORY
    NEXT()
#: genexpr
def NAME():
    HISTORY
    any(NEXT() for i in range(1))
#: from
def NAME():
    HISTORY
    list(g_N())
def g_N(): yield from h_N()
def h_N():
    NEXT()
    yield 1
#: fromdeep
def NAME():
    HISTORY
    list(g_N(12))
def g_N(k):
    if k: yield from g_N(k - 1)
    else: NEXT()
    yield 1
#: fromhistory
def NAME(): list(g_N(5))
def g_N(k):
    if k: yield from g_N(k - 1)
    else:
        yield 2
        HISTORY
        NEXT()
    yield 1
#: send
def NAME():
    g = g_N()
    next(g)
    HISTORY
    try: g.send(1)
    except StopIteration: pass
def g_N():
    yield 1
    NEXT()
#: throw
def NAME():
    g = g_N()
    next(g)
    HISTORY
    try: g.throw(ValueError)
    except StopIteration: pass
def g_N():
    try: yield 1
    except ValueError: NEXT()
#: throwfrom
def NAME():
    g = g_N()
    next(g)
    HISTORY
    try: g.throw(ValueError)
    except StopIteration: pass
def g_N(): yield from h_N()
def h_N():
    try: yield 1
    except ValueError: NEXT()
#: close
def NAME():
    g = g_N()
    next(g)
    HISTORY
    g.close()
def g_N():
    try: yield 1
    finally: NEXT()
#: closefrom
def NAME():
    g = g_N()
    next(g)
    HISTORY
    g.close()
def g_N(): yield from h_N()
def h_N():
    try: yield 1
    finally: NEXT()
#: closedel
def NAME():
    g = g_N()
    next(g)
    HISTORY
    del g
def g_N():
    try: yield 1
    finally: NEXT()
#: closecollect once=gc
def NAME():
    g = g_N()
    next(g)
    cycle = [g]
    cycle.append(cycle)
    HISTORY
    del g, cycle
    gc.collect()
def g_N():
    try: yield 1
    finally: NEXT()
#: closereturn
def NAME():
    HISTORY
    inner_N()
def inner_N():
    g = g_N()
    next(g)
def g_N():
    try: yield 1
    finally: NEXT()
#: coroutine
def NAME():
    HISTORY
    try: c_N().send(None)
    except StopIteration: pass
async def c_N(): await d_N()
async def d_N(): NEXT()
#: coroutinehistory
def NAME():
    try: c_N().send(None)
    except StopIteration: pass
async def c_N(): await d_N()
async def d_N():
    HISTORY
    NEXT()
#: await
class A_N:
    def __await__(self):
        NEXT()
        return iter(())
def NAME():
    HISTORY
    try: c_N().send(None)
    except StopIteration: pass
async def c_N(): await A_N()
#: asyncgenerator
def NAME():
    HISTORY
    try: c_N().send(None)
    except StopIteration: pass
async def c_N():
    async for x in g_N(): pass
async def g_N():
    yield 1
    NEXT()
#: asyncwith
class A_N:
    async def __aenter__(self): NEXT()
    async def __aexit__(self, *a): pass
def NAME():
    HISTORY
    try: c_N().send(None)
    except StopIteration: pass
async def c_N():
    async with A_N(): pass
#: asynccomprehension
def NAME():
    HISTORY
    try: c_N().send(None)
    except StopIteration: pass
async def c_N(): return [NEXT() async for x in g_N()]
async def g_N(): yield 1
#: typescoroutine
@types.coroutine
def g_N(): yield NEXT()
def NAME():
    HISTORY
    c_N().send(None)
async def c_N(): await g_N()
#: manager
@contextlib.contextmanager
def m_N():
    NEXT()
    yield
def NAME():
    HISTORY
    with m_N(): pass
#: managerexit
@contextlib.contextmanager
def m_N():
    try: yield
    finally: NEXT()
def NAME():
    HISTORY
    with m_N(): small(2)
#: managerraise
@contextlib.contextmanager
def m_N():
    try: yield
    except ValueError: NEXT()
def NAME():
    HISTORY
    with m_N(): raiser(3)
#: fresh
# One that has not begun, one that is suspended, and one that has ended lie about.
def NAME():
    a, b, c = halfway(), halfway(), halfway()
    next(b)
    list(c)
    HISTORY
    NEXT()
#: zipped
def NAME():
    HISTORY
    list(zip(g_N(True), g_N(False)))
def g_N(stays):
    yield 1
    if stays: NEXT()
#: interleaved
def NAME():
    a = g_N(False)
    b = g_N(True)
    next(a)
    next(b)
    HISTORY
    for x in a: next(b, None)
    next(b, None)
def g_N(stays):
    for i in range(20): yield i
    if stays: NEXT()
#: unpack
def NAME():
    HISTORY
    a, b = g_N()
def g_N():
    yield 1
    NEXT()
    yield 2
#: argumentsof
def NAME():
    HISTORY
    many(*g_N())
def g_N():
    yield 1
    NEXT()
