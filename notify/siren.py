"""The lamp and siren on site: `keepwell/v1/{gateway}/alarm`, retained, says whether goods there are in danger.

It is on while a critical alarm about goods of the site stands and nobody has acknowledged it. What was said last is in the
database, so that nothing is said twice; at a start, and every ten minutes, what is not off is said again, for a broker
that lost what it kept.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, delete, insert, select

from detect.nouns import GOODS_KINDS, Json, Kind, Severity
from registry.nouns import Gateway, Zone
from store import events
from store.repositories import alarms
from store.tables.outbox import sirens as table
from texts import LANGUAGES, render
from tickets.alarming.nouns import Alarm

AGAIN_US = 600_000_000
LOOK_US = 1_000_000
"""Looked at no more often than this, however much happens."""
PLACES_US = 10_000_000
"""Sites are read anew no more often than this."""
KINDS = GOODS_KINDS - {Kind.PREDICTED_BREACH}
"""A lamp says nothing of what is only foreseen."""
_log = logging.getLogger(__name__)

Said = Mapping[str, Json]
Publishing = Callable[[], AbstractContextManager[Callable[[str, bytes], None]]]
"""A connection to the broker: what it hands out puts a retained message (topic, payload) there with QoS 1.
ConnectionError if the broker is away."""


class Places(Protocol):
    """Which zones and gateways belong to which site."""

    @property
    def zones(self) -> Iterable[Zone]: ...
    @property
    def gateways(self) -> Iterable[Gateway]: ...


class Database(Protocol):
    """The service database."""

    def reading(self) -> AbstractContextManager[Connection]: ...
    def writing(self) -> AbstractContextManager[Connection]: ...


def topic_of(gateway: str) -> str:
    """The topic of a gateway's lamp."""
    return f"keepwell/v1/{gateway}/alarm"


def payload_of(said: Said) -> bytes:
    """What is published."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def said_of(standing: Iterable[Alarm], time_zone: str = "UTC") -> dict[str, Json]:
    """What the lamp of a place says while these critical alarms about goods stand there."""
    calling = [alarm for alarm in standing if not alarm.acked]
    seen = [alarm for alarm in standing if alarm.acked]
    state, which = ("on", calling) if calling else ("acknowledged", seen) if seen else ("off", [])
    since = min((alarm.active_since_us for alarm in which), default=None)
    shown: dict[str, Json] = {"count": len(which), "at_us": since}
    return {
        "state": state, "severity": str(Severity.CRITICAL) if which else None, "count": len(which), "since_us": since,
        "texts": {lang: render(f"siren.{state}", shown, lang, time_zone) for lang in LANGUAGES},
    }  # fmt: skip


def wanted(standing: Iterable[Alarm], places: Places) -> dict[str, dict[str, Json]]:
    """Gateway → what its lamp says, for every gateway that stands on a site."""
    site_of = {zone.key: zone.site for zone in places.zones}
    by_site: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in standing:
        site = site_of.get(alarm.zone or "")
        if site:
            by_site[site].append(alarm)
    return {gate.key: said_of(by_site.get(gate.site, [])) for gate in places.gateways if gate.site}


class Siren:
    """Keeps the lamps right: `step` now and then."""

    def __init__(
        self, database: Database, places: Callable[[Connection], Places], publishing: Publishing
    ) -> None:
        self._database, self._read_places, self._publishing = database, places, publishing
        self._known_places: tuple[int, Places] | None = None
        self._sequence = -1
        self._looked_us: int | None = None
        self._said_us: int | None = None

    def step(self, now_us: int) -> int:
        """Say what has changed, return how many lamps that were. A broker that is away is told at the next step."""
        if self._looked_us is not None and 0 <= now_us - self._looked_us < LOOK_US:
            return 0
        self._looked_us = now_us
        again = self._said_us is None or now_us - self._said_us >= AGAIN_US
        with self._database.reading() as connection:
            sequence = events.last_sequence(connection)
            if sequence == self._sequence and not again:
                return 0
            asked = alarms.AlarmFilter(active=True, kinds=KINDS, severity=Severity.CRITICAL)
            standing = [one for one in _all(connection, asked) if not one.quiet]
            right = wanted(standing, self._places(connection, now_us))
            known = {row.gateway: row.said for row in connection.execute(select(table))}
        off = said_of([])
        right = {gateway: off for gateway in known} | right
        due = {
            gateway: said
            for gateway, said in right.items()
            if known.get(gateway, off) != said or (again and said["state"] != "off")
        }
        told = self._tell(due, now_us)
        if told == len(due):
            self._sequence = sequence
            self._said_us = now_us if again else self._said_us
        return told

    def _places(self, connection: Connection, now_us: int) -> Places:
        if self._known_places is None or now_us - self._known_places[0] >= PLACES_US:
            self._known_places = (now_us, self._read_places(connection))
        return self._known_places[1]

    def _tell(self, due: Mapping[str, Said], now_us: int) -> int:
        told: dict[str, Said] = {}
        if not due:
            return 0
        try:
            with self._publishing() as publish:
                for gateway, said in due.items():
                    publish(topic_of(gateway), payload_of(said))
                    told[gateway] = said
        except (ConnectionError, TimeoutError) as error:
            _log.warning("lamps cannot be told: %s", type(error).__name__)
        if told:
            with self._database.writing() as connection:
                connection.execute(delete(table).where(table.c.gateway.in_(list(told))))
                rows = [
                    {"gateway": gateway, "said": dict(said), "time_us": now_us}
                    for gateway, said in told.items()
                ]
                connection.execute(insert(table), rows)
        return len(told)


def _all(connection: Connection, asked: alarms.AlarmFilter) -> Iterable[Alarm]:
    after: alarms.Position | None = None
    while page := alarms.find(connection, asked, after, 1000):
        yield from page
        after = (page[-1].active_since_us, page[-1].id)
