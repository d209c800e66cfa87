"""What is expected of every device when: placements × goods × profiles become watches. Pure: one registry state in.

A zone's goods are the lots placed in it and those of the shipments that travel in it; its own profile counts as
goods that are always there. A device in a shipment watches that shipment's lots. A device on equipment watches a
machine: it is expected to speak, and no goods are judged by it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from detect.nouns import Goods, Limit, Watch
from ingest.nouns import US_PER_MINUTE
from registry.lagging import Present, always, by_lot, presences
from registry.nouns import (
    NEVER_US,
    Device,
    PlaceKind,
    Placement,
    Profile,
    ProfileVersion,
    RegistrySnapshot,
    SubjectKind,
)
from registry.prevailing import prevailing
from registry.staging import Staged, stage_of, staging
from registry.stays import Stay, span, stays

DEFAULT_INTERVAL_US = 15 * US_PER_MINUTE
"""How often a device is expected to speak when neither it nor a profile says."""


def watches(snapshot: RegistrySnapshot, placements: Collection[Placement] | None = None) -> list[Watch]:
    """Per device, in order of time and without overlap: where it hangs and what the goods there tolerate.

    Args:
        placements: only what follows from these; None: from all.
    """
    devices = {device.key: device for device in snapshot.devices}
    there = climates(snapshot, None if placements is None else {placement.place for placement in placements})
    sites = {gateway.key: gateway.site or "" for gateway in snapshot.gateways}
    found: list[Watch] = []
    for placement in snapshot.placements if placements is None else placements:
        device = devices.get(placement.subject) if placement.subject_kind is SubjectKind.DEVICE else None
        if device:
            site = sites.get(device.gateway, "")
            found.extend(replace(watch, site=site) for watch in _watches_of(device, placement, there))
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
    """At an instant a profile version, or goods that follow the air alike, come to a place (+1) or leave it (-1)."""

    time_us: int
    change: int
    rule: int
    """Number of a profile version, -1 for goods."""
    goods: int
    """Number of the goods, -1 for a profile version."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A profile version with its bands named as in watches."""

    profile: str
    from_us: int
    to_us: int
    limits: tuple[Limit, ...]
    unwatched_us: int
    interval_us: int | None
    version: ProfileVersion
    staged: bool
    """Whether some limit holds at some stages only."""


@dataclass(frozen=True, slots=True)
class Climate:
    """What holds in a place from one instant to another."""

    from_us: int
    to_us: int
    limits: tuple[Limit, ...] = ()
    unwatched_us: int = NEVER_US
    interval_us: int | None = None
    profiles: tuple[str, ...] = ()
    goods: tuple[Goods, ...] = ()


_NOTHING = (Climate(-NEVER_US, NEVER_US),)


def climates(
    snapshot: RegistrySnapshot, places: Collection[str] | None = None
) -> Mapping[str, Sequence[Climate]]:
    """Place → what holds there, in order of time and without gap; of these places alone, unless that is None."""
    rules = [rule for profile in snapshot.profiles for rule in _rules(profile)]
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        numbers[rule.profile].append(number)
    holds = prevailing(snapshot)
    lots = {lot.key: lot for lot in snapshot.lots}
    where, comings = staging(snapshot), _Comings(rules)
    for own in by_lot(stays(snapshot)).values():
        lot = lots.get(own[0].lot)
        if lot is None:
            continue
        for stay in own:
            if places is None or stay.place in places:
                comings.of_lot(numbers.get(holds(lot, stay.place), ()), lot.form, stay, own, where(stay))
    for zone in snapshot.zones:
        if zone.profile and (places is None or zone.key in places):
            comings.of_zone(numbers.get(zone.profile, ()), zone.key, stage_of(zone))
    return {place: list(comings.sweep(found)) for place, found in comings.events.items()}


def _rules(profile: Profile) -> Iterator[_Rule]:
    for version in profile.versions:
        limits = tuple(
            replace(limit, band=f"{profile.key}/{limit.band}") for limit in version.limits if not limit.off
        )
        from_us, to_us = span(version.valid_from_us, version.valid_to_us)
        staged = any(limit.stages for limit in limits)
        yield _Rule(
            profile.key, from_us, to_us, limits, version.unwatched_us, version.interval_us, version, staged
        )


def _during(stages: Sequence[Staged], rule: _Rule, from_us: int, to_us: int) -> Iterator[Staged]:
    """The stages within an interval; one for all where they make no difference."""
    if not rule.staged:
        yield Staged("", from_us, to_us)
        return
    for staged in stages:
        start_us, end_us = max(staged.from_us, from_us), min(staged.to_us, to_us)
        if start_us < end_us:
            yield Staged(staged.stage, start_us, end_us)


class _Comings:
    """What comes to places and leaves them."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self._rules = [*rules]
        self._stages: dict[tuple[int, str], int] = {}
        """(rule, stage) → the rule as it is at that stage."""
        self._numbers: dict[Goods, int] = {}
        self.events: dict[str, list[_Event]] = defaultdict(list)

    def of_lot(
        self, numbers: Iterable[int], form: str, stay: Stay, others: Sequence[Stay], stages: Sequence[Staged]
    ) -> None:
        """What a lot brings to a place and takes away again: each version of its profile while that is valid."""
        for number in numbers:
            rule = self._rules[number]
            start, end = max(stay.from_us, rule.from_us), min(stay.to_us, rule.to_us)
            if start >= end:
                continue
            for stage, from_us, to_us in _during(stages, rule, start, end):
                self._rule(stay.place, self._at_stage(number, stage), from_us, to_us)
            for present in presences(rule.profile, rule.version, form, stay, others, start, end):
                self._goods(stay.place, present)

    def of_zone(self, numbers: Iterable[int], place: str, stage: str) -> None:
        """The profile of a zone stands for goods that have always been there."""
        for number in numbers:
            rule = self._rules[number]
            self._rule(place, self._at_stage(number, stage), rule.from_us, rule.to_us)
            for present in always(rule.profile, rule.version, rule.from_us, rule.to_us):
                self._goods(place, present)

    def _at_stage(self, number: int, stage: str) -> int:
        """The number of a rule with only those limits that hold at a stage."""
        rule = self._rules[number]
        if not rule.staged:
            return number
        if (number, stage) not in self._stages:
            self._stages[number, stage] = len(self._rules)
            limits = tuple(limit for limit in rule.limits if not limit.stages or stage in limit.stages)
            self._rules.append(replace(rule, limits=limits, staged=False))
        return self._stages[number, stage]

    def _rule(self, place: str, number: int, from_us: int, to_us: int) -> None:
        self.events[place] += [_Event(from_us, 1, number, -1), _Event(to_us, -1, number, -1)]

    def _goods(self, place: str, present: Present) -> None:
        number = self._numbers.setdefault(present.goods, len(self._numbers))
        self.events[place] += [_Event(present.from_us, 1, -1, number), _Event(present.to_us, -1, -1, number)]

    def sweep(self, events: list[_Event]) -> Iterator[Climate]:
        """Go through a place's events in order of time and say what holds between them."""
        start_us = end_us = -NEVER_US
        holds = Climate(start_us, end_us)
        for from_us, to_us, now in self._between(events):
            if now != holds:
                if start_us < end_us:
                    yield replace(holds, from_us=start_us, to_us=end_us)
                start_us, holds = from_us, now
            end_us = to_us
        yield replace(holds, from_us=start_us, to_us=end_us)

    def _between(self, events: list[_Event]) -> Iterator[tuple[int, int, Climate]]:
        """(from, to, what is there), without its times, between all instants at which anything comes or goes.

        Lots by the thousand come and go, but few different things are there: each is put together once.
        """
        every = list(self._numbers)
        met: dict[tuple[tuple[int, ...], ...], Climate] = {}
        rules: Counter[int] = Counter()
        goods: Counter[int] = Counter()
        at_us = -NEVER_US
        for event in [*sorted(events), _Event(NEVER_US, 0, -1, -1)]:
            if event.time_us > at_us:
                there = tuple(sorted(+rules)), tuple(sorted(+goods))
                if there not in met:
                    present = sorted((every[number] for number in there[1]), key=repr)
                    met[there] = _climate([self._rules[number] for number in there[0]], present)
                yield at_us, event.time_us, met[there]
                at_us = event.time_us
            (rules if event.rule >= 0 else goods)[max(event.rule, event.goods)] += event.change


def _climate(rules: list[_Rule], goods: list[Goods]) -> Climate:
    """The union of what is present: all limits, the strictest patience."""
    return Climate(
        0,
        0,
        tuple(limit for rule in rules for limit in rule.limits),
        min((rule.unwatched_us for rule in rules), default=NEVER_US),
        min((rule.interval_us for rule in rules if rule.interval_us is not None), default=None),
        tuple(rule.profile for rule in rules),
        tuple(goods),
    )


def _watches_of(
    device: Device, placement: Placement, there: Mapping[str, Sequence[Climate]]
) -> Iterator[Watch]:
    from_us, to_us = span(placement.valid_from_us, placement.valid_to_us)
    is_machine = placement.place_kind is PlaceKind.EQUIPMENT
    found = _NOTHING if is_machine else there.get(placement.place, _NOTHING)
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
            goods=climate.goods,
            live=not device.read_out,
        )
        at += 1
