"""Compile program.py or crowd.py with the CPython that runs this, for structs.h.

    python3.14 tests/structs/compile.py memory|crowd TABLES

Out: the file TABLES, C tables of the code objects and of the stacks of memory.c or the calls of crowd.c; and on stdout, as
JSON, each stack as a sample must show it, its frames' texts, root first; or what bench/truth/judge.ts takes for a call
graph. Positions are what this CPython itself says (co_positions), so that they judge the decoder. The bytecode is that of
a build with the GIL: free-threaded builds of a version compile to the same.
"""

import ast
import dis
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Frames, root first: (qualified name, which of its calls it waits in; None: it is at its last instruction, marks).
# Marks: "c" called from C; "g" a generator's frame; "m" runs the code object's own bytecode, whatever its thread is.
DEEP = [("deep", 0, "")] * 400
STACKS = [
    # interpreter, tlbc_index, frames
    (0, 0, [("<module>", 0, "c"), ("start", 0, ""), ("plain", 0, ""), ("inner", 1, ""), ("leaf", None, "")]),
    (0, 1, [("start", 0, "cm"), ("Größe.messen", 0, ""), ("Größe.名前", 0, ""), ("Größe.名前.<locals>.<lambda>", 0, ""),
            ("测量", 1, ""), ("gen", 1, "cg"), *DEEP, ("leaf", 0, "")]),
    (0, 5, [("main", 0, "cg"), ("𐌰waiting", 0, "g"), ("leaf", 0, "")]),
    (0, 2, []),
    (1, 3, [("inner", 0, "c"), ("leaf", None, "")]),
]


def collect(code, found):
    found[code.co_qualname] = code
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            collect(constant, found)
    return found


def unit_of(code, call):
    """The code unit of an instruction at which a frame stands."""
    instructions = list(dis.get_instructions(code))
    if call is None:
        return instructions[-1].offset // 2
    calls = [one for one in instructions if one.opname.startswith("CALL") and not one.opname.startswith("CALL_INTRINSIC")]
    calls += [one for one in instructions if one.opname == "SEND"]
    return calls[call].offset // 2


def first_traceable(code):
    return next(one.offset for one in dis.get_instructions(code) if one.opname == "RESUME") // 2


def text(code, unit):
    line, line_end, column, column_end = list(code.co_positions())[unit]
    return f"{code.co_qualname} {code.co_filename}:{line}:{column + 1}-{line_end}:{column_end + 1}"


def array(content):
    return ", ".join(str(byte) for byte in content)


def points(string):
    return array([*(ord(one) for one in string), 0])


def write_sources(codes, filename, out):
    for i, code in enumerate(codes.values()):
        out.write(f"static const unsigned char bytecode_{i}[] = {{{array(code.co_code)}}};\n")
        out.write(f"static const unsigned char locations_{i}[] = {{{array(code.co_linetable)}}};\n")
        out.write(f"static const unsigned name_{i}[] = {{{points(code.co_qualname)}}};\n")
    out.write("static const Source sources[] = {\n")
    for i, code in enumerate(codes.values()):
        locals_count = len(code.co_varnames) + len(set(code.co_cellvars) - set(code.co_varnames)) + len(code.co_freevars)
        figures = [len(code.co_code) // 2, len(code.co_linetable), code.co_flags, code.co_argcount, code.co_stacksize]
        figures += [code.co_firstlineno, locals_count, first_traceable(code)]
        out.write(f"  {{name_{i}, bytecode_{i}, locations_{i}, {array(figures)}}},\n")
    out.write(f"}};\nstatic const unsigned filename[] = {{{points(filename)}}};\n")


def write_stacks(codes, out):
    names = list(codes)
    for i, (_, _, frames) in enumerate(STACKS):
        steps = ", ".join(
            f'{{{names.index(name)}, {unit_of(codes[name], call)}, "{marks}"}}' for name, call, marks in frames
        )
        out.write(f"static const Step steps_{i}[] = {{{steps or '{0}'}}};\n")
    out.write("static const Stack stacks[] = {\n")
    for i, (interpreter, index, frames) in enumerate(STACKS):
        out.write(f"  {{{interpreter}, {index}, steps_{i}, {len(frames)}}},\n")
    out.write("};\n")
    return [
        {
            "interpreter": interpreter,
            "frames": [text(codes[name], unit_of(codes[name], call)) for name, call, _ in frames],
        }
        for interpreter, _, frames in STACKS
    ]


def calls_of(source):
    """The calls of each function, in order: (line, callee)."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {
        function.name: [(node.lineno, node.func.id) for node in ast.walk(function) if isinstance(node, ast.Call)]
        for function in functions
    }


def write_calls(codes, source, out):
    names, calls = list(codes), calls_of(source)
    for i, (name, code) in enumerate(codes.items()):
        at = {one.positions.lineno: one.offset // 2 for one in dis.get_instructions(code) if one.opname == "CALL"}
        own = [f"{{{at[line]}, {names.index(callee)}}}" for line, callee in calls.get(name, [])]
        out.write(f"static const Call calls_{i}[] = {{{', '.join([*own, '{0, -1}'])}}};\n")
    out.write(f"static const Call *const calls[] = {{{', '.join(f'calls_{i}' for i in range(len(names)))}}};\n")
    out.write(f"#define ROOT {names.index('crowd')}\n")
    return {
        "edges": {f"{name}:{line}": [callee] for name, own in calls.items() for line, callee in own},
        "spans": {name: [codes[name].co_firstlineno, max([codes[name].co_firstlineno + 1, *(line for line, _ in own)])]
                  for name, own in calls.items()},
        "roots": ["crowd"],
    }


def main():
    kind, tables = sys.argv[1:]
    file = {"memory": "program.py", "crowd": "crowd.py"}[kind]
    source = (HERE / file).read_text(encoding="utf-8")
    filename = f"/app/{file}"
    codes = collect(compile(source, filename, "exec", dont_inherit=True), {})
    with open(tables, "w", encoding="utf-8") as out:
        write_sources(codes, filename, out)
        said = write_stacks(codes, out) if kind == "memory" else write_calls(codes, source, out)
    json.dump(said, sys.stdout, ensure_ascii=True)


main()
