"""Begin ten threads, one process and 100 code objects a second, for SECONDS, and let each end soon: growth.py SECONDS.

No function comes twice: each has a name and a file of its own. Every other process is forked, the others are Python anew."""

import os
import subprocess
import sys
import threading
import time

PERIOD = 0.1
CODES_A_PERIOD = 10
PERIODS_A_PROCESS = 10
LIFE = 0.5


def spin(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


def new_functions(period):
    for number in range(CODES_A_PERIOD):
        name = f"function_{period}_{number}"
        names = {"spin": spin}
        exec(compile(f"def {name}():\n    spin(0.004)\n", f"/srv/growth/{name}.py", "exec"), names)
        names[name]()


def forked():
    pid = os.fork()
    if pid == 0:
        spin(LIFE)
        os._exit(0)
    return lambda: os.waitpid(pid, 0)


def started():
    code = f"import time\nuntil = time.time() + {LIFE}\nwhile time.time() < until: pass"
    return subprocess.Popen([sys.executable, "-c", code]).wait


def main(seconds):
    end = time.monotonic() + seconds
    waits = []
    period = 0
    while (due := time.monotonic() + PERIOD) < end:
        threading.Thread(target=time.sleep, args=(LIFE,)).start()
        if period % PERIODS_A_PROCESS == 0:
            for wait in waits:
                wait()
            waits = [forked() if period % (2 * PERIODS_A_PROCESS) else started()]
        new_functions(period)
        period += 1
        time.sleep(max(0, due - time.monotonic()))
    for wait in waits:
        wait()


main(float(sys.argv[1]))
