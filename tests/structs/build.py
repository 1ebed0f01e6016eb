"""Build a CPython that never was out of the structs of its headers: its memory (memory.c), or a process (crowd.c).

    python3 tests/structs/build.py memory|crowd OUT PYTHON INCLUDE WORD_SIZE regular|free-threaded

In: an interpreter that compiles program.py or crowd.py, headers of the same version (internal/ included), a word size (4 or
8). Out: the memory, or an executable, as the file OUT; and on stdout, as JSON, what compile.py says of it, as "said", and
where a memory starts and its runtime lies. It needs what assembly/layouts/generate needs.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "assembly/layouts/generate"))
from headers import compile_against  # noqa: E402

# Of what the initialisers name, only what lies in the headers is needed: the rest is null.
FLAGS = ["-O1", "-static", "-no-pie", "-fno-pie", "-pthread", "-Wl,--unresolved-symbols=ignore-all"]


def main():
    kind, out, python, include, word_size, build = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch, "tables.inc")
        command = [python, HERE / "compile.py", kind, tables]
        compiled = subprocess.run(command, check=True, capture_output=True, text=True)
        flags = [*FLAGS, f'-DTABLES="{tables}"', *(["-DPy_GIL_DISABLED=1"] if build == "free-threaded" else [])]
        program = compile_against(Path(include), int(word_size), HERE / f"{kind}.c", Path(scratch), *flags)
        said = {"said": json.loads(compiled.stdout)}
        if kind == "memory":
            made = subprocess.run([program, out], check=True, capture_output=True, text=True)
            said.update(json.loads(made.stdout))
        else:
            shutil.copy(program, out)
    print(json.dumps(said))


main()
