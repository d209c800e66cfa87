"""Surfaces: whose temperature is followed, with which probes, from when to when; compiled from the watches.

An air is what one device says of the air during one stay in a zone. A surface is goods of one lag in that air: those
that have settled there, or a cohort that arrived together and still remembers another place. All goods of one air,
lag and past share one surface, whatever their profile, and every quantity derived from it is one virtual series,
judged by the limits of the profiles that name it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import NamedTuple

from detect.nouns import (
    DEW_POINT_MARGIN,
    PRODUCT_TEMPERATURE,
    SOURCES,
    SURFACE_HUMIDITY,
    Goods,
    Limit,
    Stop,
    Watch,
    settling_us,
)
from detect.tracks import FOREVER_US, silence_us
from ingest.nouns import EARLIEST_US, SeriesKey

QUANTITIES = (PRODUCT_TEMPERATURE, DEW_POINT_MARGIN, SURFACE_HUMIDITY)


class Role(IntEnum):
    """What a series says of an air; the columns of arrays that hold all three."""

    AIR = 0
    HUMIDITY = 1
    SURFACE = 2


ROLES = {"temperature": Role.AIR, "relative_humidity": Role.HUMIDITY, "surface_temperature": Role.SURFACE}
NO_SERIES = -1


class Air(NamedTuple):
    """What a device says during one stay in a zone."""

    device: str
    zone: str
    from_us: int
    to_us: int
    series: tuple[int, int, int]
    """By role; NO_SERIES where nobody says it. The surface may be another device's that hangs in the zone."""
    gap_us: int
    """A value older than this is unknown."""


class Surface(NamedTuple):
    """Goods of one lag and one past in an air."""

    air: int
    lag_us: int
    begin_us: int
    """Since when the goods and the device are together."""
    end_us: int
    fresh: bool
    """Whether the goods still remember another place: a probe on other goods' surface says nothing of theirs."""
    path: tuple[Stop, ...]
    """Where the goods were in the settling time before `begin_us`."""


class Key(NamedTuple):
    """A surface by what it is, whatever its number in a plan."""

    device: str
    zone: str
    stay_us: int
    lag_us: int
    since_us: int | None
    path: tuple[Stop, ...]


class Hanging(NamedTuple):
    """A thermometer was in a place from–to."""

    series: int
    from_us: int
    to_us: int


@dataclass(slots=True)
class Surfaces:
    """All airs and surfaces, and the watches of the virtual series."""

    airs: list[Air] = field(default_factory=list)
    surfaces: list[Surface] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    """Per surface: the first goods that are like this."""
    of_air: list[list[int]] = field(default_factory=list)
    """Per air: its surfaces."""
    virtual: dict[tuple[int, str], int] = field(default_factory=dict)
    """(surface, quantity) → number of the virtual series."""
    names: list[tuple[int, str]] = field(default_factory=list)
    """Virtual series → (surface, quantity)."""
    of_surface: dict[int, list[int]] = field(default_factory=dict)
    """Surface → its virtual series."""
    watches: list[Watch] = field(default_factory=list)
    """What is expected of virtual series: the device is the number of the surface, as text."""
    thermometers: dict[str, list[Hanging]] = field(default_factory=dict)
    """Per place."""
    listening: dict[int, list[tuple[int, Role]]] = field(default_factory=dict)
    """Series → the airs of which it says something."""
    remembering: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    """Series → (surface, from, to): what it said in between tells what the surface's goods brought with them."""

    def air_of(self, number: int) -> Air:
        """The air of a virtual series."""
        return self.airs[self.surfaces[self.names[number][0]].air]

    def series_keys(self) -> dict[int, SeriesKey]:
        """Virtual series → the device and the quantity of its findings."""
        return {n: SeriesKey(self.air_of(n).device, name[1]) for n, name in enumerate(self.names)}

    def plan_keys(self) -> list[tuple[int, SeriesKey]]:
        """Virtual series as `compile_plan` joins them with `watches`."""
        return [(n, SeriesKey(str(surface), quantity)) for n, (surface, quantity) in enumerate(self.names)]

    def add(self, surface: int, quantity: str) -> None:
        """Make sure that there is a virtual series."""
        if (surface, quantity) not in self.virtual:
            self.virtual[surface, quantity] = len(self.names)
            self.of_surface.setdefault(surface, []).append(len(self.names))
            self.names.append((surface, quantity))


class _Stay(NamedTuple):
    """A device was in a zone without a break."""

    zone: str
    from_us: int
    to_us: int
    watches: list[Watch]


def compile_surfaces(
    watches: Iterable[Watch], series: Mapping[int, SeriesKey], asked: Collection[str] = SOURCES.keys()
) -> Surfaces:
    """Whatever the watches ask of these quantities, which are told by the goods' temperature. Without any, all is empty."""
    by_device: dict[str, list[Watch]] = {}
    for watch in watches:
        by_device.setdefault(watch.device, []).append(watch)
    wanted = any(limit.quantity in asked for found in by_device.values() for w in found for limit in w.limits)
    return _Compiler(by_device, series, asked).result if wanted else Surfaces()


class _Compiler:
    def __init__(
        self, watches: Mapping[str, list[Watch]], series: Mapping[int, SeriesKey], asked: Collection[str]
    ) -> None:
        self.result, self._asked = Surfaces(), asked
        self._numbers = {
            (key.device, ROLES[key.quantity]): n for n, key in series.items() if key.quantity in ROLES
        }
        stays = {device: list(_stays(found)) for device, found in sorted(watches.items())}
        self._probes: dict[str, list[tuple[str, _Stay]]] = {}
        for device, found in stays.items():
            for stay in found:
                self._hang(device, stay)
        for device, found in stays.items():
            for stay in found:
                self._enter(device, stay)
        self._remember()

    def _hang(self, device: str, stay: _Stay) -> None:
        number = self._numbers.get((device, Role.AIR))
        if number is not None:
            hanging = Hanging(number, stay.from_us, stay.to_us)
            self.result.thermometers.setdefault(stay.zone, []).append(hanging)
        if (device, Role.SURFACE) in self._numbers:
            self._probes.setdefault(stay.zone, []).append((device, stay))

    def _enter(self, device: str, stay: _Stay) -> None:
        """The surfaces of one stay of a device that measures the air."""
        own: dict[Key, int] = {}
        if (device, Role.AIR) not in self._numbers:
            return
        for watch in stay.watches:
            chosen: dict[int, list[Limit]] = {}
            for limit, goods in _derived(watch, self._asked):
                number = self._surface(device, stay, goods, own)
                chosen.setdefault(number, []).append(replace(limit, band=limit.band + goods.name))
            for number, limits in chosen.items():
                self._expect(number, watch, limits)

    def _surface(self, device: str, stay: _Stay, goods: Goods, own: dict[Key, int]) -> int:
        key = Key(device, stay.zone, stay.from_us, goods.lag_us, goods.since_us, goods.path)
        if key in own:
            return own[key]
        if not own:
            self._add_air(device, stay)
        found, air = self.result, len(self.result.airs) - 1
        begin_us, end_us = stay.from_us, stay.to_us
        if goods.since_us is not None:
            begin_us = max(begin_us, goods.since_us)
            end_us = min(end_us, goods.since_us + settling_us(goods.lag_us))
        path = _before(stay.zone, goods, begin_us)
        own[key] = number = len(found.surfaces)
        found.surfaces.append(Surface(air, goods.lag_us, begin_us, end_us, goods.since_us is not None, path))
        found.keys.append(key)
        found.goods.append(goods)
        found.of_air[air].append(number)
        return number

    def _add_air(self, device: str, stay: _Stay) -> None:
        found = self.result
        series = tuple(self._numbers.get((device, role), NO_SERIES) for role in (Role.AIR, Role.HUMIDITY))
        series = (series[0], series[1], self._surface_probe(device, stay))
        gap_us = max(silence_us(watch.interval_us) for watch in stay.watches)
        for role, number in enumerate(series):
            if number != NO_SERIES:
                found.listening.setdefault(number, []).append((len(found.airs), Role(role)))
        found.airs.append(Air(device, stay.zone, stay.from_us, stay.to_us, series, gap_us))
        found.of_air.append([])

    def _surface_probe(self, device: str, stay: _Stay) -> int:
        """The device's own, else that of the first by name that is in the zone for the whole stay."""
        own = self._numbers.get((device, Role.SURFACE))
        if own is not None:
            return own
        others = [
            name
            for name, other in self._probes.get(stay.zone, [])
            if other.from_us <= stay.from_us and other.to_us >= stay.to_us
        ]
        return self._numbers[min(others), Role.SURFACE] if others else NO_SERIES

    def _expect(self, number: int, watch: Watch, limits: list[Limit]) -> None:
        found = self.result
        surface = found.surfaces[number]
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        from_us, to_us = max(watch.valid_from_us, surface.begin_us), min(to_us, surface.end_us)
        if from_us >= to_us:
            return
        for limit in limits:
            found.add(number, limit.quantity)
        found.watches.append(
            replace(
                watch,
                device=str(number),
                limits=tuple(limits),
                valid_from_us=from_us,
                valid_to_us=None if to_us == FOREVER_US else to_us,
            )
        )

    def _remember(self) -> None:
        for number, surface in enumerate(self.result.surfaces):
            for stop in surface.path:
                for series, from_us, to_us in hanging(self.result, stop):
                    self.result.remembering.setdefault(series, []).append((number, from_us, to_us))


def hanging(surfaces: Surfaces, stop: Stop) -> list[Hanging]:
    """The thermometers that were where the goods were at a stop, while both were there; by series and time."""
    found = {
        Hanging(there.series, max(there.from_us, stop.from_us), min(there.to_us, stop.to_us))
        for place in stop.places
        for there in surfaces.thermometers.get(place, [])
    }
    return sorted(there for there in found if there.from_us < there.to_us)


def _stays(watches: Sequence[Watch]) -> Iterator[_Stay]:
    """The watches of one device, joined where it stayed."""
    stay: _Stay | None = None
    for watch in sorted(watches, key=lambda w: w.valid_from_us):
        to_us = FOREVER_US if watch.valid_to_us is None else watch.valid_to_us
        if stay and (stay.zone, stay.to_us) == (watch.zone, watch.valid_from_us):
            stay = _Stay(stay.zone, stay.from_us, to_us, [*stay.watches, watch])
            continue
        if stay:
            yield stay
        stay = _Stay(watch.zone, watch.valid_from_us, to_us, [watch])
    if stay:
        yield stay


def _derived(watch: Watch, asked: Collection[str]) -> Iterator[tuple[Limit, Goods]]:
    """The limits of a watch that name derived quantities, each with the goods for which it holds."""
    for limit in watch.limits:
        if limit.quantity in asked:
            profile = limit.band.rsplit("/", 1)[0] if "/" in limit.band else ""
            found = [goods for goods in watch.goods if goods.profile == profile]
            yield from ((limit, goods) for goods in found or [Goods(profile, 0)])


def _before(zone: str, goods: Goods, begin_us: int) -> tuple[Stop, ...]:
    """Where goods were in the settling time before a device joined them: on their way, and then in its zone."""
    earliest_us = begin_us - settling_us(goods.lag_us)
    if begin_us <= EARLIEST_US or earliest_us >= begin_us:
        return ()
    since_us = earliest_us if goods.since_us is None else goods.since_us
    here = Stop((zone,), since_us, begin_us)
    clipped = [
        Stop(stop.places, max(stop.from_us, earliest_us), min(stop.to_us, begin_us))
        for stop in (*goods.path, here)
    ]
    return tuple(stop for stop in clipped if stop.from_us < stop.to_us)
