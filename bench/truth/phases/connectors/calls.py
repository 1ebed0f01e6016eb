# Calls as bytecode makes them. See ../parts.py.
#: call
def NAME():
    HISTORY
    NEXT()
#: arguments
def NAME():
    a, b = 1, 2
    HISTORY
    return (a, NEXT(), b)
#: keywords
def NAME(a=1, *, b=2):
    HISTORY
    return inner_N(1, c=2, b=3)
def inner_N(a, *, b, c): return NEXT()
#: star
def NAME(*a, **k):
    HISTORY
    return inner_N(*a, **k)
def inner_N(*a, **k): return (lambda *b, **c: NEXT())(*a, **k)
#: many
def NAME():
    HISTORY
    return inner_N(*range(255))
def inner_N(*a): return NEXT()
#: lambda
NAME = lambda: NEXT()
#: closure
def NAME():
    x = 1
    def inner_N():
        nonlocal x
        HISTORY
        x = NEXT()
    inner_N()
#: recursion
def NAME(k=RANDOM):
    if k: return NAME(k - 1)
    HISTORY
    NEXT()
#: big
# A frame of hundreds of locals: what it calls may need a new chunk.
def NAME():
    LOCALS
    HISTORY
    NEXT()
#: bigger
def NAME():
    LOCALS
    inner_N()
def inner_N():
    LOCALS
    HISTORY
    other_N()
def other_N():
    LOCALS
    NEXT()
#: edge
# The edge of a chunk, wherever it is: both sides of it were called before.
def NAME(k=RANDOM):
    if k: return NAME(k - 1)
    LOCALS
    for i in range(40): deep(i)
    HISTORY
    inner_N()
def inner_N():
    LOCALS
    NEXT()
#: edgec
def NAME(k=RANDOM):
    if k: return NAME(k - 1)
    LOCALS
    HISTORY
    max([1], key=inner_N)
def inner_N(x):
    LOCALS
    return NEXT()
#: static
class J_N:
    @staticmethod
    def s():
        HISTORY
        NEXT()
    @classmethod
    def c(cls): cls.s()
def NAME(): J_N.c()
#: method
class M_N:
    def m(self):
        HISTORY
        NEXT()
def NAME(): M_N().m()
#: bound
class B_N:
    def m(self): NEXT()
def NAME():
    HISTORY
    m = B_N().m
    m()
#: callable
class C_N:
    def __call__(self): NEXT()
def NAME():
    HISTORY
    C_N()()
#: init
class I_N:
    def __init__(self): NEXT()
def NAME():
    HISTORY
    I_N()
#: inits
# 3.13+ enters __init__ through a frame of its own (_Py_InitCleanup), once the call is specialised.
class S_N:
    def __init__(self, stay=False):
        if stay: NEXT()
def NAME():
    HISTORY
    for i in range(40): S_N(i == 39)
#: super
class U_N(Small):
    def __init__(self):
        super().__init__(1)
        HISTORY
        super().go()
    def go(self): NEXT()
class V_N(U_N):
    def go(self): super().go()
def NAME(): V_N().go()
#: new
class W_N:
    def __new__(cls):
        NEXT()
        return object.__new__(cls)
def NAME():
    HISTORY
    W_N()
#: except
def NAME():
    HISTORY
    try: r_N(5)
    except ValueError: NEXT()
def r_N(k):
    if k == 0: raise ValueError
    r_N(k - 1)
#: exceptc
# Raised through C, and handled where it was called.
def NAME():
    HISTORY
    try: list(map(r_N, [3]))
    except ValueError: NEXT()
def r_N(k):
    if k == 0: raise ValueError
    sorted([k - 1], key=r_N)
#: exceptgenerator
def NAME():
    HISTORY
    try: list(r_N())
    except ValueError: NEXT()
def r_N():
    yield 1
    raiser(3)
#: reraise
def NAME():
    try:
        try: raiser(3)
        except ValueError as error:
            HISTORY
            raise KeyError from error
    except KeyError: NEXT()
#: finally
def NAME():
    HISTORY
    try:
        try: 1 / 0
        finally: NEXT()
    except ZeroDivisionError: pass
#: finallyreturn
def NAME():
    HISTORY
    try: return small(3)
    finally: NEXT()
#: with
class E_N:
    def __enter__(self): NEXT()
    def __exit__(self, *a): pass
def NAME():
    HISTORY
    with E_N(): pass
#: exit
class X_N:
    def __enter__(self): pass
    def __exit__(self, *a): return (NEXT(), True)[1]
def NAME():
    HISTORY
    with X_N(): 1 / 0
#: exitstack
def NAME():
    with contextlib.ExitStack() as stack:
        stack.callback(NEXT)
        HISTORY
#: decorator
def w_N(f):
    @functools.wraps(f)
    def wrapper_N(*a, **k): return f(*a, **k)
    return wrapper_N
@w_N
def NAME():
    HISTORY
    NEXT()
#: comprehension
def NAME():
    HISTORY
    [NEXT() for i in range(1)]
#: comprehensions
def NAME():
    HISTORY
    {i: {NEXT() for j in [1]} for i in [1]}
#: body
def NAME():
    HISTORY
    class B_N:
        NEXT()
#: bodies
def NAME():
    class O_N:
        class I_N:
            HISTORY
            NEXT()
#: exec
def NAME():
    HISTORY
    exec('def x_N():\n    NEXT()\nx_N()', globals())
#: execbody
def NAME():
    HISTORY
    exec('NEXT()', dict(globals()))
#: eval
def NAME():
    HISTORY
    eval('NEXT()')
#: evaln
def NAME():
    HISTORY
    code = compile('[NEXT() for i in (1,)]', 'x', 'eval')
    eval(code)
#: frame
def NAME():
    f = sys._getframe()
    HISTORY
    NEXT()
    del f
#: locals
def NAME():
    f = inspect.currentframe()
    f.f_locals
    HISTORY
    inner_N(f)
def inner_N(f):
    keep.append(sys._getframe())
    del keep[:-3]
    NEXT()
#: traceback
def NAME():
    try: raiser(6)
    except ValueError as error: e = error
    HISTORY
    NEXT()
    del e
#: return
# What a frame leaves behind when it returns is cleared while it is the newest no longer.
class D_N:
    def __del__(self): NEXT()
def NAME():
    HISTORY
    inner_N()
def inner_N():
    d = D_N()
    return 1
#: returns
class D_N:
    def __del__(self): NEXT()
def NAME():
    HISTORY
    for i in range(20): inner_N(i == 19)
def inner_N(last):
    LOCALS
    d = D_N() if last else None
    return identity(1)
#: returnc
class D_N:
    def __del__(self): NEXT()
def NAME():
    HISTORY
    list(map(inner_N, [1]))
def inner_N(x):
    d = D_N()
    return identity(1)
#: returnraise
class D_N:
    def __del__(self): NEXT()
def NAME():
    HISTORY
    try: inner_N()
    except ValueError: pass
def inner_N():
    d = D_N()
    raise ValueError
#: deepest rare
# 5,000 frames below.
def NAME():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(30000)
    try: inner_N(5000)
    finally: sys.setrecursionlimit(limit)
def inner_N(k):
    if k: return inner_N(k - 1)
    HISTORY
    NEXT()
#: deepestc rare
def NAME(): inner_N(150)
def inner_N(k):
    if k: return max([k - 1], key=inner_N)
    HISTORY
    return NEXT()
