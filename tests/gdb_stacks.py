"""For gdb -x: prints, of the process that it is attached to, {native thread id: [[pc, name, is no call of its own], ...]}, leaf first, as a line of JSON."""
import json

import gdb

# Inlined, or left by a jump: debug information tells of them, and they have nothing on the stack.
NO_CALLS = (gdb.INLINE_FRAME, gdb.TAILCALL_FRAME)

stacks = {}
for thread in gdb.selected_inferior().threads():
    thread.switch()
    frames = []
    frame = gdb.newest_frame()
    while frame is not None:
        # A signal's frame is gdb's own name for what the C library has as __restore_rt.
        frames.append([frame.pc(), frame.name(), frame.type() in NO_CALLS])
        frame = frame.older()
    stacks[thread.ptid[1]] = frames
print("STACKS " + json.dumps(stacks))
