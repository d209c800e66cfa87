"""A large installation to look at: 200 sites, 5,000 series, a year of one of them, 10,000 open tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Batch, NewSeries
from registry.file import parse
from registry.nouns import uuid7
from store.readings import open_store
from store.repositories import desk
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import open_service
from tickets.places import RegistryPlaces
from tickets.policy import load
from tickets.raising import Raising

SITES, ZONES, DEVICES = 200, 5, 5
SERIES = SITES * ZONES * DEVICES
"""One of each device."""
TICKETS = 10_000
OPENING = 500
"""Tickets opened in one commit."""
YEAR_MINUTES = 365 * 24 * 60
"""The first series speaks once a minute, all year."""
ROUNDS = 24 * 6
"""The others have the last day, every ten minutes."""
READINGS = 100_000
"""So many go into the store at once."""
TIDYING = 100
"""Steps of housekeeping that an idle store has behind it."""
PERSON = "boss"

Say = Callable[[str], None]


def build(readings: Path, service: Path, now_us: int, say: Say) -> None:
    """Fill an empty data directory."""
    say(f"{SERIES} series, a year of one of them …")
    _measure(readings, now_us)
    say(f"{SITES} sites, {TICKETS} open tickets …")
    _register_and_raise(service, now_us)


def zone_of(site: int, zone: int) -> str:
    """Key of a zone."""
    return f"hall-{site}-{zone}"


def _registry() -> str:
    parts = ["format = 1"]
    for site in range(SITES):
        latitude, longitude = 20 + site % 20, 100 + site // 20 * 2
        parts.append(
            f'[[site]]\nkey = "site-{site}"\nname = "仓库 {site}"\ntime_zone = "Asia/Shanghai"\n'
            f'latitude = {latitude}.0\nlongitude = {longitude}.0\n[[gateway]]\nkey = "g{site}"\nsite = "site-{site}"'
        )
        for zone in range(ZONES):
            parts.append(
                f'[[zone]]\nkey = "{zone_of(site, zone)}"\nname = "Hall {zone}"\nsite = "site-{site}"\nprofile = "cool"'
            )
            parts += [
                f'[[device]]\ngateway = "g{site}"\ndevice = "t{zone}-{n}"\nzone = "{zone_of(site, zone)}"'
                for n in range(DEVICES)
            ]
    parts.append(
        '[[profile]]\nkey = "cool"\nband = [{ band = "high", quantity = "temperature", side = "high", limit = 8.0 }]'
    )
    parts.append(f'[[person]]\nkey = "{PERSON}"\nrole = "supervisor"\nhead = true')
    return "\n".join(parts) + "\n"


def _names() -> list[NewSeries]:
    """Every series, in the order of sites, zones and devices."""
    places = [(site, zone, n) for site in range(SITES) for zone in range(ZONES) for n in range(DEVICES)]
    return [
        NewSeries(number, f"g{site}", f"g{site}/t{zone}-{n}", "temperature")
        for number, (site, zone, n) in enumerate(places)
    ]


def _measure(path: Path, now_us: int) -> None:
    store = open_store(path, now_us=now_us)
    for position, batch in enumerate(_batches(now_us), 1):
        store.apply([(position, batch)])
        store.tend(batch.received_us)
    for _ in range(TIDYING):
        store.tend(now_us + US_PER_DAY)
    store.close()


def _batches(now_us: int) -> Iterator[Batch]:
    """The year first, then rounds of all."""
    chance, new = np.random.default_rng(1), _names()
    year = now_us - np.arange(YEAR_MINUTES, ROUNDS * 10, -1, dtype=np.int64) * US_PER_MINUTE
    for at in range(0, len(year), READINGS):
        times = year[at : at + READINGS]
        yield _batch(np.zeros(len(times), np.int64), times, chance, new)
        new = []
    for ago in range(ROUNDS, 0, -1):
        times = np.full(SERIES, now_us - ago * 10 * US_PER_MINUTE)
        yield _batch(np.arange(SERIES), times, chance, [])


def _batch(
    series: NDArray[np.int64], time_us: NDArray[np.int64], chance: np.random.Generator, new: list[NewSeries]
) -> Batch:
    """Temperatures about five degrees that swing with day and season."""
    day, season = time_us / US_PER_DAY * 2 * np.pi, time_us / US_PER_DAY / 365 * 2 * np.pi
    value = 5 + np.sin(day) + 2 * np.sin(season) + chance.normal(0, 0.2, len(series))
    return Batch(
        received_us=int(time_us[-1]),
        series=series.astype("<i4").tobytes(),
        time_us=time_us.astype("<i8").tobytes(),
        value=np.round(value, 2).astype("<f8").tobytes(),
        flags=bytes(len(series)),
        source=bytes(2 * len(series)),
        gateways=["g0"],
        new_series=new,
        counts=[],
        dead_letters=[],
        links=[],
    )


def _register_and_raise(path: Path, now_us: int) -> None:
    database = open_service(path, now_us)
    with database.writing() as connection:
        repository = RegistryRepository(connection)
        repository.apply(parse(_registry()), By("system", now_us, "bench.page"))
        places = RegistryPlaces(repository.snapshot())
    raising = Raising(load(), places, uuid7)
    for at in range(0, TICKETS, OPENING):
        changes = [_opening(number, now_us) for number in range(at, at + OPENING)]
        with database.writing() as connection:
            desk.record(connection, changes, raising, now_us)
    database.close()


def _opening(number: int, now_us: int) -> FindingChange:
    """Something is wrong at one of the devices; each has two such troubles."""
    site, rest = divmod(number % SERIES, ZONES * DEVICES)
    zone, n = divmod(rest, DEVICES)
    device = f"g{site}/t{zone}-{n}"
    start_us = now_us - (number % 48 + 1) * US_PER_HOUR
    kind = Kind.TOO_HIGH if number < SERIES else Kind.STUCK
    finding = Finding(
        id=uuid7(start_us), detector="limits", detector_version="1", kind=kind,
        subject=f"device:{device}:temperature", band="high", zone=zone_of(site, zone), cause=f"device:{device}:{kind}",
        severity=Severity.ALARM, start_us=start_us, end_us=None, peak=9.8, area=12.5, coverage=0.98, samples=31,
        received_us=now_us, evidence={"limit": 8.0, "quantity": "temperature", "profile": "cool", "device": device},
    )  # fmt: skip
    return FindingChange(Change.OPENED, finding)
