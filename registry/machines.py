"""The machines that keep the climate, as detection follows them: which series shows what of them, and from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from detect.machines.nouns import Machine, Role, Source, Task
from registry.nouns import (
    Device,
    Equipment,
    Inspection,
    InspectionResult,
    PlaceKind,
    Placement,
    RegistrySnapshot,
    SubjectKind,
)
from registry.stays import span

NEEDED = frozenset({"site", "zone", "gateway", "device", "equipment", "placement"})
"""Kinds of objects that say which machines there are."""

_IN_ROOM = {
    Task.COOLING: {"temperature": Role.ROOM, "door": Role.DOOR},
    Task.HEATING: {"temperature": Role.ROOM, "door": Role.DOOR},
    Task.DRYING: {"relative_humidity": Role.ROOM, "temperature": Role.WARMTH, "door": Role.DOOR},
}
_ON_MACHINE = {"running": Role.RUNNING, "duty_cycle": Role.RUNNING, "power": Role.POWER}
_ON_SITE = {"outdoor_temperature": Role.OUTDOOR_C, "outdoor_relative_humidity": Role.OUTDOOR_RH}


def machines(snapshot: RegistrySnapshot, inspections: Sequence[Inspection]) -> list[Machine]:
    """All of them. What a site's devices say of the outdoors counts for every machine there."""
    devices = {device.key: device for device in snapshot.devices}
    hung = [p for p in snapshot.placements if p.subject_kind is SubjectKind.DEVICE and p.subject in devices]
    sites: Mapping[str, str | None] = {zone.key: zone.site for zone in snapshot.zones}
    at = {machine.key: sites.get(machine.zone) for machine in snapshot.equipment} | dict(sites)
    done: dict[str, list[Inspection]] = {}
    for one in inspections:
        done.setdefault(one.equipment, []).append(one)
    return [
        _machine(
            machine, sites.get(machine.zone), tuple(_sources(machine, hung, devices, at)),
            sorted(done.get(machine.key, ()), key=lambda one: one.done_us),
        )
        for machine in snapshot.equipment
    ]  # fmt: skip


def _machine(
    machine: Equipment, site: str | None, sources: tuple[Source, ...], done: Sequence[Inspection]
) -> Machine:
    return Machine(
        key=machine.key,
        name=machine.name or machine.key,
        zone=machine.zone,
        task=Task(machine.kind),
        model=machine.model,
        site=site,
        sources=sources,
        limit=None,
        resets_us=tuple(one.done_us for one in done if one.result is InspectionResult.REPAIRED),
        inspection_us=machine.inspection_us,
        inspected_us=tuple(one.done_us for one in done),
    )


def _sources(
    machine: Equipment, hung: Sequence[Placement], devices: Mapping[str, Device], at: Mapping[str, str | None]
) -> Iterator[Source]:
    """By role, then by device, so that the same state of the registry gives the same machine."""
    site = at.get(machine.zone)
    for placement in sorted(hung, key=lambda p: (devices[p.subject].full_name, p.valid_from_us)):
        roles: dict[str, Role] = {}
        if placement.place_kind is PlaceKind.EQUIPMENT and placement.place == machine.key:
            roles |= _ON_MACHINE
        if placement.place_kind is PlaceKind.ZONE and placement.place == machine.zone:
            roles |= _IN_ROOM[Task(machine.kind)]
        if site is not None and at.get(placement.place) == site:
            roles |= _ON_SITE
        from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
        for quantity, role in roles.items():
            yield Source(role, devices[placement.subject].full_name, quantity, from_us, to_us)
