"""Calibrations as of a time: which certificate holds, what it says of a value, which one runs out when.

Of a device and a quantity the newest certificate that was done by a time holds then, until it runs out and beyond: an
old certificate says more than none. A deviation is indicated minus true; it is told beside a value and never taken off it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detect.calibration import Overdue
from registry.nouns import (
    NEVER_US,
    Calibration,
    Device,
    Placement,
    RegistrySnapshot,
    SubjectKind,
)
from registry.stays import span

Chains = Mapping[str, Mapping[str, Sequence[Calibration]]]
"""Key of the device → quantity → its certificates in order of their dates."""


class Due(NamedTuple):
    """A certificate of a device in use that runs out."""

    device: Device
    place: str
    site: str | None
    calibration: Calibration
    due_us: int


def chains(snapshot: RegistrySnapshot) -> Chains:
    """All certificates, by what they are for."""
    found: dict[str, dict[str, list[Calibration]]] = {}
    for one in sorted(snapshot.calibrations, key=lambda one: (one.done_us, one.key)):
        found.setdefault(one.device, {}).setdefault(one.quantity, []).append(one)
    return found


def valid_at(chain: Sequence[Calibration], time_us: int) -> Calibration | None:
    """The certificate that holds at a time; None before the first."""
    at = bisect_right(chain, time_us, key=lambda one: one.done_us)
    return chain[at - 1] if at else None


def deviations(chain: Sequence[Calibration], time_us: NDArray[np.int64]) -> NDArray[np.float64]:
    """Per time (n,) the deviation of the certificate that holds then (n,); NaN where none says one."""
    of = np.array([np.nan, *(np.nan if one.deviation is None else one.deviation for one in chain)])
    done: NDArray[np.int64] = np.array([one.done_us for one in chain], np.int64)
    found: NDArray[np.float64] = of[np.searchsorted(done, time_us, side="right")]
    return found


def overdue(snapshot: RegistrySnapshot) -> list[Overdue]:
    """Every stretch in which a device was, is, or will be in use with a certificate that has run out."""
    known, sites = chains(snapshot), _sites(snapshot)
    found: list[Overdue] = []
    for device, placement in _in_use(snapshot):
        from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
        ran_out = (out for chain in known.get(device.key, {}).values() for out in _run_out(chain))
        for one, due_us, until_us in ran_out:
            start, end = max(due_us, from_us), min(until_us, to_us)
            if start < end:
                found.append(
                    Overdue(
                        device.full_name, one.quantity, sites.get(placement.place), one.certificate or one.key,
                        due_us, start, None if end == NEVER_US else end,
                    )
                )  # fmt: skip
    return found


def due_by(snapshot: RegistrySnapshot, now_us: int, until_us: int) -> list[Due]:
    """The certificates of devices in use now that have run out or do so by `until_us`, soonest first."""
    known, sites = chains(snapshot), _sites(snapshot)
    found: list[Due] = []
    for device, placement in _in_use(snapshot):
        from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
        if not from_us <= now_us < to_us:
            continue
        for chain in known.get(device.key, {}).values():
            one = valid_at(chain, now_us)
            if one and one.due_us is not None and one.due_us < until_us:
                found.append(Due(device, placement.place, sites.get(placement.place), one, one.due_us))
    return sorted(found, key=lambda due: (due.due_us, due.device.key, due.calibration.quantity))


def _run_out(chain: Sequence[Calibration]) -> Iterator[tuple[Calibration, int, int]]:
    """The certificates that ran out before the next one, with the stretch between."""
    following: list[Calibration | None] = [*chain[1:], None]
    for one, then in zip(chain, following, strict=True):
        end = NEVER_US if then is None else then.done_us
        if one.due_us is not None and one.due_us < end:
            yield one, max(one.due_us, one.done_us), end


def _in_use(snapshot: RegistrySnapshot) -> Iterator[tuple[Device, Placement]]:
    devices = {device.key: device for device in snapshot.devices}
    for placement in snapshot.placements:
        if placement.subject_kind is SubjectKind.DEVICE and placement.subject in devices:
            yield devices[placement.subject], placement


def _sites(snapshot: RegistrySnapshot) -> dict[str, str]:
    """Place → its site; a shipment's is where it comes from."""
    zones = {zone.key: zone.site for zone in snapshot.zones}
    found = {key: site for key, site in zones.items() if site}
    found |= {s.key: s.origin for s in snapshot.shipments if s.origin}
    for machine in snapshot.equipment:
        site = zones.get(machine.zone)
        if site:
            found[machine.key] = site
    return found
