"""Writes what this CPython says about the place of every instruction of its standard library.

In: nothing; run it with -I. Out, on stdout, little-endian: one message a code object, then one with an
empty name that holds a summary as JSON. It knows nothing of the decoder that is judged.

    message  u32 length of the name, u32 length of the record, the name ("file:scope", UTF-8), the record
    record   u32 kind of table, u32 length of the table, i32 first line, u32 number of runs, the runs, the table
    run      i32 offsets in a row with one location, then i32 line, end line, column, end column; -1 is None

Offsets are bytes of bytecode in 3.9, code units from 3.10 on. Columns count from 0, as CPython has them.
"""

import importlib.util
import json
import marshal
import os
import struct
import sys
import warnings
from array import array
from types import CodeType

# The TABLE_* numbers of assembly/layouts/layout.ts.
LNOTAB, LINES, LOCATIONS = range(3)
KIND = LNOTAB if sys.version_info < (3, 10) else LINES if sys.version_info < (3, 11) else LOCATIONS

# Installed beside the standard library, and not part of it.
FOREIGN = {"site-packages", "dist-packages", "__pycache__"}


def runs_of_lnotab(code):
    import ctypes
    import dis

    address_to_line = ctypes.pythonapi.PyCode_Addr2Line
    end = len(code.co_code)
    starts = list(dis.findlinestarts(code))
    runs = array("i")
    for (start, line), (next_start, _) in zip(starts, starts[1:] + [(end, None)]):
        # findlinestarts is dis's own reading of the table; the one of tracebacks must be the same.
        for offset in (start, next_start - 1):
            assert address_to_line(ctypes.py_object(code), offset) == line, (code, offset)
        runs.extend((next_start - start, line, -1, -1, -1))
    return runs, end


def runs_of_lines(code):
    runs = array("i")
    covered = 0
    for start, end, line in code.co_lines():
        assert start == covered, (code, start)
        covered = end
        runs.extend(((end - start) // 2, -1 if line is None else line, -1, -1, -1))
    assert covered == len(code.co_code), code
    return runs, covered // 2


def runs_of_positions(code):
    runs = array("i")
    count = total = 0
    last = None
    for position in code.co_positions():
        if position == last:
            count += 1
            continue
        if count:
            runs.append(count)
            runs.extend([-1 if number is None else number for number in last])
        total += count
        last = position
        count = 1
    if count:
        runs.append(count)
        runs.extend([-1 if number is None else number for number in last])
    total += count
    assert total == len(code.co_code) // 2, code
    return runs, total


runs_of = (runs_of_lnotab, runs_of_lines, runs_of_positions)[KIND]


def cached(path):
    """The code object in the .pyc beside a source file, or None where that is missing or stale."""
    status = os.stat(path)
    try:
        with open(importlib.util.cache_from_source(path), "rb") as file:
            header = file.read(16)
            expected = struct.pack("<4sIII", importlib.util.MAGIC_NUMBER, 0, int(status.st_mtime), status.st_size)
            return marshal.load(file) if header == expected else None
    except FileNotFoundError:
        return None


def sources(library):
    for folder, folders, files in os.walk(library):
        folders[:] = sorted(set(folders) - FOREIGN)
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(folder, name)


def nested(code):
    waiting = [code]
    while waiting:
        code = waiting.pop()
        yield code
        waiting.extend(constant for constant in code.co_consts if isinstance(constant, CodeType))


def send(out, name, *parts):
    name = name.encode("utf-8", "backslashreplace")
    out.write(struct.pack("<II", len(name), sum(map(len, parts))))
    for part in (name, *parts):
        out.write(part)


def main():
    warnings.simplefilter("ignore")
    out = sys.stdout.buffer
    library = os.path.dirname(os.__file__)
    summary = {"modules": 0, "cached": 0, "codes": 0, "offsets": 0, "skipped": []}
    for path in sources(library):
        short = os.path.relpath(path, library)
        try:
            module = cached(path)
            if module is not None:
                summary["cached"] += 1
            else:
                with open(path, "rb") as file:
                    module = compile(file.read(), path, "exec", dont_inherit=True)
        except (FileNotFoundError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            # A dangling link, or a test's example of what is no Python.
            summary["skipped"].append([short, repr(error)])
            continue
        summary["modules"] += 1
        for code in nested(module):
            table = code.co_lnotab if KIND == LNOTAB else code.co_linetable
            runs, offsets = runs_of(code)
            if sys.byteorder == "big":
                runs.byteswap()
            header = struct.pack("<IIiI", KIND, len(table), code.co_firstlineno, len(runs) // 5)
            scope = getattr(code, "co_qualname", code.co_name)
            send(out, "%s:%s" % (short, scope), header, runs.tobytes(), table)
            summary["codes"] += 1
            summary["offsets"] += offsets
    send(out, "", json.dumps(summary).encode())
    out.flush()


main()
