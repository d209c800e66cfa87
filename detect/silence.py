"""Silence: who is expected to speak together (a quantity, a device, a gateway, a zone), and what a pause of theirs is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from detect.nouns import EXAMINED, SOURCES, Finding, Json, Kind, Severity, Watch
from detect.reconcile import NEW
from detect.tracks import FOREVER_US, Plan, Stretch, silence_us
from store.nouns import SeriesInfo

DETECTOR = "silence"
VERSION = "1"
_NEEDED = {**SOURCES, **EXAMINED}
NAMES_TOLD = 20
"""So many of the silent devices are named."""


class Level(StrEnum):
    """What is silent."""

    QUANTITY = "quantity"
    DEVICE = "device"
    GATEWAY = "gateway"
    SITE = "site"
    ZONE = "zone"


Key = tuple[Level, str]
"""A group by its level and name."""

KINDS = {
    Level.QUANTITY: Kind.SILENT_QUANTITY,
    Level.DEVICE: Kind.SILENT_DEVICE,
    Level.GATEWAY: Kind.SILENT_GATEWAY,
    Level.SITE: Kind.SILENT_SITE,
    Level.ZONE: Kind.UNWATCHED,
}
SEVERITIES = {
    Level.QUANTITY: Severity.WARNING,
    Level.DEVICE: Severity.WARNING,
    Level.GATEWAY: Severity.ALARM,
    Level.SITE: Severity.ALARM,
    Level.ZONE: Severity.ALARM,
}


class Pause(NamedTuple):
    """A stretch without readings; `end_us` is None while it goes on."""

    start_us: int
    end_us: int | None

    def length(self, as_of_us: int) -> int:
        """Its length so far, in µs."""
        return (as_of_us if self.end_us is None else self.end_us) - self.start_us


class Expectation(NamedTuple):
    """For how long a group may say nothing, in one interval of event time."""

    from_us: int
    to_us: int
    quiet_us: int
    alert_us: int
    """For how long while its goods are already in an excursion (zones), else like `quiet_us`."""


@dataclass(slots=True)
class Group:
    """Series that are expected to speak together."""

    level: Level
    name: str
    members: list[int] = field(default_factory=list)
    expected: dict[Expectation, None] = field(default_factory=dict)
    """As an ordered set."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """When the group is expected to speak, not overlapping, in order."""
    least_us: int = FOREVER_US
    """No pause up to this length is ever too long."""
    devices: set[str] = field(default_factory=set)
    derived: set[str] = field(default_factory=set)
    """The derived quantities that the goods' limits name."""
    gateways: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    """The sites of its gateways, where they are at one."""
    known_from_us: int = FOREVER_US
    """Since when the registry expects it; a group that never spoke is silent from here on."""
    roaming: set[int] = field(default_factory=set)
    """Members that do not always speak for the group: devices that were elsewhere at times."""

    @property
    def key(self) -> Key:
        """Its level and name."""
        return self.level, self.name

    @property
    def subject(self) -> str:
        """The subject of its findings."""
        return subject_of(self.level, self.name)

    def expect(self, watch: Watch, quiet_us: int) -> None:
        """Add one watch to what is expected."""
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        alert_us = min(quiet_us, silence_us(watch.interval_us))
        self.expected[Expectation(watch.valid_from_us, to_us, quiet_us, alert_us)] = None
        self.spans = _joined([*self.spans, (watch.valid_from_us, to_us)])
        self.least_us = min(self.least_us, alert_us)
        self.devices.add(watch.device)
        self.derived |= {limit.quantity for limit in watch.limits} & _NEEDED.keys()
        self.gateways.add(watch.gateway)
        self.sites |= {watch.site} - {""}
        self.known_from_us = min(self.known_from_us, max(watch.valid_from_us, watch.recorded_us))

    def expect_all(self, from_us: int, to_us: int, there: Sequence[Sequence[Watch]]) -> None:
        """Expect several gateways (their watches each) in an interval: who is slowest sets the pace, who came second begins."""
        quiet_us = max(min(silence_us(watch.interval_us) for watch in own) for own in there)
        self.expected[Expectation(from_us, to_us, quiet_us, quiet_us)] = None
        self.spans = _joined([*self.spans, (from_us, to_us)])
        self.least_us = min(self.least_us, quiet_us)
        self.devices |= {watch.device for own in there for watch in own}
        self.gateways |= {watch.gateway for own in there for watch in own}
        known = sorted(min(max(w.valid_from_us, w.recorded_us) for w in own) for own in there)
        self.known_from_us = min(self.known_from_us, known[1])

    def overdue(self, start_us: int, end_us: int, *, in_excursion: bool = False) -> bool:
        """Whether a pause is longer than was allowed at any moment of it."""
        return any(
            min(end_us, e.to_us) - start_us > (e.alert_us if in_excursion else e.quiet_us)
            for e in self.expected
            if e.from_us < end_us and e.to_us > start_us
        )

    def at(self, time_us: int) -> Expectation:
        """The strictest expectation at a moment, or the next one after it."""
        there = [e for e in self.expected if e.from_us <= time_us < e.to_us]
        if there:
            return min(there, key=lambda e: (e.alert_us, e.quiet_us))
        return min(self.expected, key=lambda e: (e.from_us <= time_us, e.from_us, e.alert_us))

    def speaks_in(self, stretch: Stretch) -> bool:
        """Whether what a member says in a stretch is said for this group."""
        if self.level is Level.ZONE:
            return stretch.zone == self.name
        if self.level is Level.SITE:
            return stretch.site == self.name
        return self.level is not Level.GATEWAY or stretch.gateway == self.name

    @property
    def goods_subjects(self) -> set[str]:
        """The subjects of findings about derived quantities here (`in_excursion`), whoever measures their sources."""
        return {f"device:{device}:{quantity}" for device in self.devices for quantity in self.derived}

    def enter(self, series: int, stretches: Sequence[Stretch]) -> None:
        """Make a series a member (again at once is no matter); `stretches` are all its own."""
        if self.members[-1:] == [series]:
            return
        self.members.append(series)
        left = bool(stretches) and stretches[-1].to_us != FOREVER_US
        paused = any(a.to_us != b.from_us for a, b in pairwise(stretches))
        if not all(self.speaks_in(s) for s in stretches) or (self.level is Level.ZONE and (left or paused)):
            self.roaming.add(series)


def subject_of(level: Level, name: str) -> str:
    """The subject under which the silence of a group is recorded."""
    return f"device:{name}" if level is Level.QUANTITY else f"{level.value}:{name}"


def sites_of(watches: Iterable[Watch]) -> dict[Key, Group]:
    """The sites that speak through two gateways or more, while they do.

    A site is silent when none of its gateways has said anything for as long as the slowest of them may.
    """
    by_site: dict[str, dict[str, list[Watch]]] = {}
    for watch in watches:
        if watch.site and watch.live:
            by_site.setdefault(watch.site, {}).setdefault(watch.gateway, []).append(watch)
    groups: dict[Key, Group] = {}
    for site, gateways in by_site.items():
        group = Group(Level.SITE, site)
        edges = sorted({us for own in gateways.values() for w in own for us in (w.valid_from_us, _end_us(w))})
        for from_us, to_us in pairwise(edges):
            there = [
                [w for w in own if w.valid_from_us <= from_us and _end_us(w) >= to_us]
                for own in gateways.values()
            ]
            there = [own for own in there if own]
            if len(there) > 1:
                group.expect_all(from_us, to_us, there)
        if group.expected:
            groups[Level.SITE, site] = group
    return groups


def _end_us(watch: Watch) -> int:
    return FOREVER_US if watch.valid_to_us is None else watch.valid_to_us


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def groups_of(plan: Plan, series: Sequence[SeriesInfo]) -> dict[Key, Group]:
    """All groups that the registry expects to speak, with their series."""
    groups: dict[Key, Group] = {}
    said: dict[str, list[str]] = {}
    for info in series:
        said.setdefault(info.device, []).append(info.quantity)
    for device, watches in plan.watches.items():
        for watch in watches:
            for key, quiet_us in _expectations(device, watch, said.get(device, [])):
                groups.setdefault(key, Group(*key)).expect(watch, quiet_us)
    groups |= sites_of([watch for watches in plan.watches.values() for watch in watches])
    homes = _homes(groups.values())
    for info in series:
        for key in _voices(info, plan, homes):
            if key in groups:
                groups[key].enter(info.id, plan.stretches.get(info.id, []))
    return {key: g for key, g in groups.items() if g.level is not Level.GATEWAY or len(g.devices) > 1}


def _homes(groups: Iterable[Group]) -> dict[str, set[Key]]:
    """The sites of each gateway."""
    homes: dict[str, set[Key]] = {}
    for group in groups:
        for gateway in group.gateways if group.level is Level.SITE else ():
            homes.setdefault(gateway, set()).add((Level.SITE, group.name))
    return homes


def _expectations(device: str, watch: Watch, said: Sequence[str]) -> Iterator[tuple[Key, int]]:
    """Who is expected to speak because of a watch, and how long each may be quiet."""
    if not watch.live:
        return
    quiet_us = silence_us(watch.interval_us)
    yield (Level.DEVICE, device), quiet_us
    yield (Level.GATEWAY, watch.gateway), quiet_us
    for quantity in watch.quantities or said:
        yield (Level.QUANTITY, f"{device}:{quantity}"), quiet_us
    if watch.limits:
        yield (Level.ZONE, watch.zone), watch.unwatched_us


def _voices(info: SeriesInfo, plan: Plan, homes: Mapping[str, Iterable[Key]]) -> list[Key]:
    """The groups for which a series may speak. A device that nobody placed still shows that its gateway lives."""
    watches = plan.watches.get(info.device)
    if not watches:
        return [(Level.GATEWAY, info.gateway), *homes.get(info.gateway, ())]
    keys: list[Key] = [(Level.QUANTITY, f"{info.device}:{info.quantity}"), (Level.DEVICE, info.device)]
    keys += [(Level.GATEWAY, watch.gateway) for watch in watches]
    keys += [(Level.SITE, site) for site in {watch.site for watch in watches}]
    keys += [
        (Level.ZONE, watch.zone)
        for watch in watches
        if any(info.quantity in _NEEDED.get(limit.quantity, {limit.quantity}) for limit in watch.limits)
    ]
    return keys


def explained(pause: Pause, tolerance_us: int, wider: Iterable[Pause]) -> bool:
    """Whether a pause is just what the silence of a wider group looks like from here.

    It lies within the wider one, give or take what the group may be quiet anyway.
    """
    return any(
        pause.start_us >= w.start_us - tolerance_us
        and (
            w.end_us is None
            or (
                pause.end_us is not None
                and pause.end_us <= w.end_us + tolerance_us
                and pause.start_us < w.end_us
            )
        )
        for w in wider
    )


def finding(group: Group, pause: Pause, cause: str, received_us: int) -> Finding:
    """A pause as a finding."""
    evidence: dict[str, Json] = {
        "allowed_s": group.at(pause.start_us).quiet_us // 1_000_000,
        "devices": len(group.devices),
    }
    if len(group.devices) > 1:
        evidence["device_names"] = [*sorted(group.devices)[:NAMES_TOLD]]
    if group.level is Level.SITE:
        evidence |= {"gateways": len(group.gateways), "gateway_names": [*sorted(group.gateways)[:NAMES_TOLD]]}
    if group.level is Level.QUANTITY:
        evidence["quantity"] = group.name.rsplit(":", 1)[-1]
    return Finding(
        id=NEW,
        detector=DETECTOR,
        detector_version=VERSION,
        kind=KINDS[group.level],
        subject=group.subject,
        band="",
        zone=group.name if group.level is Level.ZONE else None,
        cause=cause,
        severity=SEVERITIES[group.level],
        start_us=pause.start_us,
        end_us=pause.end_us,
        peak=None,
        area=None,
        coverage=0.0,
        samples=0,
        received_us=received_us,
        evidence=evidence,
    )
