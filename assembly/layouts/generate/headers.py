"""Compile a C program against CPython's own headers, for either word size.

In: a folder of headers (Python.h and internal/), of a 64-bit build; a program. Out: an executable. The sizes that configure
found are overridden for 32 bits, with the alignment of i386: 64-bit integers on 4 bytes.
"""

import subprocess

# What configure finds on i386 where it differs from x86-64.
SIZES_OF_32_BIT = {
    "ALIGNOF_LONG": "4",
    "ALIGNOF_SIZE_T": "4",
    "HAVE_GCC_ASM_FOR_X64": None,
    "HAVE_GCC_UINT128_T": None,
    "HAVE___UINT128_T": None,
    "SIZEOF_LONG": "4",
    "SIZEOF_LONG_DOUBLE": "12",
    "SIZEOF_PTHREAD_T": "4",
    "SIZEOF_SIZE_T": "4",
    "SIZEOF_TIME_T": "4",
    "SIZEOF_UINTPTR_T": "4",
    "SIZEOF_VOID_P": "4",
}


def find_configuration(include):
    """The file with configure's results: pyconfig.h, or the one that Debian's dispatching pyconfig.h names."""
    found = include / "pyconfig.h"
    if "x86_64-linux-gnu" not in found.read_text():
        return found
    return include.parent / "x86_64-linux-gnu" / include.name / "pyconfig.h"


def mirror_headers(include, folder, word_size):
    """Fill a folder with links to the headers, and a pyconfig.h for the word size."""
    for entry in include.iterdir():
        if entry.name != "pyconfig.h":
            (folder / entry.name).symlink_to(entry.resolve())
    lines = [find_configuration(include).read_text()]
    if word_size == 4:
        for name, size in SIZES_OF_32_BIT.items():
            lines.append(f"#undef {name}")
            if size is not None:
                lines.append(f"#define {name} {size}")
    (folder / "pyconfig.h").write_text("\n".join(lines) + "\n")


def compile_against(include, word_size, program, scratch, *flags):
    """Compile a program in a folder of its own, `scratch`, with `cc` and more flags; returns the executable's path."""
    headers = scratch / "include"
    headers.mkdir()
    mirror_headers(include, headers, word_size)
    executable = scratch / program.stem
    machine = ["-m32"] if word_size == 4 else ["-m64"]
    paths = [f"-I{headers}", f"-I{headers / 'internal'}"]
    compilation = ["cc", "-std=gnu11", "-w", *machine, *flags, *paths, str(program), "-o", str(executable)]
    subprocess.run(compilation, check=True)
    return executable
