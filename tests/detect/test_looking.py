"""Examiners in the engine: the same findings in any order of arrival, with restarts, and looks that come in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.examining import Examiner, Judged, Span
from detect.hours.examiner import PIECES, HourExaminer
from detect.looking import MOST_SERIES
from detect.nouns import Checkpoint, Json, Kind, Watch
from detect.streams.nouns import NOTHING, Hours, Verdict
from ingest.nouns import SeriesKey
from store.nouns import Buckets, SeriesInfo
from tests.detect.memory import MemoryLog, MemoryReadings
from tests.detect.worlds import HOUR, MINUTE, REGISTRIES, SAYINGS, T0, Said, World, disordered

END_US = (T0 // HOUR + 14) * HOUR
LAST_US = END_US + 24 * HOUR
LOOK_BACK = 3


class Restless:
    """Odd is an hour whose mean is 2 above the mean of the room, or of its own last three hours; held for an hour."""

    name, version, kinds = "restless", "1", (Kind.SENTINEL,)
    quantities = frozenset({"temperature"})
    look_back_hours = 2 * LOOK_BACK

    def judge(self, hours: Hours, peers: Sequence[Hours], interval_us: int) -> Verdict:
        """Plainly, hour by hour."""
        kind, since = np.full(len(hours.hour), NOTHING, np.int8), np.zeros(len(hours.hour), np.int64)
        odd = {int(h) for h in hours.hour if self._odd(int(h), hours, peers)}
        for at, hour in enumerate(hours.hour.tolist()):
            if {hour, hour - 1} & odd:
                kind[at], since[at] = 0, (hour if hour - 1 not in odd else hour - 1) * HOUR
        return Verdict(np.full(len(kind), 0.5, np.float32), kind, since)

    @staticmethod
    def _odd(hour: int, hours: Hours, peers: Sequence[Hours]) -> bool:
        near = (hours.hour >= hour - LOOK_BACK) & (hours.hour < hour)
        like = [*hours.mean[near], *(m for p in peers for m in p.mean[p.hour == hour])]
        return bool(like) and bool(hours.mean[hours.hour == hour][0] > np.mean(like) + 2)

    def evidence(self, hours: Hours, at: int, verdict: Verdict) -> dict[str, Json]:
        """The mean."""
        return {"mean": float(hours.mean[at])}


def examined(watches: list[Watch]) -> World:
    """A world with an examiner that looks every hour, and one that looks three times as seldom."""

    def examiners(readings: object) -> list[Examiner]:
        assert isinstance(readings, MemoryReadings)
        seldom = Restless()
        seldom.name = "seldom"  # type: ignore[misc]
        return [HourExaminer(Restless(), readings), HourExaminer(seldom, readings, every_us=3 * HOUR)]

    return World(watches, examiners=examiners)


def found(world: World) -> set[tuple[object, ...]]:
    """The findings of the examiners that stand."""
    return {
        (f.detector, f.subject, f.zone, f.start_us, f.end_us, f.samples, f.coverage)
        for f in world.log.findings.values()  # type: ignore[attr-defined]
        if not f.retracted and f.detector in {"restless", "seldom"}
    }


def settle(world: World) -> None:
    """Time passes until every look is taken."""
    for n in range(4):
        world.receive([], LAST_US + n * MINUTE)
    for _ in range(40):
        world.step()


def at_once(watches: list[Watch], sayings: Sequence[Said]) -> World:
    """Everything comes in one batch, is judged in one look."""
    world = examined(watches)
    world.receive([*dict.fromkeys(sorted(sayings, key=lambda s: (s.series, s.time_us)))], LAST_US - MINUTE)
    settle(world)
    return world


@settings(max_examples=40, deadline=None)
@given(sayings=SAYINGS, random=st.randoms(use_true_random=False), size=st.integers(1, 20))
def test_any_order_with_restarts(sayings: list[Said], random: Random, size: int) -> None:
    """Permuted, doubled, looked at in between, killed at random: what one look at everything finds."""
    watches = REGISTRIES["moved between zones"]
    world = examined(watches)
    batches = disordered(sayings, random, size)
    for n, batch in enumerate(batches):
        world.receive(batch, END_US - HOUR + n * 11 * MINUTE)
        world.step()
        if random.random() < 0.3:
            world.checkpoint = msgspec.msgpack.decode(
                msgspec.msgpack.encode(world.checkpoint), type=Checkpoint
            )
            world.start()
    settle(world)
    assert found(world) == found(at_once(watches, [s for batch in batches for s in batch]))


def test_an_episode_is_told_and_keeps_its_id() -> None:
    """Four hours at 5, three at 9, then 5 again: one finding, opened while it stood, closed with the same id."""
    world = examined(REGISTRIES["plain"][:1])
    first = T0 // HOUR + 1
    for n, value in enumerate([5, 5, 5, 5, 9, 9, 9, 5, 5, 5, 5]):
        world.receive(
            [Said(1, (first + n) * HOUR + m * MINUTE, float(value)) for m in (10, 40)], (first + n + 1) * HOUR
        )
        world.step()
    world.receive([], (first + 11) * HOUR)
    world.step()
    told = [f for f in world.log.findings.values() if f.detector == "restless"]  # type: ignore[attr-defined]
    assert [(f.start_us, f.end_us, f.samples) for f in told] == [((first + 4) * HOUR, (first + 7) * HOUR, 6)]


def test_a_device_that_was_never_there_raises_nothing() -> None:
    """The registry takes its placement back: what was found is retracted, by a look or at once."""
    watches = REGISTRIES["plain"][:1]
    said = [Said(1, T0 + n * 20 * MINUTE, 9.0 if n in {20, 21, 22} else 5.0) for n in range(36)]
    world = at_once(watches, said)
    assert found(world)
    world.watches = [replace(watches[0], valid_from_us=T0 + 12 * HOUR)]
    world.engine.registry_changed()
    for n in range(8):
        world.receive([], LAST_US + n * HOUR)
        world.step()
    assert not found(world)
    gone = at_once(watches, said)
    gone.watches = []
    gone.engine.registry_changed()
    gone.step()
    assert not found(gone)


@dataclass
class Counting:
    """Notes with which series it was called."""

    detector: str = "counting"
    every_us: int = HOUR
    calls: list[list[int]] = field(default_factory=list)

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Nothing is remembered."""

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Notes; the third time it fails."""
        self.calls.append(list(touched))
        if len(self.calls) == 3:
            raise ValueError("a mistake of an examiner")
        return []


def test_a_look_comes_in_parts_and_survives_a_mistake() -> None:
    """1,000 series in zones of 100: no step takes more than a few zones, none is divided, and all are looked at."""
    series = [SeriesInfo(n, "g", f"g/d{n}", "temperature") for n in range(1_000)]
    watches = [
        replace(REGISTRIES["plain"][0], device=s.device, zone=f"z{s.id % 10}", limits=()) for s in series
    ]
    counting = Counting()
    world = World(watches, readings=MemoryReadings(series), receipt_us=T0, examiners=lambda _: [counting])
    world.receive([Said(s.id, T0 - MINUTE, 5.0) for s in series], T0)
    per_step = []
    for _ in range(8):
        before = len(counting.calls)
        world.step()
        per_step.append(sum(len(call) for call in counting.calls[before:]))
    assert max(per_step) < MOST_SERIES + 100
    assert sorted(n for call in counting.calls for n in call) == list(range(1_000))
    assert all(len({n for n in call}) % 100 == 0 for call in counting.calls)
    assert counting.calls[-1] == []
    world.step()
    assert len(counting.calls) == 5


def test_a_restart_in_the_middle_of_a_look_takes_it_again() -> None:
    """Killed after the first part: the next engine looks at every series that was touched, the late ones too."""
    series = [SeriesInfo(n, "g", f"g/d{n}", "temperature") for n in range(1_000)]
    watches = [replace(REGISTRIES["plain"][0], device=s.device, zone=f"z{s.id}", limits=()) for s in series]
    first, second = Counting(), Counting()
    now = [first, first, second]
    world = World(watches, readings=MemoryReadings(series), receipt_us=T0, examiners=lambda _: [now.pop(0)])
    world.start()
    world.receive([Said(s.id, T0 - MINUTE, 5.0) for s in series], T0)
    for _ in range(8):
        world.step()
    first.calls.clear()
    world.receive([Said(s.id, T0 - HOUR, 5.0) for s in series], T0 + HOUR)
    world.step()
    assert 0 < len(first.calls) < 4
    world.start()
    for _ in range(8):
        world.step()
    assert sorted(n for call in second.calls for n in call) == list(range(1_000))
    assert isinstance(world.log, MemoryLog)


class Counted(MemoryReadings):
    """Readings that count how many figures they were asked for."""

    figures = 0

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        """As always."""
        self.figures += len(series) * buckets
        return super().aggregate(series, start_us, end_us, buckets)


def test_rooms_without_a_past_are_not_looked_for_in_all_of_time() -> None:
    """Series that hang there since ever and first spoke some hours ago, their numbers mixed over the rooms: little is read."""
    infos = [SeriesInfo(n, "g", f"g/d{n}", "temperature") for n in range(24)]
    watches = [Watch(one.device, "g", f"room{one.id % 6}", 0, None, HOUR, (), 24 * HOUR, ()) for one in infos]
    readings = Counted(infos)
    rows = [
        (n, END_US - ago * HOUR + MINUTE, 20.0 if (n, ago) == (7, 2) else 4.0, 0)
        for n in range(24)
        for ago in range(1, 5)
    ]
    readings.add(rows, END_US)
    examiner = HourExaminer(Restless(), readings)
    examiner.expect(watches, {one.id: SeriesKey(one.device, one.quantity) for one in infos})
    touched = {one.id: Span(END_US - 4 * HOUR, END_US - 1) for one in infos}
    found = [finding for judged in examiner.examine(touched, END_US) for finding in judged.findings]
    assert [(one.subject, one.start_us) for one in found] == [("device:g/d7:temperature", END_US - 2 * HOUR)]
    assert readings.figures < len(infos) * 3 * PIECES
