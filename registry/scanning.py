"""Placing a thing by two scans: which of the two goes where, what that ends, and why it cannot be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from detect.nouns import Json
from ingest.nouns import MAX_AHEAD_US
from registry.nouns import (
    ALWAYS_US,
    How,
    Kept,
    Lot,
    LotStatus,
    Move,
    PlaceKind,
    Placement,
    SubjectKind,
    Thing,
)

SUBJECTS = frozenset(SubjectKind)
PLACES = frozenset(PlaceKind)


class Refusal(StrEnum):
    """Why two scans place nothing. `scan.refused.<name>` says it to people."""

    TWO_THINGS = "two_things"
    """Both are things that can be placed."""
    TWO_PLACES = "two_places"
    NOT_PLACEABLE = "not_placeable"
    """One of them is neither a thing nor a place (a customer, a product)."""
    UNKNOWN = "unknown"
    """No object has this code."""
    AMBIGUOUS = "ambiguous"
    """Several objects are known by this number."""
    IN_THE_FUTURE = "in_the_future"
    TOO_OLD = "too_old"
    LATER_RECORD = "later_record"
    """Something later is on record of the thing: this scan comes too late to be simply added."""
    LOT_IN_MACHINE = "lot_in_machine"
    LOT_ON_HOLD = "lot_on_hold"
    LOT_REJECTED = "lot_rejected"
    CHANGED_SINCE = "changed_since"
    """What the scan made was changed afterwards: undoing it would undo that too."""
    NOT_PLACED = "not_placed"
    """A device that is nowhere cannot be replaced."""
    ITSELF = "itself"
    """A device cannot replace itself."""


class RefusedError(Exception):
    """Two scans place nothing; `params` are what the sentence says."""

    def __init__(self, why: Refusal, **params: Json) -> None:
        super().__init__(why)
        self.why, self.params = why, params


def pair(one: Thing, other: Thing) -> tuple[Thing, Thing]:
    """The thing and the place, in whatever order they were scanned.

    Raises:
        RefusedError: these two do not make a placement.
    """
    for thing in (one, other):
        if thing.kind not in SUBJECTS | PLACES:
            raise RefusedError(Refusal.NOT_PLACEABLE, what=str(thing))
    subject, place = (one, other) if one.kind in SUBJECTS else (other, one)
    if place.kind in SUBJECTS:
        raise RefusedError(Refusal.TWO_THINGS, one=str(one), other=str(other))
    if subject.kind in PLACES:
        raise RefusedError(Refusal.TWO_PLACES, one=str(one), other=str(other))
    return subject, place


def check_lot(lot: Lot, place: Thing) -> None:
    """Go on only if goods in this status may go there: what is held or rejected leaves with no shipment.

    Raises:
        RefusedError: they may not.
    """
    if place.kind == PlaceKind.EQUIPMENT:
        raise RefusedError(Refusal.LOT_IN_MACHINE, lot=lot.key, place=place.key)
    barred = {LotStatus.HOLD: Refusal.LOT_ON_HOLD, LotStatus.REJECTED: Refusal.LOT_REJECTED}
    if place.kind == PlaceKind.SHIPMENT and lot.status in barred:
        raise RefusedError(barred[lot.status], lot=lot.key, place=place.key)


def check_time(time_us: int, now_us: int) -> None:
    """Go on only if a scan can have been made then.

    Raises:
        RefusedError: it is more than ten minutes ahead, or before all records.
    """
    if time_us > now_us + MAX_AHEAD_US:
        raise RefusedError(Refusal.IN_THE_FUTURE)
    if time_us <= ALWAYS_US:
        raise RefusedError(Refusal.TOO_OLD)


def move(there: Sequence[Kept], subject: Thing, place: Thing, time_us: int, by: str) -> Move:
    """What a scan at `time_us` changes of a thing's placements: it leaves wherever it was and is in the place.

    Raises:
        RefusedError: something later is on record.
    """
    open_ones = []
    for kept in there:
        placed = kept.value
        if placed.valid_from_us < time_us and placed.valid_to_us is None:
            open_ones.append(kept)
        elif placed.valid_from_us >= time_us or (placed.valid_to_us or 0) > time_us:
            raise RefusedError(
                Refusal.LATER_RECORD, subject=str(subject), place=f"{placed.place_kind}:{placed.place}",
                since=max(placed.valid_from_us, time_us),
            )  # fmt: skip
    here = (place.kind, place.key)
    ends = tuple(kept for kept in open_ones if (kept.value.place_kind, kept.value.place) != here)
    if len(ends) < len(open_ones):
        return Move(ends, None)
    new = Placement(
        subject_kind=SubjectKind(subject.kind), subject=subject.key, place_kind=PlaceKind(place.kind), place=place.key,
        valid_from_us=time_us, set_by=by, how=How.SCAN,
    )  # fmt: skip
    return Move(ends, new)
