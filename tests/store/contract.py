"""What every store of readings must do: an oracle in plain dicts and the comparison of both."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Batch, Flag
from store.nouns import ReadingReader

START_US = 20_000 * US_PER_DAY
GATEWAYS = ["g0", "g1", "g2"]
BAD = Flag.SENTINEL | Flag.IMPOSSIBLE


class Row(NamedTuple):
    """One arriving value."""

    series: int
    time_us: int
    value: float
    flags: int = 0
    gateway: int = 0


def batch(rows: Sequence[Row], received_us: int, **more: list) -> Batch:
    """The rows as ingest would commit them."""
    return Batch(
        received_us=received_us,
        series=np.array([r.series for r in rows], "<i4").tobytes(),
        time_us=np.array([r.time_us for r in rows], "<i8").tobytes(),
        value=np.array([r.value for r in rows], "<f8").tobytes(),
        flags=np.array([r.flags for r in rows], "u1").tobytes(),
        source=np.array([r.gateway for r in rows], "<u2").tobytes(),
        gateways=GATEWAYS,
        **({"new_series": [], "counts": [], "dead_letters": [], "links": []} | more),
    )


class Oracle:
    """The store as plain dicts, one value at a time."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], tuple[float, int]] = {}
        self.conflicts: dict[tuple[int, int], set[float]] = defaultdict(set)
        self.newest: dict[int, int] = {}
        self.ledger: Counter = Counter()

    def apply(self, rows: Sequence[Row], received_us: int) -> None:
        """Take in one batch."""
        for row in rows:
            key, lane = (
                (row.series, row.time_us),
                (GATEWAYS[row.gateway], received_us // US_PER_HOUR * US_PER_HOUR),
            )
            self.ledger[*lane, self._outcome(row, key)] += 1
            if row.time_us < self.newest.get(row.series, -1) and self.kept.get(key, ()) == ():
                self.ledger[*lane, "values_late"] += 1
            if key not in self.kept:
                self.kept[key] = (row.value, row.flags)
                self.newest[row.series] = max(row.time_us, self.newest.get(row.series, -1))

    def _outcome(self, row: Row, key: tuple[int, int]) -> str:
        if key not in self.kept:
            return "values_kept"
        if row.value == self.kept[key][0] or row.value in self.conflicts[key]:
            return "values_duplicate"
        self.conflicts[key].add(row.value)
        return "values_conflicting"

    def flags(self, key: tuple[int, int]) -> int:
        """Flags with the overlay of conflicts."""
        return self.kept[key][1] | (Flag.DISPUTED if self.conflicts.get(key) else 0)

    def readings(
        self, series: Sequence[int], start_us: int, end_us: int
    ) -> list[tuple[int, int, float, int]]:
        """What `range` answers."""
        keys = sorted(k for k in self.kept if k[0] in series and start_us <= k[1] < end_us)
        return [(*k, self.kept[k][0], int(self.flags(k))) for k in keys]

    def latest(self) -> list[tuple[int, int, float, int]]:
        """What `latest` answers."""
        return [(s, t, self.kept[s, t][0], int(self.flags((s, t)))) for s, t in sorted(self.newest.items())]


def tuples(columns) -> list[tuple[int, int, float, int]]:
    """Columns as rows."""
    parts = (columns.series, columns.time_us, columns.value, columns.flags)
    return list(zip(*(part.tolist() for part in parts), strict=True))


def value_lines(reader: ReadingReader) -> dict:
    """The ledger's lines about what became of values."""
    lines = reader.ledger(None, 0, 2**62)
    return {(x.gateway, x.hour_us, x.what): x.n for x in lines if x.what.startswith("values_")}


def assert_same(reader: ReadingReader, oracle: Oracle) -> None:
    """Everything the store answers equals what the oracle knows."""
    series = sorted({s for s, _ in oracle.kept} | {4})
    low, high = START_US - 10 * US_PER_DAY, START_US + 10 * US_PER_DAY
    assert tuples(reader.range(series, low, high)) == oracle.readings(series, low, high)
    assert (
        tuples(reader.range(series[:2], START_US, START_US + US_PER_HOUR, limit=3))
        == (oracle.readings(series[:2], START_US, START_US + US_PER_HOUR)[:3])
    )
    assert tuples(reader.latest()) == oracle.latest()
    assert value_lines(reader) == dict(oracle.ledger)
    found = {(c.series, c.time_us, c.value) for c in reader.conflicts(series, low, high)}
    assert found == {(*key, value) for key, values in oracle.conflicts.items() for value in values}
    for start_us, end_us, buckets in (
        (START_US - US_PER_DAY + 7, START_US + US_PER_DAY, 20),
        (START_US - 3 * US_PER_MINUTE, START_US + 20 * US_PER_MINUTE, 9),
        (START_US - 2 * US_PER_DAY, START_US + 2 * US_PER_DAY, 96),
    ):
        assert_same_buckets(reader, oracle, series, start_us, end_us, buckets)


def assert_same_buckets(reader, oracle: Oracle, series, start_us: int, end_us: int, buckets: int) -> None:
    """min/mean/max are those of the usable readings in the intervals the answer names."""
    found = reader.aggregate(series, start_us, end_us, buckets)
    starts = found.start_us.tolist()
    assert len(starts) <= buckets
    assert starts[0] <= start_us
    assert starts[-1] + found.width_us >= end_us
    cells = defaultdict(list)
    for s, t, value, flags in oracle.readings(series, starts[0], starts[-1] + found.width_us):
        if not flags & (BAD | Flag.DISPUTED):
            cells[s, (t - starts[0]) // found.width_us].append(value)
    for i, s in enumerate(found.series.tolist()):
        for j in range(len(starts)):
            values = cells.get((s, j), [])
            assert found.count[i, j] == len(values)
            if not values:
                assert math.isnan(found.mean[i, j])
                continue
            assert (found.minimum[i, j], found.maximum[i, j]) == (min(values), max(values))
            assert math.isclose(
                found.mean[i, j], math.fsum(values) / len(values), rel_tol=1e-12, abs_tol=1e-12
            )


def received_us(position: int) -> int:
    """When the batch at this position was received: some in the same hour, some not."""
    return START_US + US_PER_DAY + position * 25 * US_PER_MINUTE
