# A Jupyter kernel that runs cells, one after the other, until it is ended.
import itertools

from jupyter_client.manager import start_new_kernel

CELLS = [
    "import json, re, statistics\ndata = [{'n': n, 'text': 'x' * (n % 17)} for n in range(3000)]",
    "texts = [json.dumps(row, sort_keys=True) for row in data]\nlen(texts)",
    "found = [re.sub(r'(x+)', lambda m: str(len(m.group(1))), text) for text in texts]\nfound[-1]",
    "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(19)",
    "statistics.fmean(len(text) for text in found)",
    "for i in range(200):\n    print(i, sorted(found[:50], key=lambda text: text[::-1])[i % 50])",
    "1 / 0",
]

manager, client = start_new_kernel(kernel_name="python3")
try:
    for cell in itertools.cycle(CELLS):
        client.execute_interactive(cell, timeout=60, output_hook=lambda message: None)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
