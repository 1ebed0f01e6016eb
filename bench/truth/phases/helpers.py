"""What connectors, histories and ends call. Its functions are known by name to no account: they never stay."""
import array, ast, asyncio, atexit, bisect, builtins, codecs, collections, contextlib, contextvars, copy, csv, ctypes, enum, functools, gc, heapq
import importlib.abc, importlib.machinery, importlib.util, inspect, io, itertools, json, operator, os, pickle, random, re, select, signal, string, sys
import tempfile, threading, time, traceback, types, typing, warnings, weakref, zlib

keep = []
text = "banana " * 20
blob = random.Random(1).getrandbits(8 * 400_000).to_bytes(400_000, "little")


def deep(n):
    return n if n == 0 else deep(n - 1) + 1


def wide(n):
    a = b = c = d = e = f = g = h = i = j = k = l = m = o = p = q = r = s = t = u = v = w = x = y = z = n
    return a if n == 0 else wide(n - 1) + b


def identity(x):
    return x


def small(n):
    return n if n < 2 else small(n - 1)


def raiser(n):
    if n == 0: raise ValueError
    raiser(n - 1)


def raising(x):
    raise ValueError


def halfway():
    try:
        yield 1
        yield 2
    finally: small(2)


def delegating(n):
    if n: yield from delegating(n - 1)
    yield n


async def coroutine(n):
    if n: await coroutine(n - 1)


def swap(m):
    return "b"


def framed():
    return sys._getframe()


def many(*a, **k):
    return len(a)


def nest(n):
    x = None
    for i in range(n): x = [x]
    return x


def through(n):
    if n: return max([n], key=lambda x: through(n - 1) or 0)


class Small:
    def __init__(self, i): self.i = i
    def go(self): return self.i
    def __hash__(self): return self.i
    def __eq__(self, other): return self.i == other


class Deleting:
    def __del__(self): small(3)


class RaisingDel:
    def __del__(self): raise ValueError


sys.unraisablehook = lambda unraisable: None


def run_async(coroutine):
    """Run a coroutine on a loop of its own."""
    loop = asyncio.new_event_loop()
    try: return loop.run_until_complete(coroutine)
    finally: loop.close()


def audit(event, arguments):
    if event == "phases": audited.pop()()


audited = []


def listen_to_audit():
    """The hook stays for good: so it's not there before it is needed."""
    if not hasattr(sys, "phases_audit"):
        sys.phases_audit = True
        sys.addaudithook(audit)


def in_subinterpreter(phase, source, begin, account, length):
    """Go on in an interpreter of its own; what it needs it finds by itself."""
    try: import _interpreters as interpreters
    except ImportError: import _xxsubinterpreters as interpreters
    here = os.path.dirname(os.path.abspath(__file__))
    script = (
        f"import sys\nsys.path.insert(0, {here!r})\n"
        f"import {interpreters.__name__}, phases\n"
        f"phases.run(phases.space({length!r}, {account!r}), {phase!r}, {source!r}, {begin!r})\n"
        f"sys.modules['phases_space'].write()\n"
    )
    # Modules of the standard library that know no other interpreters may be imported.
    try: interpreter = interpreters.create("legacy")
    except (TypeError, ValueError): interpreter = interpreters.create(isolated=False)
    try:
        failure = (getattr(interpreters, "exec", None) or interpreters.run_string)(interpreter, script)
        if failure: raise RuntimeError(getattr(failure, "formatted", failure))
    finally: interpreters.destroy(interpreter)


def fork(child, account_of):
    """Fork; the child goes on in `child` and never returns, its parent waits for it."""
    pid = os.fork()
    if pid == 0:
        try:
            child()
            account_of()
        finally: os._exit(0)
    os.waitpid(pid, 0)


def pthread(function):
    """Call it in a thread that C made."""
    libc = ctypes.CDLL(None)
    kind = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
    callback = kind(lambda _: function() and None)
    thread = ctypes.c_void_p()
    libc.pthread_create.argtypes = [ctypes.c_void_p, ctypes.c_void_p, kind, ctypes.c_void_p]
    libc.pthread_join.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    if libc.pthread_create(ctypes.byref(thread), None, callback, None): raise OSError("no thread")
    libc.pthread_join(thread, None)


class Monitor:
    """A tool of sys.monitoring (3.12+) that is to be called once."""
    TOOL = 3

    def __init__(self, event, callback):
        self.monitoring, self.called, self.code = sys.monitoring, False, None
        self.event = getattr(self.monitoring.events, event)
        self.monitoring.use_tool_id(self.TOOL, "phases")
        self.monitoring.register_callback(self.TOOL, self.event, callback)

    def start(self, code=None):
        self.code = code
        if code: self.monitoring.set_local_events(self.TOOL, code, self.event)
        else: self.monitoring.set_events(self.TOOL, self.event)

    def stop(self):
        """Whether the callback has not been called before; events that are still under way call it again."""
        if self.called: return False
        self.called = True
        self.silence()
        return True

    def silence(self):
        if self.code: self.monitoring.set_local_events(self.TOOL, self.code, 0)
        else: self.monitoring.set_events(self.TOOL, 0)

    def end(self):
        self.called = True
        self.silence()
        self.monitoring.register_callback(self.TOOL, self.event, None)
        self.monitoring.free_tool_id(self.TOOL)
