# C functions that call back. See ../parts.py.
#: sorted
def NAME():
    HISTORY
    sorted([1], key=key_N)
def key_N(x):
    NEXT()
    return x
#: map
def NAME():
    HISTORY
    list(map(lambda x: NEXT(), [1]))
#: filter
def NAME():
    HISTORY
    list(filter(lambda x: NEXT(), [1]))
#: maps
def NAME():
    HISTORY
    list(map(lambda x: next(map(lambda y: NEXT(), [1])), [1]))
#: reduce
def NAME():
    HISTORY
    functools.reduce(lambda a, b: NEXT(), [1, 2])
#: min
def NAME():
    HISTORY
    min([3], key=lambda x: (NEXT(), 1)[1], default=0)
#: partial
def NAME():
    HISTORY
    functools.partial(inner_N, 1, a=2)()
def inner_N(*a, **k): return NEXT()
#: partials
def NAME():
    HISTORY
    list(map(functools.partial(functools.partial(inner_N, 1), 2), [3]))
def inner_N(a, b, c): NEXT()
#: cache
@functools.lru_cache(None)
def cached_N(is_warm): NEXT()
def NAME():
    HISTORY
    cached_N(get_ident() in warm)
#: cmp
def NAME():
    HISTORY
    sorted([1, 2], key=functools.cmp_to_key(lambda a, b: (NEXT(), 0)[1]))
#: singledispatch
@functools.singledispatch
def s_N(x): return 0
@s_N.register(int)
def i_N(x): NEXT()
def NAME():
    HISTORY
    s_N(1)
#: cachedproperty
class P_N:
    @functools.cached_property
    def p(self): return NEXT()
def NAME():
    HISTORY
    P_N().p
#: starmap
def NAME():
    HISTORY
    list(itertools.starmap(lambda a: NEXT(), [(1,)]))
#: groupby
def NAME():
    HISTORY
    list(itertools.groupby([1], key=lambda x: NEXT()))
#: takewhile
def NAME():
    HISTORY
    list(itertools.takewhile(lambda x: NEXT(), itertools.accumulate([1])))
#: accumulate
def NAME():
    HISTORY
    list(itertools.accumulate([1, 2], lambda a, b: NEXT()))
#: chain
def NAME():
    HISTORY
    list(itertools.chain.from_iterable(map(lambda x: [NEXT()], [1])))
#: methodcaller
class C_N:
    def m(self): NEXT()
def NAME():
    HISTORY
    operator.methodcaller("m")(C_N())
#: attrgetter
class C_N:
    @property
    def m(self): NEXT()
def NAME():
    HISTORY
    sorted([C_N()], key=operator.attrgetter("m"))
#: heap
class L_N:
    def __lt__(self, other): return (NEXT(), False)[1]
def NAME():
    HISTORY
    heapq.heapify([L_N(), L_N()])
#: bisect
class L_N:
    def __lt__(self, other): return (NEXT(), False)[1]
def NAME():
    HISTORY
    bisect.bisect([L_N()], L_N())
#: iterfunction
def NAME():
    HISTORY
    for x in iter(lambda: (NEXT(), 0)[1], 0): pass
#: sub
def NAME():
    HISTORY
    re.sub('a', lambda m: (NEXT(), 'b')[1], 'xax')
#: json
def NAME():
    HISTORY
    json.loads('{"a": 1}', object_hook=lambda d: NEXT())
#: jsonfloat
def NAME():
    HISTORY
    json.loads('[1.5]', parse_float=lambda d: NEXT())
#: jsondefault
def NAME():
    HISTORY
    json.dumps([object()], default=lambda o: NEXT())
#: csv
class L_N:
    def __iter__(self): return self
    def __next__(self):
        NEXT()
        raise StopIteration
def NAME():
    HISTORY
    list(csv.reader(L_N()))
#: csvwriter
class W_N:
    def write(self, text): NEXT()
def NAME():
    HISTORY
    csv.writer(W_N()).writerow([1])
#: expat needs=pyexpat
def NAME():
    import pyexpat
    parser = pyexpat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: NEXT()
    HISTORY
    parser.Parse("<a/>", True)
#: sqlite needs=sqlite3
def NAME():
    import sqlite3
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.create_function("f", 0, lambda: (NEXT(), 0)[1])
        HISTORY
        base.execute("select f()").fetchall()
#: sqliteprogress needs=sqlite3
def NAME():
    import sqlite3
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.create_collation("c", lambda a, b: (NEXT(), 0)[1])
        HISTORY
        base.execute("select 1 from (select 'a' as x union all select 'b') order by x collate c").fetchall()
#: codecs
def NAME():
    called = []
    def handler_N(error):
        if not called:
            called.append(1)
            NEXT()
        return "?", error.end
    codecs.register_error("NAME", handler_N)
    HISTORY
    "\udc80".encode("ascii", "NAME")
#: ioread
class R_N(io.RawIOBase):
    def readable(self): return True
    def readinto(self, b):
        NEXT()
        return 0
def NAME():
    HISTORY
    io.BufferedReader(R_N()).read(1)
#: iowrite
class R_N(io.RawIOBase):
    def writable(self): return True
    def write(self, b):
        NEXT()
        return len(b)
def NAME():
    HISTORY
    io.BufferedWriter(R_N()).write(b"x" * 10000)
#: print
class W_N:
    def write(self, text):
        if text == "x": NEXT()
    def flush(self): pass
def NAME():
    HISTORY
    print("x", file=W_N())
#: pickle
class P_N:
    def __getstate__(self): return {"a": 1}
    def __setstate__(self, state): NEXT()
def NAME():
    data = pickle.dumps(P_N())
    HISTORY
    pickle.loads(data)
#: contextrun
def NAME():
    HISTORY
    contextvars.copy_context().run(NEXT)
#: qsort
def NAME():
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    compare = kind(lambda a, b: (NEXT(), 0)[1])
    numbers = (ctypes.c_int * 2)(2, 1)
    HISTORY
    ctypes.CDLL(None).qsort(numbers, 2, 4, compare)
#: pyqsort
# The GIL is kept meanwhile.
def NAME():
    kind = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    compare = kind(lambda a, b: (NEXT(), 0)[1])
    numbers = (ctypes.c_int * 2)(2, 1)
    HISTORY
    ctypes.PyDLL(None).qsort(numbers, 2, 4, compare)
#: pycall
def NAME():
    call = ctypes.pythonapi.PyObject_CallObject
    call.argtypes, call.restype = [ctypes.py_object, ctypes.c_void_p], ctypes.c_void_p
    HISTORY
    call(NEXT, None)
#: build_class
def NAME():
    HISTORY
    builtins.__build_class__(body_N, "K")
def body_N(): NEXT()
#: getattrhook
class G_N:
    def __getattr__(self, name): return NEXT()
def NAME():
    HISTORY
    getattr(G_N(), "x", None)
#: vars
def NAME():
    HISTORY
    max(map(len, [str(K_N())]))
class K_N:
    def __str__(self): return (NEXT(), "x")[1]
#: array
class I_N:
    def __iter__(self):
        NEXT()
        yield 1
def NAME():
    HISTORY
    array.array("i").extend(I_N())
#: template
def NAME():
    HISTORY
    string.Template("$a").substitute(K_N())
class K_N(dict):
    def __missing__(self, k): return (NEXT(), "x")[1]
