# A celery worker's tasks, by way of files: `celery -A tasks worker` works in the folder that TASKS names, and
# `python tasks.py SECONDS` gives it some hundred tasks a second for so long.
import os
import sys
import time

from celery import Celery

folder = os.environ["TASKS"]
queue = os.path.join(folder, "queue")
control = os.path.join(folder, "control")
for one in (queue, control):
    os.makedirs(one, exist_ok=True)

app = Celery("tasks", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": queue,
        "data_folder_out": queue,
        "control_folder": control,
        "polling_interval": 0.005,
    },
    task_ignore_result=True,
    worker_enable_remote_control=False,
)


@app.task
def primes(limit):
    sieve = bytearray([1]) * (limit + 1)
    for n in range(2, int(limit**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, limit + 1, n)))
    return sum(n for n in range(2, limit + 1) if sieve[n])


@app.task
def words(text):
    counts = {}
    for word in sorted(text.split(), key=str.lower):
        counts[word] = counts.get(word, 0) + 1
    return max(counts.items(), key=lambda item: item[1])


if __name__ == "__main__":
    end = time.monotonic() + float(sys.argv[1])
    text = __doc__ or " ".join(app.conf.keys())
    while time.monotonic() < end:
        primes.delay(5000)
        words.delay(text)
        time.sleep(0.01)
