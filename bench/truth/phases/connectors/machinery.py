# What the interpreter itself calls: signals, tools, imports, the collector, hooks. See ../parts.py.
#: signal main
def NAME():
    before = signal.signal(signal.SIGUSR1, lambda number, frame: NEXT())
    HISTORY
    try:
        signal.raise_signal(signal.SIGUSR1)
        small(2)
    finally: signal.signal(signal.SIGUSR1, before)
#: signalc main
# It comes while C runs, and is handled in what C calls next.
def NAME():
    before = signal.signal(signal.SIGUSR1, lambda number, frame: NEXT())
    HISTORY
    try: sorted([2, 1], key=inner_N)
    finally: signal.signal(signal.SIGUSR1, before)
def inner_N(x):
    if x == 1: signal.raise_signal(signal.SIGUSR1)
    return small(x)
#: timer main
def NAME():
    fired = []
    def handler_N(number, frame):
        fired.append(1)
        NEXT()
    before = signal.signal(signal.SIGALRM, handler_N)
    HISTORY
    signal.setitimer(signal.ITIMER_REAL, 0.0005)
    try:
        while not fired: small(2)
    finally: signal.signal(signal.SIGALRM, before)
#: timersleep main
def NAME():
    before = signal.signal(signal.SIGALRM, lambda number, frame: NEXT())
    HISTORY
    signal.setitimer(signal.ITIMER_REAL, 0.0005)
    try: time.sleep(0.001)
    finally: signal.signal(signal.SIGALRM, before)
#: settrace once=trace
def NAME():
    HISTORY
    sys.settrace(tracer_N)
    small(1)
    sys.settrace(None)
def tracer_N(frame, event, argument):
    sys.settrace(None)
    NEXT()
#: settraceline once=trace
def NAME():
    HISTORY
    sys.settrace(lambda *a: tracer_N)
    inner_N()
    sys.settrace(None)
def inner_N():
    x = 1
    y = 2
def tracer_N(frame, event, argument):
    if event == "line":
        sys.settrace(None)
        frame.f_trace = None
        NEXT()
#: settracereturn once=trace
def NAME():
    HISTORY
    sys.settrace(lambda *a: tracer_N)
    small(1)
    sys.settrace(None)
def tracer_N(frame, event, argument):
    if event == "return":
        sys.settrace(None)
        frame.f_trace = None
        NEXT()
    return tracer_N
#: settraceyield once=trace
def NAME():
    HISTORY
    sys.settrace(lambda *a: tracer_N)
    for x in halfway(): break
    sys.settrace(None)
def tracer_N(frame, event, argument):
    if event == "return":
        sys.settrace(None)
        frame.f_trace = None
        NEXT()
    return tracer_N
#: settraceexception once=trace
def NAME():
    HISTORY
    sys.settrace(lambda *a: tracer_N)
    try: raiser(1)
    except ValueError: pass
    sys.settrace(None)
def tracer_N(frame, event, argument):
    if event == "exception":
        sys.settrace(None)
        frame.f_trace = None
        NEXT()
    return tracer_N
#: settraceunwind once=trace
def NAME():
    HISTORY
    sys.settrace(lambda *a: tracer_N)
    try: raiser(1)
    except ValueError: pass
    sys.settrace(None)
def tracer_N(frame, event, argument):
    if event == "return":
        sys.settrace(None)
        frame.f_trace = None
        NEXT()
    return tracer_N
#: setprofile once=trace
def NAME():
    HISTORY
    sys.setprofile(profiler_N)
    small(1)
    sys.setprofile(None)
def profiler_N(frame, event, argument):
    sys.setprofile(None)
    NEXT()
#: setprofilec once=trace
def NAME():
    HISTORY
    sys.setprofile(profiler_N)
    len(keep)
    sys.setprofile(None)
def profiler_N(frame, event, argument):
    if event == "c_call":
        sys.setprofile(None)
        NEXT()
#: setprofilereturn once=trace
def NAME():
    HISTORY
    sys.setprofile(profiler_N)
    small(1)
    sys.setprofile(None)
def profiler_N(frame, event, argument):
    if event == "return":
        sys.setprofile(None)
        NEXT()
#: setprofileyield once=trace
def NAME():
    HISTORY
    sys.setprofile(profiler_N)
    for x in halfway(): break
    sys.setprofile(None)
def profiler_N(frame, event, argument):
    if event == "return" and frame.f_code.co_name == "halfway":
        sys.setprofile(None)
        NEXT()
#: monitoring since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("PY_START", event_N)
    HISTORY
    monitor_N.start()
    small(1)
    monitor_N.end()
#: monitoringreturn since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("PY_RETURN", event_N)
    HISTORY
    monitor_N.start()
    small(1)
    monitor_N.end()
#: monitoringcall since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("CALL", event_N)
    HISTORY
    monitor_N.start()
    len(keep)
    monitor_N.end()
#: monitoringraise since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("RAISE", event_N)
    HISTORY
    monitor_N.start()
    try: raiser(2)
    except ValueError: pass
    monitor_N.end()
#: monitoringunwind since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("PY_UNWIND", event_N)
    HISTORY
    monitor_N.start()
    try: raiser(2)
    except ValueError: pass
    monitor_N.end()
#: monitoringline since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("LINE", event_N)
    HISTORY
    monitor_N.start(inner_N.__code__)
    inner_N()
    monitor_N.end()
def inner_N():
    x = 1
    return x
#: monitoringjump since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("BRANCH", event_N)
    HISTORY
    monitor_N.start()
    small(3)
    monitor_N.end()
#: monitoringyield since=3.12 once=trace
def NAME():
    def event_N(*a):
        if monitor_N.stop(): NEXT()
    monitor_N = Monitor("PY_YIELD", event_N)
    HISTORY
    monitor_N.start()
    list(halfway())
    monitor_N.end()
#: import
class Finder_N(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "module_N" else None
    def get_source(self, name): return "import sys\nsys.modules['phases_space'].NEXT()\n"
def NAME():
    sys.meta_path.insert(0, finder := Finder_N())
    HISTORY
    try: import module_N
    finally:
        sys.meta_path.remove(finder)
        sys.modules.pop("module_N", None)
#: finder
class Finder_N:
    def __init__(self): self.thread = get_ident()  # of several threads, each has one
    def find_spec(self, name, path=None, target=None):
        if name == "module_N" and get_ident() == self.thread: NEXT()
def NAME():
    sys.meta_path.insert(0, finder := Finder_N())
    HISTORY
    try: import module_N.other
    except ImportError: pass
    finally: sys.meta_path.remove(finder)
#: importfile
def NAME():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "module_N.py"), "w") as file:
            file.write("import sys\nclass K_N:\n    sys.modules['phases_space'].NEXT()\n")
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        HISTORY
        try: import module_N
        finally:
            sys.path.remove(folder)
            sys.modules.pop("module_N", None)
#: modulegetattr
def NAME():
    module = types.ModuleType("module_N")
    module.__getattr__ = lambda name: NEXT()
    HISTORY
    module.anything
#: importhook
def NAME():
    before = builtins.__import__
    def hook_N(name, *a, **k):
        if name == "module_N":
            builtins.__import__ = before
            NEXT()
            return sys
        return before(name, *a, **k)
    HISTORY
    builtins.__import__ = hook_N
    try: import module_N
    finally: builtins.__import__ = before
#: del
class Z_N:
    def __del__(self): NEXT()
def NAME():
    z = Z_N()
    HISTORY
    del z
#: delnested
class Z_N:
    def __del__(self): NEXT()
def NAME():
    z = {1: [(Z_N(),)]}
    HISTORY
    z.clear()
#: delcollect once=gc
class Z_N:
    def __del__(self): NEXT()
def NAME():
    z = Z_N()
    z.z = z
    HISTORY
    del z
    gc.collect()
#: delauto once=gc
# The collector begins by itself, in the midst of something else.
class Z_N:
    def __del__(self): NEXT()
def NAME():
    z = Z_N()
    z.z = z
    HISTORY
    before = gc.get_threshold()
    gc.set_threshold(5)
    del z
    try: heap = [[i] for i in range(20000)]
    finally: gc.set_threshold(*before)
    gc.collect()
#: gccallback once=gc
def NAME():
    def callback_N(when, info):
        gc.callbacks.remove(callback_N)
        NEXT()
    gc.callbacks.append(callback_N)
    HISTORY
    gc.collect()
#: weakref
class Z_N: pass
def NAME():
    z = Z_N()
    r = weakref.ref(z, lambda r: NEXT())
    HISTORY
    del z
#: finalize
class Z_N: pass
def NAME():
    z = Z_N()
    weakref.finalize._shutdown = False  # "atexit" has been here
    weakref.finalize(z, NEXT)
    HISTORY
    del z
#: weakset once=gc
class Z_N: pass
def NAME():
    z = Z_N()
    d = weakref.WeakValueDictionary({1: z})
    r = weakref.ref(z, lambda r: NEXT())
    HISTORY
    z.z = z
    del z
    gc.collect()
#: audit once=trace
def NAME():
    audited.append(NEXT)
    listen_to_audit()
    HISTORY
    sys.audit("phases")
#: excepthook
def NAME():
    HISTORY
    try: raiser(3)
    except ValueError:
        before, sys.excepthook = sys.excepthook, lambda *a: NEXT()
        try: sys.excepthook(*sys.exc_info())
        finally: sys.excepthook = before
#: unraisable
class Z_N:
    def __del__(self): raise ValueError
def NAME():
    before = sys.unraisablehook
    def hook_N(unraisable):
        sys.unraisablehook = before
        NEXT()
    z = Z_N()
    HISTORY
    sys.unraisablehook = hook_N
    del z
#: displayhook
def NAME():
    before = sys.displayhook
    def hook_N(value):
        sys.displayhook = before
        NEXT()
    HISTORY
    sys.displayhook = hook_N
    exec(compile("1 + 1", "x", "single"))
#: breakpoint
def NAME():
    before, sys.breakpointhook = sys.breakpointhook, lambda *a: NEXT()
    HISTORY
    try: breakpoint()
    finally: sys.breakpointhook = before
#: atexit once=atexit
def NAME():
    atexit.register(NEXT)
    HISTORY
    atexit._run_exitfuncs()
#: warning
def NAME():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda *a, **k: NEXT()
        HISTORY
        warnings.warn("x")
#: subinterpreter leaves last rare once=asyncio
def NAME():
    HISTORY
    in_subinterpreter(PHASE, source, "NEXT", account, LENGTH)
#: fork
def NAME():
    HISTORY
    fork(NEXT, write)
#: forkgone
def NAME():
    HISTORY
    pid = os.fork()
    if pid == 0: os._exit(0)
    os.waitpid(pid, 0)
    NEXT()
#: atfork
# What is registered stays for good, so it does nothing the next time.
def NAME():
    called = []
    def before_N():
        if not called:
            called.append(1)
            NEXT()
    os.register_at_fork(before=before_N)
    HISTORY
    pid = os.fork()
    if pid == 0: os._exit(0)
    os.waitpid(pid, 0)
#: atforkchild
def NAME():
    called = []
    def after_N():
        if not called:
            called.append(1)
            NEXT()
            write()
    os.register_at_fork(after_in_child=after_N)
    HISTORY
    pid = os.fork()
    if pid == 0: os._exit(0)
    called.append(1)
    os.waitpid(pid, 0)
