"""A report as it goes over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from api.exposure_text import UnitOf, unit_named
from api.reported import Point
from api.times import text_of, text_of_optional
from api.views_report import (
    CountedView,
    GapSpanView,
    HeldLimitView,
    PointView,
    ReportedCalibrationView,
    ReportedExcursionView,
)
from detect.nouns import Finding
from registry.calibrations import Chains, valid_at
from registry.nouns import Calibration
from registry.reported.limits import Held
from registry.reported.nouns import Piece
from store.repositories.reports import Followed
from tickets.nouns import ticket_name

MOST_GAPS = 50
_TOLERATED = 1.05
"""A clock that is a little slow, or a reading that was lost, is no fault."""


def point_view(point: Point, unit_of: UnitOf) -> PointView:
    """What a measuring point showed."""
    shown, asked = point.shown, point.asked
    longest = sorted(shown.pauses, key=lambda one: one.from_us - one.to_us)[:MOST_GAPS]
    gaps = [
        GapSpanView(text_of(one.from_us), text_of(one.to_us), (one.to_us - one.from_us) / 1e6)
        for one in sorted(longest)
    ]
    kinetic = asked.kinetic_limit if point.info.quantity == "temperature" else None
    return PointView(
        point.info.device, point.info.quantity, unit_of(point.info.quantity), [_span(one) for one in point.pieces], shown.samples,
        _rounded(shown.minimum), text_of_optional(shown.minimum_us), _rounded(shown.mean), _rounded(shown.maximum),
        text_of_optional(shown.maximum_us), _rounded(shown.kinetic), kinetic, shown.coverage,
        _seconds(shown.interval_us), _seconds(asked.required_us), _judged(shown.interval_us, asked.required_us),
        asked.patience.gap_us / 1e6, gaps, len(shown.pauses) - len(gaps), shown.unlooked, str(shown.basis),
    )  # fmt: skip


def limit_view(held: Held, unit_of: UnitOf) -> HeldLimitView:
    """A limit that held."""
    limit = held.limit
    profile, _, band = limit.band.partition("/")
    budget_s, window_s = (us / 1e6 if us else None for us in (limit.budget_us, limit.window_us))
    return HeldLimitView(
        limit.quantity, unit_named(limit.quantity, unit_of), profile, band, limit.side, limit.limit, limit.deadband,
        str(limit.severity), limit.on_delay_us / 1e6, budget_s, window_s, held.place, text_of(held.from_us),
        text_of(held.to_us),
    )  # fmt: skip


def excursion_view(
    one: Finding, unit_of: UnitOf, followed: Followed | None, *, inside: bool
) -> ReportedExcursionView:
    """An excursion. `inside`: for who may know what colleagues said of its ticket."""
    limit, device, quantity = (one.evidence.get(name) for name in ("limit", "device", "quantity"))
    named = quantity if isinstance(quantity, str) else ""
    return ReportedExcursionView(
        one.id, str(one.kind), str(one.severity), device if isinstance(device, str) else "", named,
        unit_named(named, unit_of),
        one.zone or "", one.band, float(limit) if isinstance(limit, int | float) else None, text_of(one.start_us),
        text_of_optional(one.end_us), one.peak, one.area, one.coverage,
        ticket_name(followed.number) if followed else None, followed.verdict if followed and inside else None,
    )  # fmt: skip


def calibration_views(
    points: Sequence[Point], keys: Mapping[str, str], known: Chains, from_us: int, to_us: int
) -> list[ReportedCalibrationView]:
    """Per measuring point the certificates that held at any time of the period.

    Args:
        keys: full name of a device → its key.
    """
    found: list[ReportedCalibrationView] = []
    for point in points:
        device, quantity = point.info.device, point.info.quantity
        own = list(_held(known.get(keys.get(device, ""), {}).get(quantity, ()), from_us, to_us))
        if not own:
            found.append(ReportedCalibrationView(device, quantity, "missing", None, None, None, None, None))
        for one, until_us in own:
            overdue = one.due_us is not None and one.due_us < until_us
            found.append(
                ReportedCalibrationView(
                    device, quantity, "overdue" if overdue else "valid", one.certificate or one.key, text_of(one.done_us),
                    text_of_optional(one.due_us), one.deviation, one.uncertainty,
                )
            )  # fmt: skip
    return found


def _held(chain: Sequence[Calibration], from_us: int, to_us: int) -> Iterator[tuple[Calibration, int]]:
    """The certificates that held in [from, to), each with until when."""
    first = valid_at(chain, from_us)
    own = [one for one in chain if one is first or from_us < one.done_us < to_us]
    ends = [one.done_us for one in own[1:]]
    yield from zip(own, [*ends, to_us], strict=True) if own else ()


def _span(piece: Piece) -> CountedView:
    return CountedView(text_of(piece.from_us), text_of(piece.to_us))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _seconds(us: int | None) -> float | None:
    return None if us is None else us / 1e6


def _judged(found_us: int | None, required_us: int | None) -> str:
    """Whether a sensor recorded as often as it must."""
    if required_us is None:
        return "not_required"
    if found_us is None:
        return "unknown"
    return "met" if found_us <= _TOLERATED * required_us else "not_met"
