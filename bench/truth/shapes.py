"""Write a Python program whose every possible call stack is known from its source.

    python3 shapes.py SHAPE SEED SECONDS > program.py

The program prints a ready line (JSON), then for SECONDS calls tiny functions as fast as it can, so that a sampler that
reads a stack piece by piece joins pieces of different moments. Each call stands on its own line; edges.py reads off the
source which function each line can call. A function that comes as an argument bears the name of the parameter. The same
SHAPE and SEED give the same program on every CPython. It knows nothing of samplers.

SHAPE: layers      nine layers of four functions, each calling one to three of the next
       recursion   mutual recursion of random depth (addresses of frames are reused at once)
       generators  generators run to their end from many places, with yield from
       callbacks   Python called back from C: sorted(key=), map, functools.reduce, re.sub
       threads     the layers shape in four threads at once
       crosscalls  one function calls chains of different depth and frame size in turn: a stack of one chain's caller and
                   another's callee never was (CPython issue 151424)
       reuse       chains of equal depth and frame size, one after the other: each frame lies where another chain's lay,
                   so a parent kept from the last sample is another chain's (CPython issue 151613)
       resumed     generators that never end, each resumed by turns from callers of different depth (CPython issue 151436)
       coroutines  the same with async functions that await
       instances   classes whose __init__ makes instances of others: a frame of the interpreter's own below each (3.13+)
       interpreters  the layers shape in three interpreters with a GIL each, at once (3.12+)
"""

import random
import sys


def layers(r, depth=9, width=4):
    lines = []
    for layer in range(depth):
        for w in range(width):
            lines.append(f"def f{layer}_{w}():")
            if layer == depth - 1:
                lines += [f"    x = {w}", "    x += 1", "    return x"]
            else:
                lines += [f"    f{layer + 1}_{r.randrange(width)}()" for _ in range(r.randint(1, 3))]
            lines.append("")
    return lines, [f"f0_{w}()" for w in range(width)]


def recursion(r, width=5):
    lines = []
    for w in range(width):
        lines += [f"def r{w}(n):", "    if n <= 0:", "        return 0"]
        lines += [f"    r{r.randrange(width)}(n - {r.randint(1, 3)})" for _ in range(2)]
        lines += ["    return n", ""]
    return lines, [f"r{w}({r.randint(3, 9)})" for w in range(width)]


def generators(r, width=4):
    lines = []
    for w in range(width):
        lines += [f"def leaf{w}(n):", "    for i in range(n):", "        yield i", ""]
    for w in range(width):
        lines += [f"def chain{w}():"]
        lines += [f"    yield from leaf{r.randrange(width)}({r.randint(2, 5)})" for _ in range(2)] + [""]
    for w in range(width):
        lines += [f"def drain{w}():", f"    for _ in chain{r.randrange(width)}():", "        pass", ""]
    return lines, [f"drain{w}()" for w in range(width)]


def callbacks(r, width=4):
    lines = ["import functools", "import re", "DATA = list(range(20))", "TEXT = 'abc' * 5", ""]
    for w in range(width):
        lines += [f"def key{w}(v):", f"    return -v if v % {w + 2} else v", ""]
        lines += [f"def add{w}(a, b):", "    return a + b", ""]
        lines += [f"def sub{w}(m):", "    return 'x'", ""]
    for w in range(width):
        k, a, s = r.randrange(width), r.randrange(width), r.randrange(width)
        lines += [f"def use{w}():", f"    sorted(DATA, key=key{k})", f"    functools.reduce(add{a}, DATA)"]
        lines += [f"    re.sub('b', sub{s}, TEXT)", f"    list(map(key{k}, DATA))", ""]
    return lines, [f"use{w}()" for w in range(width)]


def chain(name, depth, local_variables, calls):
    """Functions name_0 to name_{depth - 1}, each with so many locals and `calls()` calls of the next."""
    lines = []
    for level in range(depth):
        lines.append(f"def {name}_{level}():")
        lines += [f"    v{number} = {number}" for number in range(local_variables)]
        if level < depth - 1:
            lines += [f"    {name}_{level + 1}()" for _ in range(calls())]
        lines += ["    return 1", ""]
    return lines


def crosscalls(r, forks=4, branches=8):
    lines = []
    for b in range(branches):
        lines += chain(f"b{b}", r.randint(1, 8), r.randint(0, 9), lambda: 1)
    for f in range(forks):
        lines += [f"def fork{f}():"] + [f"    b{b}_0()" for b in r.sample(range(branches), 4)] + [""]
    return lines, [f"fork{f}()" for f in range(forks)]


def reuse(r, chains=8, depth=7):
    lines = []
    for c in range(chains):
        lines += chain(f"c{c}", depth, 2, lambda: r.randint(1, 2))
    return lines, [f"c{c}_0()" for c in r.sample(range(chains), chains)]


def instances(r, depth=6, width=3):
    lines = []
    for layer in reversed(range(depth)):
        for w in range(width):
            lines.append(f"def init{layer}_{w}(self, _):")
            if layer == depth - 1:
                lines += [f"    self.x = {w}", "    self.x += 1", ""]
            else:
                # The class is called, and what runs is the function, which is named for edges.py.
                made = [f"{layer + 1}_{r.randrange(width)}" for _ in range(r.randint(1, 2))]
                lines += [f"    Class{name}(init{name})" for name in made] + [""]
            lines += [f"class Class{layer}_{w}:", f"    __init__ = init{layer}_{w}", ""]
    return lines, [f"Class0_{w}(init0_{w})" for w in range(width)]


def resuming(r, names, resume):
    """Functions that resume two of `names` each, some of them called by others, so that they lie at different depths."""
    lines, entries = [], []
    for p in range(6):
        pair = r.sample(names, 2)
        lines += [f"def pull{p}({', '.join(pair)}):"] + ["    " + resume.format(name) for name in pair] + [""]
        caller = f"pull{p}"
        for level in range(r.randrange(4)):  # the parameters have names of their own: these don't call what they pass on
            lines += [f"def deep{p}_{level}(first, second):", f"    {caller}(first, second)", "    return 2", ""]
            caller = f"deep{p}_{level}"
        entries.append(f"{caller}({', '.join(f'MADE[{names.index(name)}]' for name in pair)})")
    return lines + [f"MADE = [{', '.join(f'{name}()' for name in names)}]", ""], entries


def resumed(r, width=4):
    lines = []
    for w in range(width):
        lines += [f"def leaf{w}():", "    n = 0", "    while True:", "        n += 1", "        yield n", ""]
    for w in range(width):
        lines += [f"def middle{w}():", f"    yield from leaf{r.randrange(width)}()", ""]
        lines += [f"def gen{w}():", f"    yield from {r.choice(['leaf', 'middle'])}{w}()", ""]
    pulls, entries = resuming(r, [f"gen{w}" for w in range(width)], "next({})")
    return lines + pulls, entries


def coroutines(r, width=4):
    lines = ["import types", ""]
    for w in range(width):
        lines += ["@types.coroutine", f"def pause{w}():", f"    for n in range({r.randint(1, 3)}):", "        yield n", ""]
        lines += [f"async def leaf{w}():", f"    await pause{r.randrange(w + 1)}()", "    return 3", ""]
    for w in range(width):
        lines += [f"async def co{w}():", "    while True:"]
        lines += [f"        await leaf{r.randrange(width)}()" for _ in range(r.randint(1, 3))] + [""]
    pulls, entries = resuming(r, [f"co{w}" for w in range(width)], "{}.send(None)")
    return lines + pulls, entries


READY = "print('{\"ready\": true}', flush=True)"

# Behind the functions, for the main interpreter only: two others run the same file.
INTERPRETERS = """
if __name__ == "__main__":
    import os
    import threading
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters

    def inside(source):
        interpreters.run_string(interpreters.create(), source)

    with open(__file__) as program:
        code = f"exec(compile({program.read()!r}, {__file__!r}, 'exec'), dict(__name__='inside'))"
    for number in range(2):
        begun, begin = os.pipe()
        threading.Thread(target=inside, args=(f"import os; os.write({begin}, b'1')\\n{code}",)).start()
        os.read(begun, 1)
""".splitlines() + [f"    {READY}"]


def steady(entries):
    """The body of main's loop: every entry once."""
    return [f"        {entry}" for entry in entries]


def irregular(entries):
    """The same, each entry with a chance of one half: a loop of even length may run in step with a sampler's clock."""
    lines = ["        x = (x * 1103515245 + 12345) & 0x7fffffff"]
    for bit, entry in enumerate(entries, start=12):
        lines += [f"        if x >> {bit} & 1:", f"            {entry}"]
    return lines


STEADY = {
    "layers": layers,
    "recursion": recursion,
    "generators": generators,
    "callbacks": callbacks,
    "threads": layers,
    "instances": instances,
    "interpreters": layers,
}
IRREGULAR = {"crosscalls": crosscalls, "reuse": reuse, "resumed": resumed, "coroutines": coroutines}


def program(shape, seed, seconds):
    body, entries = (STEADY | IRREGULAR)[shape](random.Random(seed))
    lines = ["import time", ""] + body + ["def main():", f"    end = time.time() + {seconds}"]
    if shape in IRREGULAR:
        lines += ["    x = 1"]
    lines += ["    while time.time() < end:"] + (irregular if shape in IRREGULAR else steady)(entries)
    if shape == "interpreters":
        lines += INTERPRETERS
    else:
        lines += [READY]
    if shape == "threads":
        lines = ["import threading"] + lines
        lines += ["threads = [threading.Thread(target=main) for _ in range(3)]", "for t in threads:", "    t.start()"]
    return lines + ["main()"]


if __name__ == "__main__":
    print("\n".join(program(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))
