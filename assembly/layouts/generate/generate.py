"""Write the layout tables of assembly/layouts out of CPython's own headers.

    python3 assembly/layouts/generate/generate.py OUT INCLUDE...

In: folders of CPython headers, one a minor version from 3.9 to 3.15 (each has Python.h and internal/).
Out: OUT/cpython_3_N.ts for each: a complete table (3.9 to 3.12), or where the figures of
`_Py_DebugOffsets` lie and what it doesn't carry (3.13+), for both word sizes, and what of that differs in
a free-threaded build. The same headers give the same bytes. It knows nothing of how the decoder uses the fields.

It compiles probe.c beside it with `cc`, plain and with `-m32` (Debian: gcc-multilib and libc6-dev-i386),
and runs both. The headers may be of a 64-bit build: the sizes that configure found are overridden for
`-m32`. The 32-bit tables have the alignment of i386: 64-bit integers on 4 bytes. What differs where they are
aligned on 8, as on 32-bit ARM, comes of `-malign-double`, for 3.9 to 3.12: the same as of a compiler for ARM
with glibc's headers.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from headers import compile_against

HERE = Path(__file__).resolve().parent
COMMAND = "python3 assembly/layouts/generate/generate.py OUT INCLUDE..."
FIRST_WITH_DEBUG_OFFSETS = 13

# Fields that the debug offsets lack: each is written as a distance from a neighbour that they have, so
# that a field which moves together with its neighbour is still found.
NEIGHBOURS = {
    "runtimeInitialized": "runtimeInterpretersHead",
    "gilSwitches": "gilHolder",
    "threadDatastackTop": "threadDatastackChunk",
    "frameFunction": "framePrevious",
    "frameStackTop": "frameInstruction",
    "codeFlags": "codeArgumentCount",
    "codeStackSize": "codeArgumentCount",
    "codeLocalsCount": "codeArgumentCount",
    "codeFrameSize": "codeArgumentCount",
    "codeVersion": "codeArgumentCount",
    "codeUnits": "objectType",
    "codeFirstTraceable": "codeAdaptive",
    "typeBasicSize": "typeFlags",
    "typeDictOffset": "typeFlags",
    "typeCachedKeys": "typeFlags",
    "moduleDict": "objectType",
    "unicodeHash": "unicodeLength",
    "unicodeCompactData": "unicodeAsciiData",
}

# With it, 64-bit integers have the alignment that all 32-bit processors but i386 give them.
ALIGNED = "-malign-double"

# Fields that debug_offsets.ts derives from figures.
DERIVED = {"frameSize", "codeSize", "interpreterCollecting"}


class Facts:
    """What the probe said of one version at one word size: ordered fields, debug figures, opcodes, build figures."""

    def __init__(self, output):
        self.fields, self.places, self.returns, self.build = {}, {}, {}, {}
        kinds = {
            "value": self.fields,
            "word": self.fields,
            "place": self.places,
            "return": self.returns,
            "build": self.build,
        }
        for line in output.splitlines():
            kind, name, fact = line.split()
            kinds[kind][name] = fact if kind == "word" else int(fact)


def read_version(include):
    """(minor, "3.minor.micro") of the headers in a folder."""
    text = (include / "patchlevel.h").read_text()
    parts = [re.search(rf"#define\s+PY_{part}_VERSION\s+(\d+)", text)[1] for part in ("MAJOR", "MINOR", "MICRO")]
    if parts[0] != "3":
        raise SystemExit(f"{include}: not CPython 3")
    return int(parts[1]), ".".join(parts)


def probe(include, word_size, *flags):
    """Compile and run the probe against the headers of a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        program = compile_against(include, word_size, HERE / "probe.c", Path(scratch), *flags)
        return Facts(subprocess.run([program], check=True, capture_output=True, text=True).stdout)


def choose(narrow, wide):
    """The expression of a fact that may depend on the word size."""
    return str(wide) if narrow == wide else f"wide ? {wide} : {narrow}"


def assignments(target, narrow, wide):
    return [f"  {target}.{name} = {choose(narrow[name], wide[name])};" for name in wide]


def return_opcodes(facts):
    """The lines that say with which opcodes functions return."""
    return [f"  addReturnOpcode({opcode}); // {name}" for name, opcode in facts.returns.items()]


def whole_table(minor, narrow, wide):
    """The lines of a complete table."""
    return [
        f"/** Put the layout of CPython 3.{minor} into force. Word size in bytes: 4 or 8. */",
        f"export function applyCPython3{minor}(wordSize: u32): void {{",
        "  const wide = wordSize == 8;",
        "  Layout.wordSize = wordSize;",
        *assignments("Layout", narrow.fields, wide.fields),
        *return_opcodes(wide),
        "}",
    ]


def aligned_table(minor, narrow, aligned):
    """The lines of what differs in a build of 32 bits that aligns 64-bit integers on 8 bytes."""
    moved = [name for name in narrow.fields if narrow.fields[name] != aligned.fields[name]]
    return [
        "",
        f"/** Set what differs in a 32-bit build of CPython 3.{minor} that aligns 64-bit integers on 8 bytes: any but i386's. */",
        f"export function alignCPython3{minor}(): void {{",
        *(f"  Layout.{name} = {aligned.fields[name]};" for name in moved),
        "}",
    ]


def supplement_line(name, narrow, wide):
    neighbour = NEIGHBOURS.get(name)
    if neighbour is None:
        return f"  Layout.{name} = {choose(narrow[name], wide[name])};"
    distances = [fields[name] - fields[neighbour] for fields in (narrow, wide)]
    if distances[0] == distances[1]:
        operator = "-" if distances[1] < 0 else "+"
        return f"  Layout.{name} = Layout.{neighbour} {operator} {abs(distances[1])};"
    if distances[0] < 0 and distances[1] < 0:
        return f"  Layout.{name} = Layout.{neighbour} - (wide ? {-distances[1]} : {-distances[0]});"
    return f"  Layout.{name} = Layout.{neighbour} + (wide ? {distances[1]} : {distances[0]});"


def supplement(minor, narrow, wide):
    """The lines of what complements the debug offsets of a version."""
    if narrow.places != wide.places:
        raise SystemExit(f"3.{minor}: the debug offsets depend on the word size")
    rest = [name for name in wide.fields if name not in wide.places and name not in DERIVED]
    return [
        f"/** Say where each figure lies in the `_Py_DebugOffsets` of CPython 3.{minor}. */",
        f"export function placeFigures3{minor}(): void {{",
        *assignments("Figures", narrow.places, wide.places),
        "}",
        "",
        f"/** Set what the debug offsets of CPython 3.{minor} don't carry. Word size in bytes: 4 or 8. */",
        f"export function supplementCPython3{minor}(wordSize: u32): void {{",
        "  const wide = wordSize == 8;",
        *(supplement_line(name, narrow.fields, wide.fields) for name in rest),
        *return_opcodes(wide),
        "}",
    ]


def free_threaded(minor, include, regular):
    """The lines of what differs in a free-threaded build, given the facts of a regular one for both word sizes."""
    narrow, wide = (probe(include, word_size, "-DPy_GIL_DISABLED=1") for word_size in (4, 8))
    if narrow.places != wide.places or wide.places != regular[1].places or wide.returns != regular[1].returns:
        raise SystemExit(f"3.{minor}: the debug offsets depend on the build")
    own = set(supplement(minor, *regular))
    lines = [line for line in supplement(minor, narrow, wide) if line.startswith("  Layout.") and line not in own]
    if not lines:
        return []
    head = [
        "",
        f"/** Set what differs in a free-threaded build of CPython 3.{minor}. Word size in bytes: 4 or 8. */",
        f"export function freeThreadedCPython3{minor}(wordSize: u32): void {{",
    ]
    return [*head, *(["  const wide = wordSize == 8;"] if any("wide" in line for line in lines) else []), *lines, "}"]


def build_figures(include):
    """The lines that tell where 3.13's counter of code objects lies in release and in debug builds."""
    lines = []
    for build, flags in (("release", ()), ("debug", ("-DPy_DEBUG",))):
        narrow, wide = probe(include, 4, *flags).build, probe(include, 8, *flags).build
        lines += ["", f"/** The {build} build, to be told by its sizes (code_creations.ts). */"]
        lines += [f"export function {build}Figures313(wordSize: u32): void {{", "  const wide = wordSize == 8;"]
        lines += assignments("Build", narrow, wide) + ["}"]
    return lines


def imports(body):
    """The import lines of what a file's body uses."""
    text = "\n".join(body)
    constants = sorted(set(re.findall(r"\b(?:ATTRIBUTES|FRAME|TABLE)_[A-Z_]+\b", text)))
    lines = ['import { Build } from "./build";'] if "Build." in text else []
    if "Figures." in text:
        lines.append('import { Figures } from "./figures";')
    lines.append(f"import {{ {', '.join(sorted([*constants, 'Layout'], key=str.lower))} }} from \"./layout\";")
    if "addReturnOpcode(" in text:
        lines.append('import { addReturnOpcode } from "./return_opcodes";')
    return [*lines, ""]


def write(include, out):
    """Write the file of one version."""
    minor, version = read_version(include)
    narrow, wide = probe(include, 4), probe(include, 8)
    if minor < FIRST_WITH_DEBUG_OFFSETS:
        body = whole_table(minor, narrow, wide) + aligned_table(minor, narrow, probe(include, 4, ALIGNED))
    else:
        body = supplement(minor, narrow, wide)
        body += free_threaded(minor, include, (narrow, wide))
        if wide.build:
            body += build_figures(include)
    head = [
        "// Generated by assembly/layouts/generate/generate.py: change that, not this.",
        f"// Input: the headers of CPython {version}.",
        f"// Command: {COMMAND}",
    ]
    lines = [*head, *imports(body), *body]
    (out / f"cpython_3_{minor}.ts").write_text("\n".join(lines) + "\n")


def main():
    if len(sys.argv) < 3:
        raise SystemExit(f"usage: {COMMAND}")
    out, includes = Path(sys.argv[1]), sys.argv[2:]
    for include in includes:
        write(Path(include).resolve(), out)


main()
