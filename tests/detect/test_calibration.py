"""Overdue calibrations: found when they run out, over with the next certificate, taken back when there was one all the time."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detect.calibration import CalibrationDues
from detect.nouns import FindingChange
from registry import nouns as r
from registry.calibrations import chains, deviations, due_by, overdue, valid_at
from tests.detect.memory import MemoryLog
from tickets.nouns import Known
from tickets.places import RegistryPlaces
from tickets.policy import load
from tickets.raising import Raising

DAY = 86_400_000_000
T0 = 1_795_248_000_000_000
SNAPSHOT = r.RegistrySnapshot(
    sites=(r.Site(key="depot", time_zone="Asia/Shanghai"),),
    zones=(r.Zone(key="hall", site="depot"),),
    gateways=(r.Gateway(key="g", site="depot"),),
    devices=tuple(r.Device(key=n, gateway="g", device=n) for n in "abc"),
    placements=tuple(
        r.Placement(subject_kind=r.SubjectKind.DEVICE, subject=n, place_kind=r.PlaceKind.ZONE, place="hall", valid_from_us=T0)
        for n in "ab"
    ),
)  # fmt: skip


def certificate(
    device: str, done_day: int, due_day: int | None, deviation: float | None = None
) -> r.Calibration:
    """A certificate for temperature, by days after T0."""
    due_us = None if due_day is None else T0 + due_day * DAY
    return r.Calibration(
        key=f"{device}{done_day}", device=device, quantity="temperature", done_us=T0 + done_day * DAY, due_us=due_us,
        deviation=deviation,
    )  # fmt: skip


class World:
    """A registry that changes, and what is found in it as time goes on."""

    def __init__(self, *calibrations: r.Calibration) -> None:
        self.registry = replace(SNAPSHOT, calibrations=calibrations)
        self.log = MemoryLog()
        self.ids = map("f{}".format, itertools.count()).__next__
        self.changes: list[FindingChange] = []
        self.start()

    def start(self) -> None:
        """A new one, as after a restart."""
        self.dues = CalibrationDues(self.log, lambda: overdue(self.registry), self.ids)

    def change(self, *calibrations: r.Calibration) -> None:
        """Other certificates."""
        self.registry = replace(self.registry, calibrations=calibrations)
        self.dues.registry_changed()

    def at(self, day: float) -> list[tuple[str, float, float | None]]:
        """What stands on a day: (device, from, to) in days."""
        self.changes = self.dues.judge(T0 + round(day * DAY))
        self.log.record(self.changes)
        return sorted(
            (
                f.subject.split(":")[1],
                (f.start_us - T0) / DAY,
                None if f.end_us is None else (f.end_us - T0) / DAY,
            )
            for f in self.log.standing()
        )


def test_runs_out_and_is_renewed() -> None:
    """Nothing before its day; from then on overdue, until the date of the next certificate."""
    first = certificate("a", -300, 10)
    world = World(first, certificate("c", -300, 5))
    assert world.at(9.9) == []
    assert world.at(10) == [("g/a", 10, None)]
    assert world.at(11) == [("g/a", 10, None)]
    assert world.changes == []
    world.start()
    assert world.at(12) == [("g/a", 10, None)]
    world.change(first, certificate("a", 14, 400))
    assert world.at(14.5) == [("g/a", 10, 14)]


def test_a_certificate_entered_late_takes_it_back() -> None:
    """It had been calibrated in time, only nobody had entered it."""
    first = certificate("a", -300, 10)
    world = World(first)
    assert world.at(20) == [("g/a", 10, None)]
    world.change(first, certificate("a", 9, 400))
    assert world.at(20.1) == []
    assert [c.finding.retracted for c in world.changes] == ["registry_changed"]


def test_only_while_it_is_in_use() -> None:
    """Placed with a certificate that had run out long before: overdue since it hangs there."""
    world = World(certificate("b", -800, -400))
    assert world.at(0.5) == [("g/b", 0, None)]


def test_one_piece_of_work_a_site() -> None:
    """Two devices of a site in one week: one alarm, one ticket of sensor work, due in a week."""
    world = World(certificate("a", -300, 10), certificate("b", -300, 12))
    raising = Raising(load(), RegistryPlaces(world.registry), lambda _: next(ids))
    ids = map("t{}".format, itertools.count())
    known = Known({}, {}, {}, {}, 1)
    for day in (10, 12):
        world.at(day)
        raised = raising(world.changes, known, T0 + day * DAY)
        known.tickets |= raised.tickets
    (ticket,) = known.tickets.values()
    assert (ticket.kind, ticket.priority.name, ticket.cause) == ("sensor", "P5", "site:depot:calibration")
    assert len(known.alarms) == 1
    assert ticket.why.params["findings"] == 2


DONE = st.lists(st.tuples(st.integers(-50, 50), st.sampled_from([None, 0.25, -0.5])), max_size=6)


@given(done=DONE, asked=st.lists(st.integers(-60, 60), min_size=1))
def test_the_newest_one_done_by_then_holds(done: list[tuple[int, float | None]], asked: list[int]) -> None:
    """As of any time: the last one before it in the order of dates, and its deviation, or none."""
    calibrations = tuple(certificate("a", day, None, deviation) for day, deviation in dict(done).items())
    chain = chains(replace(SNAPSHOT, calibrations=calibrations)).get("a", {}).get("temperature", [])
    found = deviations(chain, np.array([T0 + day * DAY for day in asked], np.int64)).tolist()
    for day, deviation in zip(asked, found, strict=True):
        before = [one for one in calibrations if one.done_us <= T0 + day * DAY]
        newest = max(before, key=lambda one: one.done_us, default=None)
        assert valid_at(chain, T0 + day * DAY) is newest
        told = None if newest is None else newest.deviation
        assert (None if np.isnan(deviation) else deviation) == told


def test_what_runs_out_soon() -> None:
    """Of devices in use, soonest first: what has run out, and what does so by then; never one that is replaced."""
    world = World(certificate("a", -300, 10), certificate("b", -300, 40), certificate("c", -300, 5))
    due = due_by(world.registry, T0 + DAY, T0 + 30 * DAY)
    assert [(one.device.key, one.site) for one in due] == [("a", "depot")]
    assert [one.device.key for one in due_by(world.registry, T0 + DAY, T0 + 60 * DAY)] == ["a", "b"]
