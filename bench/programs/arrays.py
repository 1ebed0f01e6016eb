# numpy and pandas where they call Python back: apply, a key of sort, vectorize, map, groupby; and where they don't. Runs until it is ended.
import itertools

import numpy as np
import pandas as pd

random = np.random.default_rng(7)
frame = pd.DataFrame(
    {"group": random.integers(0, 50, 4000), "value": random.normal(size=4000), "word": [f"w{i % 97}" for i in range(4000)]}
)


def scaled(row):
    return row["value"] * 2 + len(row["word"])


def spread(part):
    return part["value"].max() - part["value"].min()


def clipped(x, low=-1.0, high=1.0):
    if x < low:
        return low
    return high if x > high else x


vectorized = np.vectorize(clipped)


def turn(number):
    yield frame.head(400).apply(scaled, axis=1)
    yield frame.groupby("group")[["value"]].apply(spread)
    yield frame["value"].map(clipped)
    yield vectorized(frame["value"].to_numpy())
    yield sorted(frame["word"], key=lambda word: (word[1:], number))
    yield frame.sort_values("value", key=lambda column: column.abs())
    yield np.apply_along_axis(lambda column: column.cumsum()[-1], 0, random.normal(size=(20, 200)))
    yield np.linalg.svd(random.normal(size=(120, 120)))
    yield frame.pivot_table(index="group", columns="word", values="value", aggfunc="mean").fillna(0).to_numpy().sum()


for number in itertools.count():
    for result in turn(number):
        assert result is not None
