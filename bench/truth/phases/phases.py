"""phases.py SEED COUNT MILLISECONDS ACCOUNT [option=value ...]: a program that knows where it was, and for how long.

It goes through COUNT phases. In each, a chain of functions whose names no other phase has is called in ways that the seed
chooses (connectors/), after histories that leave old frames and known calls behind (histories.py); the last one stays where it
is for MILLISECONDS, running or waiting (ends.py). The stack there is what CPython itself says of it (f_back from
sys._getframe), the time is what the program's own clock says (CLOCK_MONOTONIC). Both are written to ACCOUNT, a JSON line a stay:
see Stay in ../stays.ts. For CPython 3.9 to 3.15, standard library only.

Options: connectors=, histories=, ends= take names to choose from; how=NAMES/NAMES: the first phases are made of just these, as "how" of a
stay has them; all=each: one phase a connector, alone; depth=N: so many connectors at most; seconds=N: begin no phase after that, but for the first; go=1: wait for a line on standard input, after "ready PID" on standard output.
"""
import faulthandler, json, os, random, sys, threading
from time import perf_counter as now

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from parts import chain_of, parts_of

SPACE = "phases_space"
get_ident = threading.get_ident
# Threads (by get_ident) whose call is not to stay: see "twice" in histories.py.
warm = set()
# (when, thread, function, is its history's end): appended to by C alone, so that marking leaves no frame behind.
marks = []
rows = []


def note(phase, function, begin, end, how, lines, over, waits):
    """Say where the caller is, and how long it has been there."""
    frame, stack = sys._getframe(1), []
    while frame:
        code = frame.f_code
        stack.append(getattr(code, "co_qualname", code.co_name))
        frame = frame.f_back
    rows.append(
        {
            "phase": phase, "pid": os.getpid(), "interpreter": interpreter(), "thread": threading.get_native_id(),
            "ident": get_ident(), "function": function, "stack": stack[::-1], "lines": lines, "over": over, "waits": waits,
            "begin": begin, "end": end, "how": how,
        }
    )


def interpreter():
    for name in "_interpreters", "_xxsubinterpreters":
        module = sys.modules.get(name)
        if module:
            current = module.get_current()
            return int(current[0] if isinstance(current, tuple) else current)
    return 0


def microseconds(seconds):
    return round(seconds * 1e6)


def write(start, account):
    """Write down what has been noted since `start`, a time: the phase that began then is over, in this process at least."""
    end = now()
    for row in rows:
        if row["pid"] != os.getpid(): continue  # its parent's
        histories, open_marks = {}, {}
        for when, thread, function, is_end in marks:
            if thread != row["ident"]: continue
            if is_end: histories[function] = microseconds(when - open_marks.get(function, when))
            else: open_marks[function] = when
        row["histories"] = histories
        row["from"], row["to"] = microseconds(start), microseconds(end)
        row["begin"], row["end"] = microseconds(row["begin"]), microseconds(row["end"])
        del row["ident"]
    text = "".join(json.dumps(row) + "\n" for row in rows if row["pid"] == os.getpid())
    rows.clear()
    marks.clear()
    to = os.open(account, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(to, text.encode())
    os.close(to)


def space(length, account):
    """What the phases' sources are run in."""
    import helpers

    module = type(sys)(SPACE)
    sys.modules[SPACE] = module
    names = vars(module)
    names.update({name: value for name, value in vars(helpers).items() if not name.startswith("__")})
    names.update(now=now, get_ident=get_ident, warm=warm, mark=marks.append, note=note, LENGTH=length, account=account)
    names["__name__"] = SPACE
    return names


def run(names, phase, source, begin):
    """Go through a phase, or what another interpreter has of one."""
    names["start"] = now()
    names["write"] = lambda: write(names["start"], names["account"])
    exec(compile(source, f"phase_{phase}.py", "exec"), names)
    names[begin]()


def main():
    seed, count, length, account = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000, sys.argv[4]
    options = dict(word.split("=", 1) for word in sys.argv[5:])
    with open(account, "a") as file: file.write(json.dumps({"root": os.getpid()}) + "\n")
    parts = parts_of("connectors"), parts_of("histories.py"), parts_of("ends.py")
    if options.get("go") == "1":
        print("ready", os.getpid(), flush=True)
        sys.stdin.readline()
    rng = random.Random(seed)
    if options.get("all") == "each": count = len(parts[0])
    names = space(length, account)
    last = now() + float(options.get("seconds", "inf"))
    for phase in range(count):
        source, how = chain_of(rng, phase, parts, options)
        names["source"] = source
        written = os.stat(account).st_size if os.path.exists(account) else 0
        try: run(names, phase, source, f"f_{phase}_0")
        except BaseException as error: failure = f"{type(error).__name__}: {error}"
        else: failure = None
        names["write"]()
        if failure or os.path.getsize(account) == written:
            with open(account, "a") as file: file.write(json.dumps({"phase": phase, "lost": failure or "no stay", "how": how}) + "\n")
        for name in [n for n in names if f"_{phase}_" in n]: del names[name]
        if now() > last: break


if __name__ == "__main__":
    faulthandler.enable()
    sys.setrecursionlimit(20000)
    main()
