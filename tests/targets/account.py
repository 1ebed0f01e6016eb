"""Park threads in known situations and say, from inside, what their stacks are.

In: shapes, functions that take a `hold` and call it at the place where they are to be parked.
Out: one JSON line on stdout with every thread's stack, root first, as CPython itself has it.
Knows nothing of samplers.

`hold()` announces and blocks within one C call, so from the announcement on the stack stands at that very
instruction: the account can't be taken too early. Everything stays parked until stdin closes.
"""

import collections
import functools
import gc
import json
import linecache
import os
import sys
import threading
import time
import traceback

_call = functools.partial.__call__
_for_ever = threading.Lock()
_for_ever.acquire()
_arrived = collections.deque()
_holds = 0  # how many were handed out
_positions = {}
_natural = {}  # thread -> the source line its leaf must stand on
_told = []  # accounts that threads gave of themselves
_collecting = False  # whether this interpreter's collector runs, by its own word


def _note_collection(phase, info):
    global _collecting
    _collecting = phase == "start"


gc.callbacks.append(_note_collection)


def at_once(*calls):
    """A callable that runs `calls` one after another with no Python frame of its own."""
    return functools.partial(collections.deque, map(_call, [functools.partial(c) for c in calls]), 0)


def _arrive_then(*calls):
    global _holds
    _holds += 1
    return at_once(functools.partial(_arrived.append, _holds), *calls)


def hold():
    """A new parking place: calling it announces, then blocks for ever."""
    return _arrive_then(_for_ever.acquire)


def hold_main():
    """The main thread's parking place: blocks on stdin; the process ends when stdin closes."""
    return _arrive_then(functools.partial(os.read, 0, 1), functools.partial(os._exit, 0))


def pause_main():
    """A parking place that the main thread leaves when a byte comes on stdin."""
    return _arrive_then(functools.partial(os.read, 0, 1))


def _position(code, lasti):
    if lasti < 0 or not hasattr(code, "co_positions"):
        return None
    if code not in _positions:
        _positions[code] = list(code.co_positions())
    return _positions[code][lasti // 2]


def _describe(frame):
    code = frame.f_code
    return {
        "file": code.co_filename,
        "name": code.co_name,
        "qualname": getattr(code, "co_qualname", None),
        "line": frame.f_lineno,
        "position": _position(code, frame.f_lasti),
    }


def stack_of(frame):
    """The stack that ends in `frame`, root first."""
    frames = []
    while frame is not None:
        frames.append(_describe(frame))
        frame = frame.f_back
    frames.reverse()
    return frames


def tell(interpreter, leaf):
    """Note the calling thread's stack, which ends in `leaf`. Needed where one native thread serves two
    interpreters: sys._current_frames() has only one of the two."""
    me = threading.current_thread()
    _told.append(
        {
            "name": me.name,
            "interpreter": interpreter,
            "nativeId": threading.get_native_id(),
            "ident": threading.get_ident(),
            "collecting": _collecting,
            "frames": stack_of(leaf),
        }
    )


def told():
    """What threads told of themselves, to be handed to another interpreter."""
    return list(_told)


def add(accounts):
    """Add what threads of another interpreter told."""
    _told.extend(accounts)


def blocks(name, line, function, *args):
    """Start a thread that blocks by itself, with no `hold`, where its leaf's source line reads `line`."""
    thread = threading.Thread(target=function, args=args, name=name, daemon=True)
    _natural[thread] = line
    thread.start()
    return thread


def _fail(reason):
    os.write(2, (reason + "\n").encode("utf-8", "replace"))
    os._exit(1)


def _excepthook(args):
    _fail("".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)))


threading.excepthook = _excepthook


def _park(shape, stay):
    shape(stay)
    _fail("the shape %s ended without being parked" % shape.__name__)


def start(shape):
    """Start a thread that runs `shape(hold)`."""
    threading.Thread(target=_park, args=(shape, hold()), name=shape.__name__, daemon=True).start()


def _stands(thread, line):
    frame = sys._current_frames().get(thread.ident)
    if frame is None:
        return False
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip() == line


def _all_parked():
    return len(_arrived) == _holds and all(_stands(thread, line) for thread, line in _natural.items())


def _account(watcher_frame):
    telling = {entry["ident"] for entry in _told}
    frames = sys._current_frames()
    frames[threading.get_ident()] = watcher_frame
    return _told + [
        {
            "name": thread.name,
            "interpreter": 0,
            "nativeId": thread.native_id,
            "ident": thread.ident,
            "collecting": _collecting,
            "frames": stack_of(frames[thread.ident]),
        }
        for thread in threading.enumerate()
        if thread.ident not in telling
    ]


def _prepare(line):
    while not _all_parked():
        time.sleep(0.001)
    account = {"pid": os.getpid(), "version": list(sys.version_info[:3]), "threads": _account(sys._getframe(1))}
    line += json.dumps(account).encode("ascii") + b"\n"


def _watch():
    # Taking the account, writing it and parking happen at one instruction of this frame, with no Python frame above it
    # from the writing on: the watcher's own account is exact as well.
    line = bytearray()
    at_once(functools.partial(_prepare, line), functools.partial(os.write, 1, line), _for_ever.acquire)()


def watch():
    """Start the thread that waits until all are parked and prints the account."""
    threading.Thread(target=_watch, name="watcher", daemon=True).start()


def run(shapes, main=None):
    """Park every shape in a thread of its own and `main` in the main thread; print the account."""
    for shape in shapes:
        start(shape)
    stay = hold_main()
    watch()
    (main or _call)(stay)
