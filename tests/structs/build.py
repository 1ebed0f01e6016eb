"""Make the memory of a CPython that never was (target.c), and say what a sample of it must show.

    python3 tests/structs/build.py MEMORY PYTHON INCLUDE WORD_SIZE regular|free-threaded

In: an interpreter that compiles program.py, headers of the same version (internal/ included), a word size (4 or 8). Out:
the file MEMORY; and on stdout, as JSON, where it starts, where the runtime lies, and the stacks that compile.py laid out.
It needs what assembly/layouts/generate needs, and a static C library (Debian: libc6-dev, libc6-dev-i386).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "assembly/layouts/generate"))
from headers import compile_against  # noqa: E402

# Of what the initialisers name, only what lies in the headers is needed: the rest is null.
FLAGS = ["-O1", "-static", "-no-pie", "-fno-pie", "-Wl,--unresolved-symbols=ignore-all"]


def main():
    memory, python, include, word_size, build = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch, "tables.inc")
        compiled = subprocess.run([python, HERE / "compile.py", tables], check=True, capture_output=True, text=True)
        flags = [*FLAGS, f'-DTABLES="{tables}"', *(["-DPy_GIL_DISABLED=1"] if build == "free-threaded" else [])]
        program = compile_against(Path(include), int(word_size), HERE / "target.c", Path(scratch), *flags)
        made = subprocess.run([program, memory], check=True, capture_output=True, text=True)
    print(json.dumps({**json.loads(made.stdout), "stacks": json.loads(compiled.stdout)}))


main()
