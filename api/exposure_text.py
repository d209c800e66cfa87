"""What goods went through, as it goes over the wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from api.times import text_of, text_of_optional
from api.views_exposure import (
    AgainstView,
    BeyondView,
    ExposedFindingView,
    ExposureFileView,
    ExposureView,
    FrostsView,
    FrostView,
    MeanKineticView,
    PassageView,
    StayView,
    WetnessView,
    WholeExposureView,
)
from detect.nouns import Finding
from ingest.nouns import US_PER_HOUR
from registry.exposed.nouns import Against, Record
from registry.exposure import Exposure, Stay
from store.repositories.logger_files import StoredFile

UnitOf = Callable[[str], str]
_UNITS = {
    "product_temperature": "°C", "dew_point_margin": "K", "time_of_wetness": "h", "freeze_thaw": "°C",
    "mean_kinetic_temperature": "°C", "rate_of_change": "K/h", "conditioning": "K", "surface_humidity": "%",
}  # fmt: skip
"""Of what is reckoned, which no device measures."""


def stay_view(stay: Stay, found: Sequence[Exposure], unit_of: UnitOf) -> StayView:
    """What goods went through in a place."""
    return StayView(
        stay.place, text_of(stay.from_us), text_of(stay.to_us), [exposure_view(one, unit_of) for one in found]
    )


def exposure_view(one: Exposure, unit_of: UnitOf) -> ExposureView:
    """What goods went through in one quantity."""
    beyond = [
        BeyondView(
            b.limit.band, b.limit.side, b.limit.limit, b.us / 1e6, b.area,
            b.limit.budget_us / 1e6 if b.limit.budget_us else None,
        )
        for b in one.beyond
    ]  # fmt: skip
    return ExposureView(
        one.quantity, unit_named(one.quantity, unit_of), one.devices, one.samples, _rounded(one.minimum, 4),
        _rounded(one.mean, 4), _rounded(one.maximum, 4), one.coverage, one.imported, beyond,
    )  # fmt: skip


def whole_view(
    record: Record, findings: Sequence[Finding], files: Sequence[StoredFile] | None, unit_of: UnitOf
) -> WholeExposureView:
    """A lot's whole record."""
    wet, frosts = record.wetness, record.frosts
    return WholeExposureView(
        str(record.standing),
        record.watched,
        [
            PassageView(p.place or None, p.stage or None, text_of(p.from_us), text_of(p.to_us), p.devices)
            for p in record.passages
        ],
        [exposure_view(one, unit_of) for one in record.quantities],
        [_against(one, unit_of) for one in record.against],
        WetnessView(round(wet.wet_us / US_PER_HOUR, 3), wet.coverage, _rounded(wet.hours_a_year, 1), wet.iso_class),
        FrostsView(
            frosts.freezes_c, frosts.thaws_c, frosts.hold_us / 1e6, frosts.lag_us / 1e6, frosts.cycles,
            [FrostView(text_of(f.from_us), text_of_optional(f.to_us), f.lowest_c) for f in frosts.events],
            frosts.coverage,
        ),
        [
            MeanKineticView(
                one.window_us / 1e6, one.limit_c, one.kinetic_c, text_of_optional(one.from_us),
                text_of_optional(one.to_us), one.coverage, str(one.says),
            )
            for one in record.means
        ],
        [
            ExposedFindingView(
                f.id, str(f.kind), str(f.severity), f.zone or "", f.band, text_of(f.start_us),
                text_of_optional(f.end_us), f.coverage,
            )
            for f in findings
        ],
        None if files is None else [ExposureFileView(file.id, file.name) for file in files],
    )  # fmt: skip


def _against(one: Against, unit_of: UnitOf) -> AgainstView:
    limit = one.limit
    return AgainstView(
        limit.band, limit.quantity, unit_named(limit.quantity, unit_of), limit.side, limit.limit, str(limit.severity),
        one.held_us / 1e6, one.beyond_us / 1e6, one.inside_us / 1e6, one.area, one.longest_us / 1e6,
        limit.budget_us / 1e6 if limit.budget_us else None, limit.window_us / 1e6 if limit.window_us else None,
        None if one.most_us is None else one.most_us / 1e6, one.coverage, str(one.standing),
    )  # fmt: skip


def unit_named(quantity: str, unit_of: UnitOf) -> str:
    """The unit of a quantity, also of one that is reckoned."""
    return _UNITS.get(quantity) or unit_of(quantity)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
