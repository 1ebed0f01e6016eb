"""Become the program that the arguments name, behind a filter on process_vm_readv.

usage: without_copies.py HOW PROGRAM [ARGUMENT]...
HOW: "refused" (EPERM), as in a container's default profile; "missing" (ENOSYS), as in some sandboxes; "short", which is to say that there is
no memory (ENOMEM) where it copies several ranges.
"""

import ctypes
import errno
import os
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, JUMP_IF_GREATER, RETURN = 0x20, 0x15, 0x25, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
SYS_PROCESS_VM_READV = 310  # x86-64
NUMBER_AT, REMOTE_COUNT_AT = 0, 16 + 4 * 8  # struct seccomp_data


def step(code, constant, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, constant)


ERRORS = {"refused": errno.EPERM, "missing": errno.ENOSYS, "short": errno.ENOMEM}
how = sys.argv[1]
program = b"".join(
    [
        step(LOAD, NUMBER_AT),
        step(JUMP_IF_EQUAL, SYS_PROCESS_VM_READV, 0, 3),
        step(LOAD, REMOTE_COUNT_AT),
        step(JUMP_IF_GREATER, 1 if how == "short" else 0, 0, 1),
        step(RETURN, ERRNO | ERRORS[how]),
        step(RETURN, ALLOW),
    ]
)
steps = ctypes.create_string_buffer(program, len(program))
filters = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(steps)), 16)
libc = ctypes.CDLL(None, use_errno=True)
for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(filters), 0, 0)):
    if libc.prctl(call[0], *map(ctypes.c_ulong, call[1:])) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[2], sys.argv[2:])
