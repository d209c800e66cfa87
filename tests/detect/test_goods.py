"""Goods through the engine: frost, sudden changes, wetness, conditioning, mean kinetic temperature; in any order, with restarts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from detect.engine import Engine
from detect.goods.examiners import examiners
from detect.nouns import Allowed, Checkpoint, Finding, Goods, Kind, Limit, Severity, Stop, Watch
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Flag
from store.nouns import SeriesInfo
from tests.detect.memory import MemoryLog, MemoryReadings

T0 = 1_700_006_400_000_000  # a midnight
QUARTER = 15 * US_PER_MINUTE
AIR, DAMP, TRUCK = 1, 2, 3
SERIES = [
    SeriesInfo(AIR, "g", "g/a", "temperature"),
    SeriesInfo(DAMP, "g", "g/a", "relative_humidity"),
    SeriesInfo(TRUCK, "t", "t", "temperature"),
]
Row = tuple[int, int, float, int]


def limit(band: str, quantity: str, value: float, **more: object) -> Limit:
    fields = {"deadband": 0.5, "on_delay_us": 0, "min_samples": 1, "severity": Severity.ALARM, **more}
    side = fields.pop("side", "high")
    return Limit(f"p/{band}", quantity, side, value, **fields)  # type: ignore[arg-type]


FREEZE = limit(
    "freeze", "freeze_thaw", 0.0, side="low", deadband=2.0, on_delay_us=US_PER_HOUR, window_us=30 * US_PER_DAY
)
FAST = limit("fast", "rate_of_change", 5.0, window_us=US_PER_HOUR, on_delay_us=QUARTER, min_samples=2)
WET = limit("wet", "time_of_wetness", 6.0, window_us=2 * US_PER_DAY)
OPENING = limit("opening", "conditioning", 2.0, on_delay_us=US_PER_HOUR)
KINETIC = limit(
    "mkt", "mean_kinetic_temperature", 25.0, window_us=2 * US_PER_DAY, severity=Severity.WARNING,
    allowed=Allowed(15.0, 30.0, 40.0, US_PER_DAY),
)  # fmt: skip
LAG = 2 * US_PER_HOUR


def watch(limits: Sequence[Limit], goods: Sequence[Goods] = (Goods("p", LAG),), device: str = "g/a", zone: str = "z",
          from_us: int = T0, to_us: int | None = None) -> Watch:  # fmt: skip
    return Watch(
        device, device.split("/")[0], zone, from_us, to_us, QUARTER, (), 8 * US_PER_HOUR, tuple(limits), ("p",), tuple(goods)
    )  # fmt: skip


def said(series: int, value: Callable[[float], float], hours: float, begin_h: float = 0) -> list[Row]:
    """What a sensor said every quarter of an hour; `value` by hours since T0."""
    slots = range(int(begin_h * 4), int(hours * 4))
    return [(series, T0 + n * QUARTER, round(value(n / 4), 3), 0) for n in slots]


@dataclass
class World:
    """An engine with the examiners of goods."""

    watches: list[Watch]
    readings: MemoryReadings = field(default_factory=lambda: MemoryReadings(SERIES))
    log: MemoryLog = field(default_factory=MemoryLog)
    checkpoint: Checkpoint = field(default_factory=Checkpoint)
    ids: Callable[[], str] = field(default_factory=lambda: map("f{}".format, itertools.count()).__next__)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A new engine, as after a restart."""
        self.engine = Engine(
            self.readings, self.log, lambda: self.watches, self.checkpoint, self.ids,
            examiners(self.readings, self.log),
        )  # fmt: skip

    def receive(self, rows: Sequence[Row], received_us: int) -> None:
        """A batch comes and is judged."""
        self.readings.add(rows, received_us)
        self.step()

    def step(self) -> None:
        """The engine looks at the feed."""
        for _ in range(3):
            step = self.engine.step()
            self.log.record(step.changes)
            self.checkpoint = step.checkpoint

    def live(self, rows: Sequence[Row], every_us: int = 2 * US_PER_HOUR) -> None:
        """Rows come as they are said, in batches; then an hour of silence."""
        ordered = sorted(rows, key=lambda row: (row[1], row[0]))
        for end_us, batch in itertools.groupby(ordered, lambda row: -(-(row[1] + 1) // every_us) * every_us):
            self.receive(list(batch), end_us)
        self.receive([], max(row[1] for row in rows) + 2 * US_PER_HOUR)

    def of(self, kind: Kind) -> list[Finding]:
        """What stands of a kind, by its beginning."""
        found = [f for f in self.log.findings.values() if f.kind is kind and not f.retracted]
        return sorted(found, key=lambda f: (f.start_us, f.band))

    def facts(self) -> set[tuple[object, ...]]:
        """What two runs must agree in, of goods."""
        kinds = {Kind.FREEZE_THAW, Kind.FAST_CHANGE, Kind.WETNESS, Kind.CONDITIONING, Kind.MEAN_KINETIC}
        return {
            (f.kind, f.subject, f.band, f.severity, f.start_us, f.end_us, f.peak, f.area, f.coverage,
             f.evidence.get("count"), f.evidence.get("says"))
            for f in self.log.findings.values() if f.kind in kinds and not f.retracted
        }  # fmt: skip


def frosty(hour: float) -> float:
    """Three nights, the first only just below 0 °C in the air, the others deep."""
    depth = (1.0, 9.0, 12.0)[min(int(hour // 24), 2)]
    return 6.0 - (6.0 + depth) * (math.sin(math.pi * (hour % 24 - 6) / 12) > 0)


def test_frost_is_counted_by_the_goods_own_temperature_from_freezing_to_thaw() -> None:
    """The air is below zero on three nights; the goods freeze on each, thaw at 2 °C, and the count goes up."""
    world = World([watch([FREEZE])])
    world.live(said(AIR, frosty, 76))
    events = world.of(Kind.FREEZE_THAW)
    assert [f.evidence["count"] for f in events] == [1, 2, 3]
    assert all(f.end_us is not None and f.evidence["thawed"] for f in events)
    assert all(f.severity is Severity.ALARM and f.subject == "device:g/a:temperature" for f in events)
    assert events[1].start_us > T0 + 30 * US_PER_HOUR  # the air froze at 30 h, the goods later
    assert events[0].evidence["lag_us"] == LAG
    assert events[2].evidence["events"][0] == [events[0].start_us, events[0].end_us]  # type: ignore[index]


def test_as_many_frosts_as_are_allowed_are_advice() -> None:
    """Goods that may freeze twice: the third is an alarm."""
    twice = limit("freeze", "freeze_thaw", 0.0, side="low", deadband=2.0, window_us=30 * US_PER_DAY, cycles=2)
    world = World([watch([twice])])
    world.live(said(AIR, frosty, 76))
    assert [f.severity for f in world.of(Kind.FREEZE_THAW)] == [
        Severity.ADVICE,
        Severity.ADVICE,
        Severity.ALARM,
    ]


def test_exactly_zero_is_frozen() -> None:
    """T ≤ T_freeze: water and ice stand at 0.0 °C for hours."""
    world = World([watch([FREEZE], [Goods("p", 0)])])
    world.live(said(AIR, lambda h: 0.0 if 5 <= h < 9 else 4.0, 14))
    (event,) = world.of(Kind.FREEZE_THAW)
    assert (event.start_us, event.end_us) == (T0 + 5 * US_PER_HOUR, T0 + 9 * US_PER_HOUR)


def test_a_fast_change_is_that_of_the_goods() -> None:
    """Half an hour of an open door (-20 K in the air) is nothing to goods of 2 h; being moved into the cold is."""
    door = World([watch([FAST])])
    door.live(said(AIR, lambda h: 0.0 if 10 <= h < 10.5 else 20.0, 24))
    assert not door.of(Kind.FAST_CHANGE)
    moved = World([watch([FAST])])
    moved.live(said(AIR, lambda h: -5.0 if h >= 10 else 20.0, 24))
    (event,) = moved.of(Kind.FAST_CHANGE)
    assert T0 + 10 * US_PER_HOUR <= event.start_us <= T0 + 11 * US_PER_HOUR
    assert event.end_us is not None
    assert event.end_us < T0 + 15 * US_PER_HOUR
    assert event.peak == pytest.approx(25 * (1 - math.exp(-0.5)), rel=0.1)
    unknown = World([watch([FAST], [Goods("p", 0)])])
    unknown.live(said(AIR, lambda h: -5.0 if h >= 10 else 20.0, 24))
    assert not unknown.of(Kind.FAST_CHANGE)


def damp(hour: float) -> float:
    """Wet from midnight to four."""
    return 95.0 if hour % 24 < 4 else 60.0


def test_hours_of_wetness_add_up_until_they_are_used() -> None:
    """4 h a day, 6 h allowed in 2 days: passed on the second night at two, over when a dry day has come."""
    world = World([watch([WET])])
    rows = said(AIR, lambda h: 10.0, 120) + said(DAMP, lambda h: damp(h) if h < 48 else 60.0, 120)
    world.live(rows)
    (event,) = world.of(Kind.WETNESS)
    assert event.start_us == T0 + 26 * US_PER_HOUR
    assert event.end_us == T0 + 2 * US_PER_DAY
    assert (event.evidence["iso_class"], event.evidence["quantity"]) == ("τ3", "time_of_wetness")
    frost = World([watch([WET])])
    frost.live(said(AIR, lambda h: -3.0, 60) + said(DAMP, lambda h: 95.0, 60))
    assert not frost.of(Kind.WETNESS)


def arriving(temp_c: float = -10.0, humidity: float = 40.0) -> tuple[list[Watch], list[Row]]:
    """Goods of 2 h come from a cold truck into a room of 22 °C after ten hours."""
    at_us = T0 + 10 * US_PER_HOUR
    fresh = Goods("p", LAG, "", at_us, (Stop(("truck",), T0, at_us),))
    settles_us = at_us + 6 * LAG
    watches = [
        watch([], [], "t", "truck"),
        watch([OPENING], [fresh], from_us=at_us, to_us=settles_us),
        watch([OPENING], [Goods("p", LAG)], from_us=settles_us),
    ]
    rows = (
        said(TRUCK, lambda h: temp_c, 10)
        + said(AIR, lambda h: 22.0, 30, 10)
        + said(DAMP, lambda h: humidity, 30, 10)
    )
    return watches, rows


def test_goods_from_the_cold_wait_until_they_are_close_to_the_room() -> None:
    """32 K fade to 2 K in 2 h · ln 16 = 5.5 h, and an hour more is asked for; half way that was foretold."""
    watches, rows = arriving()
    world = World(watches)
    world.live([row for row in rows if row[1] < T0 + 13 * US_PER_HOUR])
    (waiting,) = world.of(Kind.CONDITIONING)
    ready_us = T0 + 10 * US_PER_HOUR + LAG * math.log(16) + US_PER_HOUR
    assert waiting.end_us is None
    assert waiting.evidence["came_from"] == "truck"
    assert abs(float(waiting.evidence["p50_us"]) - ready_us) <= 2 * QUARTER  # type: ignore[arg-type]
    assert waiting.evidence["p10_us"] < waiting.evidence["p50_us"] < waiting.evidence["p90_us"]  # type: ignore[operator]
    world.live([row for row in rows if row[1] >= T0 + 13 * US_PER_HOUR])
    (done,) = world.of(Kind.CONDITIONING)
    assert done.id == waiting.id
    assert done.end_us is not None
    assert abs(done.end_us - ready_us) <= QUARTER


def test_goods_of_an_unknown_way_wait_as_if_they_came_from_the_cold() -> None:
    """Nobody measured in the truck: nothing is known, so the longest wait holds, and it says so."""
    watches, rows = arriving()
    world = World(watches)
    world.live([row for row in rows if row[0] != TRUCK])
    (event,) = world.of(Kind.CONDITIONING)
    assert event.evidence["says"] == "unknown"
    assert event.end_us == pytest.approx(T0 + 11 * US_PER_HOUR + LAG * math.log(15), abs=US_PER_MINUTE)


def test_goods_as_warm_as_the_room_need_not_wait() -> None:
    """A warm truck makes no finding."""
    watches, rows = arriving(temp_c=21.0)
    world = World(watches)
    world.live(rows)
    assert not world.of(Kind.CONDITIONING)


def test_the_mean_kinetic_temperature_stands_beside_the_excursion() -> None:
    """Two hours at 32 °C in two days of 22 °C: the mean stays within 25 °C, said as advice of the excursion's cause."""
    high = limit("high", "temperature", 30.0)
    world = World([watch([KINETIC, high])])
    world.live(said(AIR, lambda h: 32.0 if 50 <= h < 52 else 22.0, 60))
    (mean,) = world.of(Kind.MEAN_KINETIC)
    (excursion,) = world.of(Kind.TOO_HIGH)
    assert (mean.evidence["says"], mean.severity, mean.cause) == ("within", Severity.ADVICE, excursion.cause)
    assert 22.0 < float(mean.evidence["mean_kinetic_c"]) < 25.0  # type: ignore[arg-type]
    assert mean.coverage == 1.0
    assert excursion.end_us is not None


@pytest.mark.parametrize(
    ("air", "says"),
    [
        (lambda h: 29.0 if h >= 40 else 24.0, "above"),
        (lambda h: 32.0 if 50 <= h < 52 else 22.0 if h > 20 else 10.0, "low"),
        (lambda h: 41.0 if 50 <= h < 52 else 22.0, "too_hot"),
    ],
)
def test_what_the_mean_may_not_excuse_it_does_not(air: Callable[[float], float], says: str) -> None:
    """A mean above the label calls for work; after cold, or beyond 40 °C, nothing is said."""
    world = World([watch([KINETIC])])
    world.live(said(AIR, air, 60))
    mean = world.of(Kind.MEAN_KINETIC)[-1]
    assert mean.evidence["says"] == says
    assert (mean.severity is Severity.WARNING) == (says == "above")


def test_too_few_readings_have_no_mean() -> None:
    """Half the window unmeasured: the finding says so."""
    world = World([watch([KINETIC])])
    world.live(said(AIR, lambda h: 22.0, 20) + said(AIR, lambda h: 26.0, 60, 40))
    assert world.of(Kind.MEAN_KINETIC)[-1].evidence["says"] == "coverage"


def everything() -> tuple[list[Watch], list[Row]]:
    """All rules at once over three frosty, damp days with goods from the cold and a warm noon."""
    watches, _ = arriving()
    every = [FREEZE, FAST, WET, OPENING, KINETIC]
    watches = [
        watches[0],
        *(watch(every, w.goods, from_us=w.valid_from_us, to_us=w.valid_to_us) for w in watches[1:]),
    ]
    rows = said(TRUCK, lambda h: -8.0, 10) + said(DAMP, damp, 84, 10)
    return watches, rows + said(AIR, lambda h: 33.0 if 60 <= h < 63 else frosty(h), 84, 10)


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_arrival_and_restarts_bring_the_same_findings(seed: int) -> None:
    """Live, and shuffled with half of it days late, doubled and with restarts in between."""
    watches, rows = everything()
    straight, random = World(watches), Random(seed)
    straight.live(rows)
    assert {f[0] for f in straight.facts()} >= {
        Kind.FREEZE_THAW,
        Kind.WETNESS,
        Kind.CONDITIONING,
        Kind.MEAN_KINETIC,
    }
    order = sorted(
        rows, key=lambda row: row[1] + (random.random() < 0.3) * random.randint(0, 40) * US_PER_HOUR
    )
    order += random.sample(rows, 50)
    other, end_us = World(watches), max(row[1] for row in rows)
    for n in range(0, len(order), 60):
        batch = order[n : n + 60]
        other.receive(batch, max(row[1] for row in order[: n + 60]) + 1)
        if random.random() < 0.3:
            other.start()
    other.receive([], end_us + 2 * US_PER_HOUR)
    assert other.facts() == straight.facts()


def test_a_placement_entered_late_takes_findings_back() -> None:
    """The goods had left before the second night: that frost was none of theirs."""
    world = World([watch([FREEZE])])
    world.live(said(AIR, frosty, 76))
    assert len(world.of(Kind.FREEZE_THAW)) == 3
    left_us = T0 + 28 * US_PER_HOUR
    world.watches = [watch([FREEZE], to_us=left_us), watch([], [], from_us=left_us)]
    world.engine.registry_changed()
    world.receive([], T0 + 90 * US_PER_HOUR)
    assert len(world.of(Kind.FREEZE_THAW)) == 1


def test_a_rule_taken_away_while_nobody_ran_leaves_nothing() -> None:
    """After a restart with other limits no frost stands any more."""
    world = World([watch([FREEZE])])
    world.live(said(AIR, frosty, 76))
    world.watches = [watch([])]
    world.start()
    world.receive(said(AIR, frosty, 77, 76), T0 + 90 * US_PER_HOUR)
    world.receive([], T0 + 91 * US_PER_HOUR)
    assert not world.of(Kind.FREEZE_THAW)


def test_nothing_and_the_same_for_ever_are_no_finding() -> None:
    """Constant air, a single reading, pauses of days, and readings whenever it pleases: silence, not an error."""
    every = [FREEZE, FAST, WET, KINETIC]
    steady = World([watch(every)])
    steady.live(said(AIR, lambda h: 12.0, 30) + said(DAMP, lambda h: 50.0, 30), 6 * US_PER_HOUR)
    assert not steady.facts()
    random = Random(3)
    odd = World([watch(every)])
    rows = [(AIR, T0 + random.randint(0, 20 * US_PER_DAY), 12.0 + random.random(), 0) for _ in range(200)]
    odd.live(rows, 2 * US_PER_DAY)
    assert not odd.facts()
    single = World([watch(every)])
    single.live([(AIR, T0, -9.0, 0)])
    assert not single.facts()


def test_a_frost_in_a_pause_is_unknown() -> None:
    """Cold before and after two silent days: nobody knows of the time between, and coverage says how little is known."""
    world = World([watch([FREEZE], [Goods("p", 0)])])
    world.live(
        said(AIR, lambda h: -5.0, 3) + said(AIR, lambda h: -5.0, 54, 51) + said(AIR, lambda h: 8.0, 56, 54)
    )
    (event,) = world.of(Kind.FREEZE_THAW)
    assert event.end_us is not None
    assert event.coverage < 0.2


def test_a_file_that_comes_later_raises_no_frost_and_calms_none() -> None:
    """Frost in a logger's file is told in the lot's exposure alone; warmth in one takes no live frost back."""
    world = World([watch([FREEZE], [Goods("p", 0)])])
    world.live(
        said(AIR, lambda h: 5.0, 6)
        + [(*row[:3], int(Flag.IMPORTED)) for row in said(AIR, lambda h: -9.0, 12, 7)]
    )
    assert not world.of(Kind.FREEZE_THAW)
    cold = said(AIR, lambda h: -9.0, 20, 14)
    world.live(cold + [(AIR, row[1] + US_PER_MINUTE, 30.0, int(Flag.IMPORTED)) for row in cold])
    assert len(world.of(Kind.FREEZE_THAW)) == 1
