"""What is known of gateways, gathered for `api.sightings`: the registry, credentials, the ledger, what was refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np

from api.services import Services
from api.sightings import Access, Expected, Sighting, Trace, judge
from ingest.nouns import IMPORT_SOURCE, US_PER_HOUR, Flag
from registry.nouns import Device, Gateway
from store.repositories.credentials import Credential

_DAY_US = 24 * US_PER_HOUR
_REFUSED_US = _DAY_US
"""What was refused longer ago is not shown."""
_LETTERS = 500
_PAGE = 1_000


def sightings(services: Services) -> list[Sighting]:
    """All gateways that are expected or were seen."""
    now_us = services.now_us()
    with services.database.reading() as connection:
        expected = _expected(services, connection)
    refusals = [one for one in services.refusals() if one.last_us >= now_us - _REFUSED_US]
    return judge(expected, _traces(services, now_us), refusals, now_us)


def _expected(services: Services, connection: Any) -> dict[str, Expected]:
    registry = services.registry(connection)
    known = {one.gateway: one for one in services.credentials(connection).all()}
    devices: dict[str, list[int]] = defaultdict(list)
    for device in _all(registry, Device):
        if not device.read_out:
            devices[device.gateway].append(device.interval_us or 0)
    return {
        gateway.key: _expected_of(known.get(gateway.key), devices[gateway.key])
        for gateway in _all(registry, Gateway)
    }


def _expected_of(credential: Credential | None, intervals: list[int]) -> Expected:
    longest = max(intervals, default=None)
    if credential is None:
        return Expected(Access.NONE, len(intervals), longest)
    access = Access.IN_FORCE if credential.revoked_us is None else Access.REVOKED
    return Expected(access, len(intervals), longest, credential.issued_us)


def _all(registry: Any, noun: Any) -> list[Any]:
    found: list[Any] = []
    while page := registry.page(noun, found[-1].key if found else "", _PAGE):
        found += [stored.value for stored in page]
    return found


def _traces(services: Services, now_us: int) -> dict[str, Trace]:
    """When each gateway was seen last: to the hour by the ledger, closer by its newest reading, letter and status."""
    readings = services.readings
    last: dict[str, int] = defaultdict(int)
    topics: dict[str, tuple[int, str]] = {}
    messages: Counter[str] = Counter()
    for line in readings.ledger(None, now_us - 2 * _DAY_US, now_us + 1):
        last[line.gateway] = max(last[line.gateway], line.hour_us)
        if line.what == "messages_received" and line.hour_us > now_us - _DAY_US:
            messages[line.gateway] += line.n
    for letter in readings.dead_letters(None, None, _LETTERS):
        seen_us, gateway = letter.letter.received_us, letter.letter.gateway
        last[gateway] = max(last[gateway], seen_us)
        topics[gateway] = max(topics.get(gateway, (0, "")), (seen_us, letter.letter.topic))
    online: dict[str, bool] = {}
    for link in readings.links():
        last[link.gateway] = max(last[link.gateway], link.received_us)
        online[link.gateway] = link.online
    for gateway, seen_us in _newest(services, now_us).items():
        last[gateway] = max(last[gateway], seen_us)
    return {
        gateway: Trace(
            seen_us, topics.get(gateway, (0, f"keepwell/v1/{gateway}/telemetry"))[1], messages[gateway],
            online.get(gateway),
        )
        for gateway, seen_us in last.items()
        if gateway and gateway != IMPORT_SOURCE
    }  # fmt: skip


def _newest(services: Services, now_us: int) -> dict[str, int]:
    """The newest event time behind each gateway; a clock that runs ahead shows nothing newer than now."""
    gateways = {series.id: series.gateway for series in services.readings.series()}
    latest = services.readings.latest()
    latest = latest.take((latest.flags & int(Flag.IMPORTED)) == 0)
    found: dict[str, int] = defaultdict(int)
    for series, time_us in zip(
        latest.series.tolist(), np.minimum(latest.time_us, now_us).tolist(), strict=True
    ):
        gateway = gateways.get(series, "")
        found[gateway] = max(found[gateway], time_us)
    return found
