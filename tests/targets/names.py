"""Names and file names of every string kind, very long ones, and a code object with a very long location table."""

import importlib
import os
import shutil
import sys
import tempfile

import account

LINES = 40_000


def función(hold):
    class Größe:
        def été(self):
            return hold()

    return Größe().été()


def 関数(hold):
    def 内側():
        return hold()

    return 内側()


def 𠀀𠀁(hold):
    def 𠮷野家():
        return hold()

    return 𠮷野家()


def mixed_kinds(hold):
    return (lambda: función((lambda: 関数(hold))))()


def made(file, name, first_line=1):
    """A shape whose function is called `name`, compiled as if it stood in `file`."""
    source = "\n" * (first_line - 1) + "def {0}(hold):\n    return hold()\n".format(name)
    scope = {}
    exec(compile(source, file, "exec"), scope)
    return scope[name]


def long_table(hold):
    """Parked in a function of so many lines that its location table is over 64 KiB."""
    half = LINES // 2
    source = "def long(hold):\n" + "    x = 1\n" * half + "    (hold())\n" + "    x = 2\n" * half
    scope = {}
    exec(compile(source, "long.py", "exec"), scope)
    code = scope["long"].__code__
    table = code.co_linetable if sys.version_info >= (3, 10) else code.co_lnotab
    assert len(table) > 65536, len(table)
    scope["long"](hold)


def imported(hold):
    """Parked in the class body of a module that is being imported, from a folder with an emoji in its name."""
    folder = tempfile.mkdtemp(suffix=" 😀 naïve")
    account.imported_hold = account.at_once(lambda: shutil.rmtree(folder), hold)
    with open(os.path.join(folder, "módulo.py"), "w", encoding="utf-8") as module:
        module.write("import account\n\n\nclass Körper:\n    value = account.imported_hold()\n")
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    importlib.import_module("módulo")


def main(hold):
    return hold()


account.run(
    [
        función,
        関数,
        𠀀𠀁,
        mixed_kinds,
        made("/tmp/latin-1/café.py", "plain"),
        made("/tmp/日本/語.py", "plain"),
        made("/tmp/😀.py", "plain"),
        made("", "empty_file_name"),
        made("x" * 10_000 + ".py", "plain"),
        made("long name.py", "f" + "o" * 9_999),
        made("long name.py", "長" * 10_000),
        made("far away.py", "far_away", 1_000_000),
        long_table,
        imported,
    ],
    main,
)
