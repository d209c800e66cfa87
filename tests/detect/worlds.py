"""Small worlds for the engine: registries, what sensors said in them, and the ways in which that may arrive."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import strategies as st

from detect.engine import Engine
from detect.examining import Examiner
from detect.nouns import Checkpoint, FindingChange, Limit, Severity, Watch
from detect.ports import FindingLog, Readings
from detect.streams.nouns import Detector
from ingest.nouns import Flag
from store.nouns import SeriesInfo
from tests.detect.facts import Fact, History, Reading, fact
from tests.detect.memory import MemoryLog, MemoryReadings
from tests.detect.oracle import findings

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
T0 = 1_700_000_000_000_000

SERIES = [
    SeriesInfo(1, "g", "g/a", "temperature"),
    SeriesInfo(2, "g", "g/b", "temperature"),
    SeriesInfo(3, "g", "g/b", "relative_humidity"),
    SeriesInfo(4, "h", "h/c", "temperature"),
    SeriesInfo(5, "h", "h/free", "temperature"),
]
CHILLED = (
    Limit("p/high", "temperature", "high", 8.0, 0.5, 10 * MINUTE, 3, Severity.ALARM),
    Limit("p/worse", "temperature", "high", 12.0, 0.0, 0, 1, Severity.CRITICAL),
    Limit("p/low", "temperature", "low", 2.0, 0.5, 5 * MINUTE, 2, Severity.ALARM),
)
STRICTER = (replace(CHILLED[0], limit=7.7), *CHILLED[1:])
DRY = (Limit("q/humid", "relative_humidity", "high", 8.0, 0.5, 12 * MINUTE, 2, Severity.ALARM),)
FIVE = 5 * MINUTE


def _watch(
    device: str, zone: str, from_min: int, to_min: int | None, limits: tuple[Limit, ...], unwatched_min: int = 60,
    gateway: str = "", interval_us: int = FIVE, quantities: tuple[str, ...] = (),
) -> Watch:  # fmt: skip
    return Watch(
        device, gateway or device.split("/")[0], zone, T0 + from_min * MINUTE,
        None if to_min is None else T0 + to_min * MINUTE, interval_us, quantities, unwatched_min * MINUTE, limits,
    )  # fmt: skip


REGISTRIES: dict[str, list[Watch]] = {
    "plain": [
        _watch("g/a", "z1", 0, None, CHILLED),
        _watch("g/b", "z1", 0, None, CHILLED + DRY),
        _watch("h/c", "z2", 0, None, CHILLED, 30),
    ],
    "moved between zones": [
        _watch("g/a", "z1", 0, None, CHILLED),
        _watch("g/b", "z1", 0, 300, CHILLED + DRY),
        _watch("g/b", "z2", 300, None, CHILLED[:1], 30),
        _watch("h/c", "z2", 100, 400, CHILLED, 30),
    ],
    "other goods, then a gap": [
        _watch("g/a", "z1", 0, 200, CHILLED, 240),
        _watch("g/a", "z1", 200, 420, STRICTER, 30),
        _watch("g/a", "z1", 480, None, CHILLED, 30),
        _watch("g/b", "z3", 60, None, DRY, 60, interval_us=20 * MINUTE),
    ],
    "moved behind another gateway": [
        _watch("g/a", "z1", 0, None, CHILLED),
        _watch("g/b", "z1", 0, 240, CHILLED + DRY),
        _watch("g/b", "z2", 240, None, CHILLED, 60, gateway="h"),
        _watch("h/c", "z2", 0, None, CHILLED, 60),
    ],
    "two gateways of a site": [
        replace(_watch("g/a", "z1", 0, None, CHILLED), site="s"),
        replace(_watch("g/b", "z1", 60, 400, CHILLED + DRY), site="s"),
        replace(_watch("h/c", "z2", 0, None, CHILLED, 30), site="s"),
        replace(_watch("h/free", "z1", 0, None, CHILLED, 90, interval_us=10 * MINUTE), site="s"),
    ],
    "expected quantities, never heard": [
        _watch("g/a", "z1", 0, None, CHILLED, quantities=("temperature", "relative_humidity")),
        _watch("g/b", "z1", 0, None, CHILLED, quantities=("temperature",)),
        _watch("g/mute", "z4", 30, None, CHILLED),
        _watch("h/c", "", 0, None, ()),
    ],
}


@dataclass(frozen=True)
class Said:
    """A value on its way: it may come twice, or against another value for the same moment."""

    series: int
    time_us: int
    value: float
    flags: int = 0


def said(series: int, slot: int, value: float) -> Said:
    """A value as ingest would flag it."""
    flags = {85.0: Flag.SENTINEL, -200.5: Flag.IMPOSSIBLE}.get(value, 0)
    return Said(series, T0 + slot * 6 * MINUTE, value, int(flags))


VALUES = st.sampled_from([5.0, 7.6, 7.9, 8.1, 9.0, 12.5, 1.0, 2.2, 3.0, 9.0, 9.0, 85.0, -200.5])
SAYINGS = st.lists(
    st.builds(said, st.sampled_from([1, 1, 2, 3, 4, 5]), st.integers(-5, 110), VALUES),
    min_size=1,
    max_size=80,
)
END_US = T0 + 111 * 6 * MINUTE


@dataclass
class World:
    """One engine over one store, with what it recorded."""

    watches: list[Watch]
    readings: MemoryReadings | Readings = field(default_factory=lambda: MemoryReadings(SERIES))
    log: FindingLog = field(default_factory=MemoryLog)
    keep: Callable[[Sequence[Said], int], None] | None = None
    record: Callable[[Sequence[FindingChange], Checkpoint, int], None] | None = None
    ids: Callable[[], str] = field(default_factory=lambda: map("f{}".format, itertools.count()).__next__)
    checkpoint: Checkpoint = field(default_factory=Checkpoint)
    receipt_us: int = END_US
    examiners: Callable[[Readings], Sequence[Examiner]] = lambda readings: ()
    streams: Sequence[Callable[[], Detector]] = ()

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A new engine, as after a restart."""
        self.engine = Engine(
            self.readings, self.log, lambda: self.watches, self.checkpoint, self.ids,
            self.examiners(self.readings), self.streams,
        )  # fmt: skip

    def receive(self, batch: Sequence[Said], receipt_us: int | None = None) -> None:
        """The store applies one batch."""
        self.receipt_us = self.receipt_us + 1000 if receipt_us is None else receipt_us
        if self.keep:
            self.keep(batch, self.receipt_us)
        else:
            assert isinstance(self.readings, MemoryReadings)
            self.readings.add([(s.series, s.time_us, s.value, s.flags) for s in batch], self.receipt_us)

    def step(self) -> None:
        """The engine looks at the feed, and what it found is recorded with its checkpoint."""
        step = self.engine.step()
        if self.record:
            self.record(step.changes, step.checkpoint, self.receipt_us)
        else:
            assert isinstance(self.log, MemoryLog)
            self.log.record(step.changes)
        self.checkpoint = step.checkpoint

    def settle(self, end_us: int = END_US + 20 * MINUTE) -> None:
        """Heartbeats until nothing is caught up with any more."""
        self.step()
        for n in range(3):
            self.receive([], end_us + n * MINUTE)
        for _ in range(400):
            before = self.checkpoint.position
            self.step()
            if self.checkpoint.position == before:
                break

    def facts(self) -> set[Fact]:
        """The findings on record, without the retracted ones."""
        assert isinstance(self.log, MemoryLog)
        return {fact(f) for f in self.log.findings.values() if not f.retracted}

    def expected(self) -> set[Fact]:
        """What the oracle finds in what is kept now."""
        everything = self.readings.range([s.id for s in self.readings.series()], 0, 2**61)
        kept = [
            Reading(*row)
            for row in zip(
                everything.series.tolist(), everything.time_us.tolist(), everything.value.tolist(),
                everything.flags.tolist(), strict=True,
            )
        ]  # fmt: skip
        return findings(History(kept, self.readings.series(), self.watches, self.receipt_us))


def disordered(sayings: Sequence[Said], random: Random, sizes: int) -> list[list[Said]]:
    """The sayings in some order, some of them twice, cut into batches of up to `sizes`."""
    order = [*sayings, *sayings[: len(sayings) // 4]]
    random.shuffle(order)
    if random.random() < 0.5:  # only nearly disordered: mostly in order with some that come late
        order.sort(key=lambda s: s.time_us + (random.random() < 0.15) * random.randint(0, 8 * HOUR))
    batches = []
    while order:
        size = random.randint(1, sizes)
        batches.append(order[:size])
        order = order[size:]
    return batches


def ordered(sayings: Sequence[Said]) -> list[list[Said]]:
    """One by one as they were said."""
    return [[s] for s in sorted(sayings, key=lambda s: (s.time_us, s.series, s.value))]
