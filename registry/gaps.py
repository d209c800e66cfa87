"""Gaps: where a device beside goods is less than their profile asks for, and what to do about it.

Compared are how often it speaks (as set, as its model does, as it really did lately) and how well it measures: its
certificate's deviation and uncertainty, for values are judged as they are, else the accuracy of its model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from detect.nouns import Watch
from registry.calibrations import Chains, chains, valid_at
from registry.models import Models, model_of, models_of, quantity_of
from registry.nouns import Device, ProfileVersion, RegistrySnapshot
from registry.plan import watches
from registry.stays import span

_TOLERATED = 1.05
"""A clock that is a little slow, or a reading that was lost, is no gap."""


class GapKind(StrEnum):
    """In what a device falls short."""

    INTERVAL = "interval"
    INTERVAL_MEASURED = "interval_measured"
    ACCURACY = "accuracy"
    ACCURACY_UNKNOWN = "accuracy_unknown"
    CALIBRATION_MISSING = "calibration_missing"
    CALIBRATION_OVERDUE = "calibration_overdue"


@dataclass(frozen=True, slots=True)
class Gap:
    """One way in which one device falls short of what one profile asks for."""

    kind: GapKind
    device: Device
    place: str
    profile: str
    quantity: str = ""
    """"" where it is about the device as a whole."""
    required: float | None = None
    """µs for intervals, ± in the quantity's unit for accuracies."""
    actual: float | None = None
    due_us: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What devices really said lately, by full name."""

    interval_us: Mapping[str, int] = field(default_factory=dict)
    quantities: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Asked(NamedTuple):
    """What is asked of a device where it hangs now."""

    watch: Watch
    versions: Mapping[str, ProfileVersion]
    """Profile → its version that holds."""


def asked_intervals(asked_now: Iterable[Asked]) -> dict[str, int]:
    """Full name of each device beside goods that must be measured often → how often (µs)."""
    found: dict[str, int] = {}
    for watch, versions in asked_now:
        asked = [v.interval_us for v in versions.values() if v.interval_us is not None]
        if asked:
            found[watch.device] = min(asked)
    return found


def gaps(snapshot: RegistrySnapshot, asked_now: Iterable[Asked], now_us: int, heard: Heard) -> list[Gap]:
    """All gaps of devices in what is `asked` of them now, by device and kind."""
    devices = {device.full_name: device for device in snapshot.devices}
    models, known = models_of(snapshot), chains(snapshot)
    found: list[Gap] = []
    for watch, versions in asked_now:
        device = devices[watch.device]
        for profile, version in versions.items():
            found += _of_interval(device, watch, profile, version, models, heard)
            found += _of_accuracy(device, watch, profile, version, models, known, heard, now_us)
    return sorted(found, key=lambda gap: (gap.device.key, gap.kind, gap.profile, gap.quantity))


def asked(snapshot: RegistrySnapshot, now_us: int, places: Collection[str] | None = None) -> list[Asked]:
    """The watches of now, with the versions of the profiles that hold there; in these places alone, unless that is None."""
    valid: dict[str, ProfileVersion] = {}
    for profile in snapshot.profiles:
        for version in profile.versions:
            from_us, to_us = span(version.valid_from_us, version.valid_to_us)
            if from_us <= now_us < to_us:
                valid[profile.key] = version
    there = [
        one
        for one in snapshot.placements
        if (places is None or one.place in places)
        and one.valid_from_us <= now_us
        and (one.valid_to_us is None or now_us < one.valid_to_us)
    ]
    return [
        Asked(watch, {key: valid[key] for key in dict.fromkeys(watch.profiles) if key in valid})
        for watch in watches(snapshot, there)
        if watch.valid_from_us <= now_us and (watch.valid_to_us is None or now_us < watch.valid_to_us)
    ]


def _of_interval(
    device: Device, watch: Watch, profile: str, version: ProfileVersion, models: Models, heard: Heard
) -> Iterator[Gap]:
    required = version.interval_us
    if required is None:
        return
    model = model_of(device, models)
    said = device.interval_us or (model.interval_us if model else None)
    measured = heard.interval_us.get(device.full_name)
    if said is not None and said > required:
        yield Gap(GapKind.INTERVAL, device, watch.zone, profile, "", required, said)
    elif measured is not None and measured > _TOLERATED * required:
        yield Gap(GapKind.INTERVAL_MEASURED, device, watch.zone, profile, "", required, measured)


def _of_accuracy(
    device: Device, watch: Watch, profile: str, version: ProfileVersion, models: Models, known: Chains,
    heard: Heard, now_us: int,
) -> Iterator[Gap]:  # fmt: skip
    model = model_of(device, models)
    measures = {one.quantity for one in model.quantities} if model else frozenset[str]()
    measures = measures | set(device.quantities) | heard.quantities.get(device.full_name, frozenset())
    for quantity, required in version.accuracy:
        if quantity not in measures:
            continue
        certificate = valid_at(known.get(device.key, {}).get(quantity, ()), now_us)
        said = quantity_of(model, quantity)
        actual = said.accuracy if said else None
        if certificate and certificate.deviation is not None:
            actual = abs(certificate.deviation) + (certificate.uncertainty or 0.0)
        if actual is None:
            yield Gap(GapKind.ACCURACY_UNKNOWN, device, watch.zone, profile, quantity, required)
        elif actual > required:
            yield Gap(GapKind.ACCURACY, device, watch.zone, profile, quantity, required, actual)
        if certificate is None:
            yield Gap(GapKind.CALIBRATION_MISSING, device, watch.zone, profile, quantity, required, actual)
        elif certificate.due_us is not None and certificate.due_us <= now_us:
            yield Gap(
                GapKind.CALIBRATION_OVERDUE, device, watch.zone, profile, quantity, required, actual,
                certificate.due_us,
            )  # fmt: skip
