"""Forecasts wired up: what the registry, the weather and the schedules say of each zone's surroundings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple, Protocol

import numpy as np

import registry.plan
from detect.examining import Examiner, Span
from detect.forecasts.examiner import Forecasts, Log
from detect.forecasts.forecaster import Forecaster
from detect.forecasts.hours import Hourly
from detect.forecasts.nouns import Air, Issue, NoForecast, Plan, PlanKind, ZoneForecast
from detect.forecasts.room import share_of
from detect.forecasts.warming import Warming
from detect.forecasts.zones import Zone
from detect.nouns import Watch
from detect.ports import Rows
from detect.psychrometrics import dew_point_c
from ingest.nouns import US_PER_MINUTE, SeriesKey
from registry.nouns import RegistrySnapshot, SubjectKind, ZoneKind
from registry.outlook import Response
from store import events
from store.nouns import SeriesInfo
from store.repositories.registry import RegistryRepository
from store.repositories.weather import WeatherIssue, WeatherRepository
from store.service import ServiceDatabase

_FOREVER_US = 2**62
LEAST_DAYS = 7.0
"""Of readings, before a zone's own response counts for the weeks ahead."""


class Kept(Hourly, Rows, Protocol):
    """As much of the kept readings as forecasts ask for."""

    def series(self) -> list[SeriesInfo]: ...


class _Places(NamedTuple):
    """What one state of the registry says of zones."""

    site_of: Mapping[str, str]
    outdoors: Mapping[str, tuple[str, ...]]
    """Site → full names of the devices that hang outdoors there now."""


class Beside:
    """`detect.forecasts.forecaster.Surroundings`, from the service database."""

    def __init__(self, database: ServiceDatabase) -> None:
        self._database = database
        self._sequence = -1
        self._places = _Places({}, {})
        self._issues: dict[str, tuple[str, list[Issue]]] = {}

    def outdoors(self, zone: str) -> Sequence[str]:
        """Full names of the devices that hang outdoors at the zone's site."""
        places = self._now()
        return places.outdoors.get(places.site_of.get(zone, ""), ())

    def issues(self, zone: str, from_us: int) -> Sequence[Issue]:
        """The weather forecasts of the zone's site issued since then."""
        site = self._now().site_of.get(zone)
        if site is None:
            return ()
        held = self._issues.get(site)
        with self._database.reading() as connection:
            kept = WeatherRepository(connection)
            newest = kept.newest(site)
            if held is None or held[0] != newest:
                found = kept.issues(site, 0, _FOREVER_US)
                self._issues[site] = held = (newest, [_issue(one) for one in found if one.hours])
        return [one for one in held[1] if one.issued_us >= from_us]

    def plans(self, zone: str, from_us: int, to_us: int) -> Sequence[Plan]:
        """What is planned for the zone between two moments."""
        with self._database.reading() as connection:
            schedule = WeatherRepository(connection).schedule(zone)
        return [
            Plan(PlanKind(event.kind), event.from_us, event.to_us)
            for event in schedule.events
            if event.from_us < to_us and event.to_us > from_us
        ]

    def _now(self) -> _Places:
        with self._database.reading() as connection:
            sequence = events.last_sequence(connection)
            if sequence == self._sequence:
                return self._places
            registry_ = RegistryRepository(connection)
            if self._sequence < 0 or registry_.changes_since(self._sequence, limit=1):
                self._places = _places(registry_.snapshot(frozenset({"site", "zone", "device", "placement"})))
            self._sequence = sequence
        return self._places


def _places(snapshot: RegistrySnapshot) -> _Places:
    site_of = {zone.key: zone.site for zone in snapshot.zones if zone.site}
    outside = {zone.key for zone in snapshot.zones if zone.kind is ZoneKind.OUTDOORS}
    names = {device.key: device.full_name for device in snapshot.devices}
    found: dict[str, list[str]] = {}
    for placement in snapshot.placements:
        if (
            placement.subject_kind is SubjectKind.DEVICE
            and placement.place in outside
            and placement.valid_to_us is None
        ):
            found.setdefault(site_of.get(placement.place, ""), []).append(names[placement.subject])
    return _Places(site_of, {site: tuple(sorted(own)) for site, own in found.items()})


def _issue(issue: WeatherIssue) -> Issue:
    valid_us, temp, humidity = (np.array(column) for column in zip(*issue.hours, strict=True))
    air = Air(temp.astype(float), dew_point_c(temp.astype(float), humidity.astype(float)))
    return Issue(issue.issued_us, valid_us.astype(np.int64), air)


def examiners(database: ServiceDatabase, readings: Kept, log: Log) -> list[Examiner]:
    """The examiner of forecasts."""
    return [Forecasts(Forecaster(readings, Beside(database)), Warming(readings), log)]


class OnDemand:
    """What is foretold of a zone right now, for whoever asks: reckoned anew, so that it is never stale."""

    def __init__(self, database: ServiceDatabase, readings: Kept, now_us: Callable[[], int]) -> None:
        self._database, self._readings, self._now_us = database, readings, now_us
        self._forecaster = Forecaster(readings, Beside(database))
        self._watches: list[Watch] = []
        self._sequence = -1
        self._until_us = 0
        self._lock = Lock()

    def foretell(self, zone: str) -> ZoneForecast:
        """All limits of a zone with the curves behind them. Takes a tenth of a second once a day and zone, then milliseconds."""
        now_us = self._now_us()
        with self._lock:
            self._know(now_us)
            there = self._forecaster.zone(zone, now_us)
            if there is None:
                return ZoneForecast(zone, (), NoForecast.NO_READINGS)
            said = self._forecaster.foretell(there, now_us, curves=True)
            if said.none is NoForecast.TOO_YOUNG:  # its past may come this minute, out of a gateway's buffer
                self._forecaster.forget({number: Span(0, now_us) for number in there.series})
            return said

    def watched(self) -> Mapping[str, Zone]:
        """The zones in which devices hang now, with the limits that hold there."""
        now_us = self._now_us()
        with self._lock:
            self._know(now_us)
            return self._forecaster.zones(now_us)

    def response(self, zone: Zone, *, learn: bool) -> Response | None:
        """How a zone answers to the outdoors; None while a week of it is not known, or (without `learn`) not at hand."""
        now_us = self._now_us()
        with self._lock:
            if not learn and not self._forecaster.is_learned(zone, now_us):
                return None
            model = self._forecaster.model(zone, now_us)
        if model is None or not model.room.outdoors or model.days < LEAST_DAYS:
            return None
        room = model.room
        return Response(float(room.weights[0, 0]), float(room.centre[0]), share_of(room), model.days)

    def _know(self, now_us: int) -> None:
        """Take up what the registry says now, and which series there are."""
        with self._database.reading() as connection:
            registry_ = RegistryRepository(connection)
            sequence = events.last_sequence(connection)
            changed = self._sequence < 0 or (
                sequence != self._sequence and bool(registry_.changes_since(self._sequence, limit=1))
            )
            watches: list[Watch] = registry.plan.watches(registry_.snapshot()) if changed else []
        self._sequence = sequence
        if changed or now_us > self._until_us:
            self._watches = watches if changed else self._watches
            series = {info.id: SeriesKey(info.device, info.quantity) for info in self._readings.series()}
            self._forecaster.expect(self._watches, series)
            self._until_us = now_us + US_PER_MINUTE
