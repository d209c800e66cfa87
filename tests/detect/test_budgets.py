"""Budgets over days: in any order the findings of the plain oracle, and what a midnight and a far-off past do to them."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from detect.nouns import Limit, Severity, Watch
from tests.detect.memory import MemoryReadings
from tests.detect.worlds import DAY, HOUR, MINUTE, SERIES, T0, Said, World, disordered, ordered

HUMID = Limit("q/humid-hours", "temperature", "high", 80.5, 0.0, 0, 1, Severity.WARNING, 5 * HOUR, 2 * DAY)
DRY = Limit("q/dry-hours", "temperature", "low", 40.5, 0.0, 0, 1, Severity.WARNING, 90 * MINUTE, DAY)
MIDNIGHT = (T0 // DAY + 1) * DAY
END_US = MIDNIGHT + 9 * DAY


def watch(from_us: int, to_us: int | None, *limits: Limit) -> Watch:
    """A device that speaks every hour."""
    return Watch("g/a", "g", "z1", from_us, to_us, HOUR, (), 400 * DAY, limits)


WATCHES = [
    watch(MIDNIGHT - 9 * DAY, MIDNIGHT + 4 * DAY + 5 * HOUR, HUMID, DRY),
    watch(MIDNIGHT + 4 * DAY + 5 * HOUR, MIDNIGHT + 5 * DAY, HUMID),
    watch(MIDNIGHT + 6 * DAY, None, HUMID, DRY),
]


def hour(number: int, value: float) -> Said:
    """What the device says at an hour after midnight, a little late."""
    return Said(1, MIDNIGHT + number * HOUR + 7 * MINUTE, value)


@st.composite
def weeks(draw: st.DrawFn) -> list[Said]:
    """Damp and dry spells with holes, over a week."""
    found, number = [], draw(st.integers(-30, 20))
    for length, value in draw(
        st.lists(st.tuples(st.integers(1, 9), st.sampled_from([30, 60, 60, 90, 85])), max_size=16)
    ):
        found += [hour(number + n, value) for n in range(length)]
        number += length + draw(st.sampled_from([0, 0, 1, 3, 9]))
    return [said for said in found if said.time_us < END_US]


def budgets(world: World) -> tuple[set[object], set[object]]:
    """The used budgets as found and as expected."""
    found, expected = world.facts(), world.expected()
    return {f for f in found if f.detector == "budget"}, {f for f in expected if f.detector == "budget"}


@settings(max_examples=60, deadline=None)
@given(sayings=weeks())
def test_in_order(sayings: list[Said]) -> None:
    """Received as said."""
    world = World(WATCHES, MemoryReadings(list(SERIES)))
    for batch in ordered(sayings):
        world.receive(batch, batch[0].time_us + 1_000_000)
        world.step()
    world.settle(END_US)
    found, expected = budgets(world)
    assert found == expected


@settings(max_examples=80, deadline=None)
@given(sayings=weeks(), random=st.randoms(use_true_random=False), size=st.integers(1, 30))
def test_any_order_with_restarts(sayings: list[Said], random: Random, size: int) -> None:
    """Permuted, doubled, cut anyhow, the engine killed at random."""
    world = World(WATCHES, MemoryReadings(list(SERIES)), receipt_us=END_US)
    for batch in disordered(sayings, random, size):
        world.receive(batch)
        if random.random() < 0.7:
            world.step()
        if random.random() < 0.15:
            world.start()
    world.settle(END_US + HOUR)
    found, expected = budgets(world)
    assert found == expected


def test_told_by_hand() -> None:
    """Six damp hours against five: passed after the fifth, over when the first day drops out of the two."""
    world = World([watch(MIDNIGHT - DAY, None, HUMID)], MemoryReadings(list(SERIES)), receipt_us=END_US)
    world.receive([hour(n, 90.0 if 2 <= n < 8 else 60.0) for n in range(100)])
    world.settle(END_US)
    (found,) = [f for f in world.facts() if f.detector == "budget"]
    assert (found.kind, found.start_us) == ("budget_used", MIDNIGHT + 7 * HOUR + 7 * MINUTE)
    assert found.end_us == MIDNIGHT + 2 * DAY
    assert found.coverage == round(7 / (24 + 7 + 7 / 60), 4)
