"""What is expected of every device when: placements × goods × profiles become watches. Pure: one registry state in.

A zone's goods are the lots placed in it and those of the shipments that travel in it; its own profile counts as
goods that are always there. A device in a shipment watches that shipment's lots. A device on equipment watches a
machine: it is expected to speak, and no goods are judged by it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from detect.nouns import Limit, Watch
from ingest.nouns import US_PER_MINUTE
from registry.nouns import (
    NEVER_US,
    Device,
    PlaceKind,
    Placement,
    Profile,
    RegistrySnapshot,
    SubjectKind,
)
from registry.stays import span, stays

DEFAULT_INTERVAL_US = 15 * US_PER_MINUTE
"""How often a device is expected to speak when neither it nor a profile says."""


def watches(snapshot: RegistrySnapshot) -> list[Watch]:
    """Per device, in order of time and without overlap: where it hangs and what the goods there tolerate."""
    devices = {device.key: device for device in snapshot.devices}
    climates = _climates(snapshot)
    found: list[Watch] = []
    for placement in snapshot.placements:
        device = devices.get(placement.subject) if placement.subject_kind is SubjectKind.DEVICE else None
        if device:
            found.extend(_watches_of(device, placement, climates))
    return sorted(found, key=lambda watch: (watch.device, watch.valid_from_us))


def identities(snapshot: RegistrySnapshot) -> dict[tuple[str, str], str]:
    """(gateway, device as it says it) → full name, where that is not `gateway/device`: moved and shared devices."""
    own = {(device.gateway, device.device) for device in snapshot.devices}
    found: dict[tuple[str, str], str] = {}
    for device in snapshot.devices:
        if device.known_as:
            found[device.gateway, device.device] = device.full_name
        if device.shared and device.device:
            behind = ((gateway.key, device.device) for gateway in snapshot.gateways)
            found |= {name: device.full_name for name in behind if name not in own}
    return found


class _Event(NamedTuple):
    """At an instant a lot or a profile version comes to a place (+1) or leaves it (-1)."""

    time_us: int
    change: int
    lot: str
    rule: int
    """Number of a profile version, -1 for a lot."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A profile version with its bands named as in watches."""

    profile: str
    from_us: int
    to_us: int
    limits: tuple[Limit, ...]
    unwatched_us: int
    interval_us: int | None


@dataclass(frozen=True, slots=True)
class _Climate:
    """What holds in a place from one instant to another."""

    from_us: int
    to_us: int
    limits: tuple[Limit, ...] = ()
    unwatched_us: int = NEVER_US
    interval_us: int | None = None
    profiles: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


_NOTHING = (_Climate(-NEVER_US, NEVER_US),)


def _climates(snapshot: RegistrySnapshot) -> Mapping[str, Sequence[_Climate]]:
    """Place → what holds there, in order of time and without gap."""
    rules = [rule for profile in snapshot.profiles for rule in _rules(profile)]
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        numbers[rule.profile].append(number)
    profile_of_product = {product.key: product.profile for product in snapshot.products}
    profile_of = {lot.key: profile_of_product.get(lot.product) for lot in snapshot.lots}
    events: dict[str, list[_Event]] = defaultdict(list)
    for stay in stays(snapshot):
        arrive = partial(_came_and_went, rules, numbers.get(profile_of.get(stay.lot) or "", ()))
        events[stay.place].extend(arrive(stay.lot, stay.from_us, stay.to_us))
    for zone in snapshot.zones:
        if zone.profile:
            events[zone.key].extend(
                _came_and_went(rules, numbers.get(zone.profile, ()), "", -NEVER_US, NEVER_US)
            )
    return {place: list(_sweep(found, rules)) for place, found in events.items()}


def _rules(profile: Profile) -> Iterator[_Rule]:
    for version in profile.versions:
        limits = tuple(
            replace(limit, band=f"{profile.key}/{limit.band}") for limit in version.limits if not limit.off
        )
        from_us, to_us = span(version.valid_from_us, version.valid_to_us)
        yield _Rule(profile.key, from_us, to_us, limits, version.unwatched_us, version.interval_us)


def _came_and_went(
    rules: Sequence[_Rule], numbers: Iterable[int], lot: str, from_us: int, to_us: int
) -> Iterator[_Event]:
    """What a lot brings to a place and takes away again: itself, and each version of its profile while that is valid."""
    if lot:
        yield _Event(from_us, 1, lot, -1)
        yield _Event(to_us, -1, lot, -1)
    for number in numbers:
        start, end = max(from_us, rules[number].from_us), min(to_us, rules[number].to_us)
        if start < end:
            yield _Event(start, 1, "", number)
            yield _Event(end, -1, "", number)


def _sweep(events: list[_Event], rules: Sequence[_Rule]) -> Iterator[_Climate]:
    """Go through a place's events in order of time and say what holds between them."""
    lots: Counter[str] = Counter()
    present: Counter[int] = Counter()
    at = -NEVER_US
    for event in [*sorted(events), _Event(NEVER_US, 0, "", -1)]:
        if event.time_us > at:
            yield _climate(at, event.time_us, sorted(+lots), [rules[number] for number in sorted(+present)])
            at = event.time_us
        if event.rule >= 0:
            present[event.rule] += event.change
        elif event.lot:
            lots[event.lot] += event.change


def _climate(from_us: int, to_us: int, lots: list[str], rules: list[_Rule]) -> _Climate:
    """The union of what is present: all limits, the strictest patience."""
    return _Climate(
        from_us,
        to_us,
        tuple(limit for rule in rules for limit in rule.limits),
        min((rule.unwatched_us for rule in rules), default=NEVER_US),
        min((rule.interval_us for rule in rules if rule.interval_us is not None), default=None),
        tuple(rule.profile for rule in rules),
        tuple(lots),
    )


def _watches_of(
    device: Device, placement: Placement, climates: Mapping[str, Sequence[_Climate]]
) -> Iterator[Watch]:
    from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
    is_machine = placement.place_kind is PlaceKind.EQUIPMENT
    found = _NOTHING if is_machine else climates.get(placement.place, _NOTHING)
    at = bisect_right(found, from_us, key=lambda climate: climate.to_us)
    while at < len(found) and found[at].from_us < to_us:
        climate = found[at]
        end_us = min(to_us, climate.to_us)
        yield Watch(
            device=device.full_name,
            gateway=device.gateway,
            zone=placement.place,
            valid_from_us=max(from_us, climate.from_us),
            valid_to_us=None if end_us == NEVER_US else end_us,
            interval_us=device.interval_us or climate.interval_us or DEFAULT_INTERVAL_US,
            quantities=device.quantities,
            unwatched_us=climate.unwatched_us,
            limits=climate.limits,
            profiles=climate.profiles,
            lots=climate.lots,
        )
        at += 1
