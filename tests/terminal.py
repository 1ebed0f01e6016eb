"""Run a command in a terminal of its own, as somebody at its keyboard would.

In: a JSON list of [what to wait for, what to type], and the command. Out: JSON with how it ended and what was shown.
"""

import json
import os
import pty
import sys


def main():
    dialogue = json.loads(sys.argv[1])
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = b""
    seen = 0
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # nobody has the terminal open any more
            break
        shown += chunk
        while dialogue and dialogue[0][0].encode() in shown[seen:]:
            awaited, typed = dialogue.pop(0)
            seen = shown.index(awaited.encode(), seen) + len(awaited.encode())
            os.write(terminal, typed.encode())
    status = os.waitpid(pid, 0)[1]
    how = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    print(json.dumps({"how": how, "shown": shown.decode("latin-1")}))


main()
