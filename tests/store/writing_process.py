"""A store in a process of its own, to be killed: applies a numbered story from where it stands to the end."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from store.readings import Limits, open_store
from tests.store.contract import START_US, Row, batch, received_us

LAST = 240


def rows_of(position: int) -> list[Row]:
    """The rows of a batch, the same in every process: half new, some repeated, some different, some late."""
    chance = random.Random(position)
    rows = []
    for _ in range(80):
        when = START_US + max(0, position - chance.choice([0, 0, 0, 1, 9, 200])) * 1_000_000
        series = chance.randint(0, 40)
        value = float(chance.choice([when // 1_000_000 % 7, when // 1_000_000 % 7, 50]))
        rows.append(Row(series, when, value, 0, chance.randint(0, 2)))
    return rows


def main(path: Path) -> None:
    """Apply what is missing, in groups of changing size."""
    limits = Limits(recent_readings=1_000, recent_chunks=25, feed_readings=4_000)
    store = open_store(path, now_us=0, limits=limits)
    while (position := store.position()) < LAST:
        last = min(LAST, position + 1 + position % 3)
        store.apply([(p, batch(rows_of(p), received_us(p))) for p in range(position + 1, last + 1)])
        store.tend(received_us(last))
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
