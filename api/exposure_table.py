"""What goods went through as a table with one figure a row, each with its coverage."""

from __future__ import annotations

from collections.abc import Iterator

from api.views_exposure import AgainstView, ExposureView, LotExposureView, WholeExposureView

HEADER = ("part", "place", "from", "to", "name", "figure", "value", "unit", "coverage")
Row = tuple[object, ...]


def rows(view: LotExposureView) -> Iterator[Row]:
    """All figures, place by place and then of all of them together."""
    for stay in view.stays:
        for one in stay.quantities:
            yield from _of_quantity(("stay", stay.place, stay.start, stay.end), one)
    if view.whole is None:
        return
    whole, span = view.whole, ("", view.start, view.end)
    yield ("whole", *span, view.lot, "standing", whole.standing, "", whole.watched)
    for way in whole.passages:
        yield ("passage", way.place, way.start, way.end, way.stage, "devices", way.devices, "", "")
    for quantity in whole.quantities:
        yield from _of_quantity(("whole", *span), quantity)
    for limit in whole.limits:
        for name, value, unit in _of_limit(limit):
            yield ("limit", *span, limit.band, name, value, unit, limit.coverage)
    yield from _of_harms(whole, span)
    yield from _of_papers(whole)


def _of_quantity(where: Row, one: ExposureView) -> Iterator[Row]:
    for name, value in (("min", one.min), ("mean", one.mean), ("max", one.max)):
        yield (*where, one.quantity, name, value, one.unit, one.coverage)
    for beyond in one.beyond:
        yield (*where, beyond.band, "beyond", beyond.duration_s, "s", one.coverage)


def _of_limit(one: AgainstView) -> Iterator[tuple[str, object, str]]:
    yield "limit", one.limit, one.unit
    yield "standing", one.standing, ""
    yield "beyond", one.beyond_s, "s"
    yield "inside", one.inside_s, "s"
    yield "longest", one.longest_s, "s"
    yield "area", one.area, f"{one.unit}·min"
    if one.most_used_s is not None:
        yield "most used in a window", one.most_used_s, "s"
        yield "budget", one.budget_s, "s"


def _of_harms(whole: WholeExposureView, span: Row) -> Iterator[Row]:
    wet, frosts = whole.wetness, whole.frosts
    yield ("wetness", *span, wet.iso_class, "hours", wet.wet_h, "h", wet.coverage)
    yield ("wetness", *span, wet.iso_class, "hours a year", wet.hours_a_year, "h", wet.coverage)
    yield ("frost", *span, "", "cycles", frosts.cycles, "", frosts.coverage)
    for frost in frosts.events:
        yield ("frost", "", frost.start, frost.end, "event", "lowest", frost.lowest_c, "°C", "")
    for one in whole.mean_kinetic:
        yield (
            "mean kinetic",
            "",
            one.start,
            one.end,
            one.says,
            "highest",
            one.mean_kinetic_c,
            "°C",
            one.coverage,
        )


def _of_papers(whole: WholeExposureView) -> Iterator[Row]:
    for one in whole.findings:
        yield ("finding", one.place, one.start, one.end, one.band, one.kind, one.severity, "", one.coverage)
    for file in whole.files or ():
        yield ("file", "", "", "", file.name, "id", file.id, "", "")
