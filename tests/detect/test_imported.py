"""Files of loggers: whatever they say and whenever they come, live findings stay as they are, and theirs are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Change, Finding, FindingChange, Limit
from ingest.nouns import IMPORT_SOURCE, Flag
from store.nouns import SeriesInfo
from tests.detect.facts import UNTRUSTED, Fact, History, Reading
from tests.detect.memory import MemoryReadings
from tests.detect.oracle import _intervals, findings
from tests.detect.runs_oracle import runs
from tests.detect.worlds import HOUR, MINUTE, REGISTRIES, SAYINGS, SERIES, T0, Said, World, disordered
from tests.tickets.desk import Somewhere
from tickets.nouns import Known
from tickets.policy import load
from tickets.raising import Raising

RANDOM = st.randoms(use_true_random=False)
IMPORTED = "imported_excursion"


class Growing(MemoryReadings):
    """As in a real store, a series is there once something was said of it."""

    def series(self) -> list[SeriesInfo]:
        return [info for info in self.known if info.id in self._times]


def from_file(sayings: list[Said], shift_us: int) -> list[Said]:
    """The same, as a file would tell it: some at the moments of live readings, some between them."""
    return [
        replace(s, time_us=s.time_us + shift_us * (n % 2), flags=s.flags | int(Flag.IMPORTED))
        for n, s in enumerate(sayings)
    ]


def kept(world: World) -> tuple[list[Reading], list[Reading]]:
    """What is kept live, disputed only by what came live; and what is kept of files."""
    readings = world.readings
    numbers = [s.id for s in readings.series()]
    rows = readings.range(numbers, 0, 2**61)
    conflicts = readings.conflicts(numbers, 0, 2**61)
    live = {(c.series, c.time_us) for c in conflicts if c.gateway != IMPORT_SOURCE}
    columns = (rows.series.tolist(), rows.time_us.tolist(), rows.value.tolist(), rows.flags.tolist())
    every = [Reading(*row) for row in zip(*columns, strict=True)]
    undisputed = ~int(Flag.DISPUTED)
    return (
        [
            r if (r.series, r.time_us) in live else r._replace(flags=r.flags & undisputed)
            for r in every
            if not r.flags & Flag.IMPORTED
        ],
        [r for r in every if r.flags & Flag.IMPORTED],
    )


def live_facts(world: World) -> set[Fact]:
    """What must be found if nothing had been imported; a series known from files alone says nothing."""
    live, _ = kept(world)
    heard = {r.series for r in live}
    series = [s for s in world.readings.series() if s.id in heard]
    return findings(History(live, series, world.watches, world.receipt_us))


def imported_facts(world: World) -> Iterator[tuple[object, ...]]:
    """What the files must be found to say: excursions of their own, which end where the file does."""
    _, rows = kept(world)
    for info in world.readings.series():
        own = sorted(
            (r.time_us, r.value) for r in rows if r.series == info.id and not r.flags & int(UNTRUSTED)
        )
        watches = [w for w in world.watches if w.device == info.device]
        tracks = {(w.zone, limit, max(3 * w.interval_us, 30_000_000)) for w in watches for limit in w.limits}
        for zone, limit, gap_us in tracks:
            spans = _intervals(watches, zone, limit, gap_us) if limit.quantity == info.quantity else []
            for span in spans:
                yield from ((info.id, zone, *fact) for fact in _beyond(own, limit, gap_us, span, world))


def _beyond(
    own: list[tuple[int, float]], limit: Limit, gap_us: int, span: tuple[int, int], world: World
) -> Iterator[tuple[object, ...]]:
    side = 1.0 if limit.side == "high" else -1.0
    inside = [row for row in own if span[0] <= row[0] < span[1]]
    for run in runs(inside, side, limit.limit, limit.deadband, gap_us):
        if run.beyond_us >= limit.on_delay_us and run.samples >= limit.min_samples:
            over = span[1] if span[1] <= world.receipt_us else run.last_us
            yield limit.band, run.start_us, run.end_us or over, side * run.peak


def told(world: World) -> list[tuple[object, ...]]:
    """What was found of files."""
    number = {f"device:{s.device}:{s.quantity}": s.id for s in world.readings.series()}
    return sorted(
        (number[f.subject], f.zone, f.band, f.start_us, f.end_us, f.peak)
        for f in world.log.standing()
        if f.detector == IMPORTED
    )


@pytest.mark.parametrize("registry", REGISTRIES)
@settings(max_examples=40, deadline=None)
@given(sayings=SAYINGS, files=SAYINGS, random=RANDOM, size=st.integers(1, 20))
def test_live_findings_do_not_know_of_files(
    registry: str, sayings: list[Said], files: list[Said], random: Random, size: int
) -> None:
    """Live and imported in any order, with restarts: the live findings are the oracle's of what came live."""
    world = World(REGISTRIES[registry], readings=Growing(SERIES))
    for batch in disordered([*sayings, *from_file(files, 3 * MINUTE)], random, size):
        world.receive(batch)
        if random.random() < 0.7:
            world.step()
        if random.random() < 0.15:
            world.start()
    world.settle()
    assert {f for f in world.facts() if f.detector != IMPORTED} == live_facts(world)
    assert told(world) == sorted(imported_facts(world))


def _upload(world: World, values: list[float], series: int = 1) -> None:
    flags = int(Flag.IMPORTED)
    world.receive([Said(series, T0 + n * 5 * MINUTE, value, flags) for n, value in enumerate(values)])
    world.settle()


def _imported(world: World) -> list[Finding]:
    return [f for f in world.log.standing() if f.detector == IMPORTED]


def test_a_warm_journey_is_told_and_calls_nobody() -> None:
    """Told by hand: above 8 °C for 15 minutes in a file is a finding that says so, and neither alarm nor ticket."""
    world = World(REGISTRIES["plain"])
    _upload(world, [5, 5, 9, 9, 10, 9, 5, 5])
    (found,) = _imported(world)
    assert (found.start_us, found.end_us) == (T0 + 10 * MINUTE, T0 + 30 * MINUTE)
    assert (found.peak, found.area, found.evidence["imported"]) == (10.0, 22.5, True)

    raising = Raising(load(), Somewhere("B", ("lot-1",)), lambda _: "id")
    raised = raising([FindingChange(Change.OPENED, found)], Known({}, {}, {}, {}, 1), T0)
    assert not raised.alarms
    assert not raised.tickets
    honest = replace(found, evidence={}, cause="zone:z1:temperature:high")
    raised = raising([FindingChange(Change.OPENED, honest)], Known({}, {}, {}, {}, 1), T0)
    assert raised.alarms
    assert raised.tickets


def test_a_file_is_no_word() -> None:
    """A device that never spoke is as silent after its file as before, and its zone as unwatched."""
    world = World(REGISTRIES["plain"])
    world.settle()
    before = world.facts()
    _upload(world, [5.0] * 60, series=4)
    assert world.facts() == before
    assert {("silent_device", "device:h/c"), ("unwatched", "zone:z2")} <= {
        (f.kind, f.subject) for f in before
    }


def test_a_logger_that_is_read_out_later_is_never_silent() -> None:
    """Nobody expects it to speak, and goods that it alone accompanies are not called unwatched."""
    world = World([replace(w, live=False) for w in REGISTRIES["plain"]])
    world.settle()
    assert world.facts() == set()
    live_in_z1 = [replace(w, live=w.device == "g/a") for w in REGISTRIES["plain"]]
    world = World(live_in_z1)
    world.settle()
    assert {f.subject for f in world.facts()} == {"device:g/a", "zone:z1"}


def test_a_place_entered_later_judges_the_file() -> None:
    """The file first, then where the logger was: found; taken back when it was not there after all."""
    world = World([])
    _upload(world, [5, 5, 9, 9, 10, 9, 5, 5])
    assert not _imported(world)
    for expected, registry in ((1, "plain"), (0, "expected quantities, never heard"), (1, "plain")):
        watches = REGISTRIES[registry]
        world.watches = watches if expected else [replace(w, valid_from_us=T0 + 9 * HOUR) for w in watches]
        world.engine.registry_changed()
        world.step()
        assert len(_imported(world)) == expected


def test_a_file_that_ends_warm_is_over() -> None:
    """Beyond the limit at its last reading: the excursion ends there and does not go on."""
    world = World(REGISTRIES["plain"])
    _upload(world, [5, 9, 9, 9, 9, 9])
    (found,) = _imported(world)
    assert found.end_us == T0 + 25 * MINUTE
