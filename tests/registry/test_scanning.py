"""Two scans: which goes where, what that ends, and what is refused; for any thing with any past."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.nouns import ALWAYS_US, Kept, Lot, LotStatus, PlaceKind, Placement, SubjectKind, Thing
from registry.scanning import Refusal, RefusedError, check_lot, check_time, move, pair

T = ALWAYS_US + 1_000
MIN = 60_000_000
LOT, DEVICE = Thing("lot", "l"), Thing("device", "d")
ZONE, SHIPMENT, MACHINE = Thing("zone", "z"), Thing("shipment", "s"), Thing("equipment", "e")


@pytest.mark.parametrize("subject", [LOT, DEVICE])
@pytest.mark.parametrize("place", [ZONE, SHIPMENT, MACHINE])
def test_the_order_of_scanning_does_not_matter(subject: Thing, place: Thing) -> None:
    """First the probe and then the door, or first the door."""
    assert pair(subject, place) == pair(place, subject) == (subject, place)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (LOT, DEVICE, Refusal.TWO_THINGS), (LOT, LOT, Refusal.TWO_THINGS), (ZONE, SHIPMENT, Refusal.TWO_PLACES),
        (LOT, Thing("customer", "c"), Refusal.NOT_PLACEABLE), (Thing("product", "p"), ZONE, Refusal.NOT_PLACEABLE),
    ],
)  # fmt: skip
def test_what_makes_no_pair(one: Thing, other: Thing, why: Refusal) -> None:
    """Said by name, in either order."""
    for first, second in permutations((one, other)):
        with pytest.raises(RefusedError) as caught:
            pair(first, second)
        assert caught.value.why is why


@pytest.mark.parametrize("status", LotStatus)
@pytest.mark.parametrize("place", [ZONE, SHIPMENT, MACHINE])
def test_held_goods_leave_with_no_shipment(status: LotStatus, place: Thing) -> None:
    """On hold and rejected goods may be moved to another zone, but not loaded; goods are in no machine."""
    lot = Lot(key="l", customer="c", product="p", status=status)
    refused = place is MACHINE or (place is SHIPMENT and status in {LotStatus.HOLD, LotStatus.REJECTED})
    try:
        check_lot(lot, place)
        assert not refused
    except RefusedError:
        assert refused


def test_a_scan_was_made_before_now() -> None:
    """Ten minutes of a wrong clock are forgiven, an hour is not."""
    check_time(T + 10 * MIN, T)
    for time_us, why in ((T + 11 * MIN, Refusal.IN_THE_FUTURE), (ALWAYS_US, Refusal.TOO_OLD)):
        with pytest.raises(RefusedError) as caught:
            check_time(time_us, T)
        assert caught.value.why is why


def placement(place: str, start: int, end: int | None) -> Placement:
    return Placement(
        subject_kind=SubjectKind.LOT, subject="l", place_kind=PlaceKind.ZONE, place=place, valid_from_us=T + start,
        valid_to_us=None if end is None else T + end,
    )  # fmt: skip


@st.composite
def pasts(draw: st.DrawFn) -> list[Kept]:
    """Placements one after another, the last perhaps still going on."""
    cuts = sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=6)))
    spans: list[tuple[int, int | None]] = [span for span in pairwise(cuts) if draw(st.booleans())]
    if draw(st.booleans()):
        spans.append((cuts[-1], None))
    zones = st.sampled_from(["a", "b", "z"])
    return [Kept(str(n), placement(draw(zones), *span)) for n, span in enumerate(spans)]


@given(pasts(), st.integers(-1, 32))
def test_after_a_scan_the_thing_is_there_and_nowhere_else(past: list[Kept], at: int) -> None:
    """For any past: either the scan is refused because something later is on record, or the past before it stays as it was."""
    later = any(k.value.valid_from_us >= T + at or (k.value.valid_to_us or 0) > T + at for k in past)
    if later:
        with pytest.raises(RefusedError, match=Refusal.LATER_RECORD):
            move(past, LOT, ZONE, T + at, "key:1")
        return
    found = move(past, LOT, ZONE, T + at, "key:1")
    open_ones = [k for k in past if k.value.valid_to_us is None]
    assert set(found.ends) == {k for k in open_ones if k.value.place != "z"}
    assert (found.new is None) == any(k.value.place == "z" for k in open_ones)
    if found.new:
        assert (found.new.place, found.new.valid_from_us, found.new.valid_to_us) == ("z", T + at, None)
