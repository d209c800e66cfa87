"""Probed: which time constants the probes in a zone tell of, and a profile with one of them adopted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from detect.excursions import trusted
from detect.goods.learning import Fit, learn
from detect.tracks import silence_us
from registry.exposed.courses import QuantitiesOf, course
from registry.exposure import Beside, RowsOf
from registry.nouns import NEVER_US, PlaceKind, Profile, ProfileVersion, RegistrySnapshot, SubjectKind
from registry.plan import DEFAULT_INTERVAL_US, watches
from registry.stays import span

PROBES = ("surface_temperature", "product_temperature")
"""What a probe on goods, or in them, says."""


class Probed(NamedTuple):
    """What one probe tells of the goods that it is on."""

    device: str
    quantity: str
    air: tuple[str, ...]
    """The thermometers whose mean is the air."""
    fit: Fit


class Present(NamedTuple):
    """Goods that are in a zone, with the time constant by which they are taken to follow now."""

    profile: str
    form: str
    lag_us: int


def probed(
    snapshot: RegistrySnapshot, zone: str, from_us: int, to_us: int, quantities_of: QuantitiesOf, rows_of: RowsOf
) -> list[Probed]:  # fmt: skip
    """The time constants that each probe tells of, which hung in a zone in [from, to)."""
    beside = list(_hung(snapshot, zone, from_us, to_us))
    air = [one for one in beside if "temperature" in quantities_of(one.device)]
    way = course(air, quantities_of, rows_of, 0)
    names = tuple(sorted({one.device for one in air}))
    found = []
    for one in beside:
        for quantity in PROBES:
            if quantity in quantities_of(one.device):
                rows = trusted(rows_of(one.device, quantity, one.from_us, one.to_us))
                fit = learn(way.rows(way.air_c), rows, max(way.gap_us, one.max_gap_us))
                found.append(Probed(one.device, quantity, names, fit))
    return found


def _hung(snapshot: RegistrySnapshot, zone: str, from_us: int, to_us: int) -> Iterator[Beside]:
    """The devices that were in a zone, and when."""
    devices = {device.key: device for device in snapshot.devices}
    for placement in snapshot.placements:
        here = placement.place_kind is PlaceKind.ZONE and placement.place == zone
        if not here or placement.subject_kind is not SubjectKind.DEVICE or placement.subject not in devices:
            continue
        begin_us, end_us = span(placement.valid_from_us, placement.valid_to_us)
        start_us, stop_us = max(begin_us, from_us), min(end_us, to_us)
        if start_us < stop_us:
            device = devices[placement.subject]
            gap_us = silence_us(device.interval_us or DEFAULT_INTERVAL_US)
            yield Beside(device.full_name, start_us, stop_us, gap_us, ())


def present(snapshot: RegistrySnapshot, zone: str, at_us: int) -> list[Present]:
    """The goods in a zone that follow the air with a lag."""
    return sorted({
        Present(goods.profile, goods.form, goods.lag_us)
        for watch in watches(snapshot)
        if watch.zone == zone
        and watch.valid_from_us <= at_us < (NEVER_US if watch.valid_to_us is None else watch.valid_to_us)
        for goods in watch.goods
    })  # fmt: skip


def with_lag(profile: Profile, form: str, lag_us: int, at_us: int) -> Profile | None:
    """The profile with a time constant of one form from a moment on; None if no version of it holds then.

    What was judged before stays judged by what held then. `form` "" is the profile's own.
    """
    for version in profile.versions:
        from_us, to_us = span(version.valid_from_us, version.valid_to_us)
        if from_us <= at_us < to_us:
            new = _lagging(
                replace(version, valid_from_us=at_us), "" if form == profile.form else form, lag_us
            )
            before = [replace(version, valid_to_us=at_us)] if from_us < at_us else []
            others = [other for other in profile.versions if other is not version]
            return replace(profile, versions=_in_order([*others, *before, new]))
    return None


def _lagging(version: ProfileVersion, form: str, lag_us: int) -> ProfileVersion:
    if not form:
        return replace(version, lag_us=lag_us)
    return replace(version, lags=tuple(sorted({**dict(version.lags), form: lag_us}.items())))


def _in_order(versions: Sequence[ProfileVersion]) -> tuple[ProfileVersion, ...]:
    return tuple(sorted(versions, key=lambda version: version.valid_from_us))
