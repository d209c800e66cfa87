"""Which series a request is about, and for which stretches of time the asker may see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from api.policy import Act, Owner, Resource, Verdict, bound, decide
from api.whereabouts import FOREVER_US, Stretch, Whereabouts, joined
from registry.nouns import Principal
from store.nouns import SeriesInfo

Interval = tuple[int, int]
ALWAYS: tuple[Interval, ...] = ((0, FOREVER_US),)


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for: by series number, device, zone (or shipment) or site, and possibly one quantity."""

    series: tuple[int, ...] = ()
    device: str | None = None
    quantity: str | None = None
    zone: str | None = None
    site: str | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing but (possibly) the quantity narrows it down."""
        return not (self.series or self.device or self.zone or self.site)


class Want(NamedTuple):
    """A series and the intervals [start, end) of event time that may be read of it, sorted and disjoint."""

    info: SeriesInfo
    intervals: tuple[Interval, ...]


class SeriesIndex:
    """All series, found by number and by device."""

    def __init__(self, series: Iterable[SeriesInfo]) -> None:
        self.by_id = {info.id: info for info in series}
        self.by_device: dict[str, list[SeriesInfo]] = {}
        for info in self.by_id.values():
            self.by_device.setdefault(info.device, []).append(info)

    def knows(self, selection: Selection) -> bool:
        """Whether every series number and device that was named exists."""
        device_known = selection.device is None or selection.device in self.by_device
        return device_known and all(number in self.by_id for number in selection.series)


def resolve(principal: Principal, selection: Selection, index: SeriesIndex, where: Whereabouts) -> list[Want]:
    """What `principal` may read of a selection, by series number; empty if nothing of it is theirs (or exists)."""
    by_place = selection.zone is not None or selection.site is not None
    there = _in_places(selection, where) if by_place else []
    named = _named(selection, index, {stretch.device for stretch in there} if by_place else None)
    if selection.quantity is not None:
        named = [info for info in named if info.quantity == selection.quantity]
    if not by_place and not bound(principal):
        return [Want(info, ALWAYS) for info in sorted(named) if _may(principal, Resource())]
    stretches = there if by_place else _of_devices(where, named)
    intervals = joined([s for s in stretches if _may(principal, _of(s))])
    return [Want(info, tuple(intervals[info.device])) for info in sorted(named) if info.device in intervals]


def visible(
    principal: Principal,
    selection: Selection,
    index: SeriesIndex,
    where: Whereabouts,
    registered: Callable[[str], bool] = lambda _: False,
) -> bool:
    """Whether all that a selection names exists, as far as `principal` may know.

    Args:
        registered: whether a device of this full name is registered; it may never have spoken.
    """
    silent = selection.device is not None and registered(selection.device)
    known = index.knows(replace(selection, device=None) if silent else selection)
    known = known and where.knows(selection.zone, selection.site)
    if not bound(principal) or not known:
        return known
    owners: list[frozenset[Owner]] = []
    if selection.zone is not None:
        owners.append(where.owners(selection.zone, 0, FOREVER_US))
    if selection.site is not None:
        owners.append(where.owners_on(selection.site))
    owners += [where.owners_beside(device, 0, FOREVER_US) for device in _devices(selection, index)]
    return all(_may(principal, Resource(found)) for found in owners)


def clip(intervals: Iterable[Interval], start_us: int, end_us: int) -> list[Interval]:
    """What of the intervals lies within [start_us, end_us)."""
    cut = ((max(a, start_us), min(b, end_us)) for a, b in intervals)
    return [(a, b) for a, b in cut if a < b]


def _devices(selection: Selection, index: SeriesIndex) -> set[str]:
    """The devices that are named, as such or by a series."""
    named = {index.by_id[number].device for number in selection.series}
    return named | ({selection.device} if selection.device is not None else set())


def _may(principal: Principal, resource: Resource) -> bool:
    return decide(principal, Act.READ_READINGS, resource) is Verdict.ALLOWED


def _of(stretch: Stretch) -> Resource:
    return Resource(stretch.owners)


def _named(selection: Selection, index: SeriesIndex, devices: Collection[str] | None) -> list[SeriesInfo]:
    """The series that numbers and device allow; of these devices alone, unless that is None."""
    if selection.series:
        found = [index.by_id[number] for number in set(selection.series) if number in index.by_id]
    elif selection.device is not None:
        found = index.by_device.get(selection.device, [])
    elif devices is not None:
        return [info for device in devices for info in index.by_device.get(device, ())]
    else:
        return list(index.by_id.values())
    return [
        info
        for info in found
        if selection.device in {None, info.device} and (devices is None or info.device in devices)
    ]


def _in_places(selection: Selection, where: Whereabouts) -> list[Stretch]:
    """The stretches of all devices in the place or on the site asked for."""
    if selection.zone is None:
        return where.of_site(selection.site or "", 0, FOREVER_US)
    stretches = where.of_place(selection.zone, 0, FOREVER_US)
    return [s for s in stretches if selection.site is None or where.site_of(s.place) == selection.site]


def _of_devices(where: Whereabouts, named: Sequence[SeriesInfo]) -> list[Stretch]:
    """The stretches of all devices concerned, wherever they hung."""
    return [s for device in {info.device for info in named} for s in where.of_device(device, 0, FOREVER_US)]
