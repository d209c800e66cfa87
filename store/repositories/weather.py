"""Weather forecasts of sites and schedules of zones as kept; each change with its event."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from detect.nouns import Json
from ingest.nouns import US_PER_DAY
from registry.nouns import uuid7
from store.repositories.records import By, expect, record
from store.tables.forecasts import weather_issues, zone_schedules

KEPT_US = 60 * US_PER_DAY
"""So long a weather forecast, and what was planned, tells how a room answered to it."""
SCHEDULE = "zone_schedule"


class Hour(NamedTuple):
    """What is expected at a moment: °C and %."""

    valid_us: int
    temperature: float
    relative_humidity: float


class WeatherIssue(NamedTuple):
    """A forecast of the weather at a site."""

    site: str
    issued_us: int
    source: str
    hours: tuple[Hour, ...]


class Planned(NamedTuple):
    """A planned event: `doors_open` or `machines_off`."""

    kind: str
    from_us: int
    to_us: int


class Schedule(NamedTuple):
    """What is planned for a zone; version 0 = nothing ever was."""

    zone: str
    version: int
    events: tuple[Planned, ...]


class WeatherRepository:
    """Weather and schedules within one transaction."""

    def __init__(self, connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._connection = connection
        self._entropy = entropy

    def put_issue(self, issue: WeatherIssue, by: By) -> bool:
        """Keep an issue; the same one again changes nothing (False), another one of the same moment takes its place."""
        old = self.issues(issue.site, issue.issued_us, issue.issued_us + 1)
        if old and old[0] == issue:
            return False
        here = weather_issues.c.site == issue.site
        gone = here & (
            (weather_issues.c.issued_us == issue.issued_us)
            | (weather_issues.c.issued_us < by.time_us - KEPT_US)
        )
        self._connection.execute(delete(weather_issues).where(gone))
        row = {
            "id": uuid7(by.time_us, self._entropy), "site": issue.site, "issued_us": issue.issued_us,
            "source": issue.source, "hours": [list(hour) for hour in issue.hours],
        }  # fmt: skip
        self._connection.execute(insert(weather_issues), row)
        told: dict[str, Json] = {
            "issued_us": issue.issued_us, "source": issue.source, "hours": len(issue.hours),
        }  # fmt: skip
        record(self._connection, by, "weather_issued", f"site:{issue.site}", None, told)
        return True

    def issues(self, site: str, from_us: int, to_us: int) -> list[WeatherIssue]:
        """What was issued for a site from–to, in order of issue."""
        issued = weather_issues.c.issued_us
        query = select(weather_issues).where(weather_issues.c.site == site, issued >= from_us, issued < to_us)
        rows = self._connection.execute(query.order_by(issued)).mappings()
        return [
            WeatherIssue(r["site"], r["issued_us"], r["source"], tuple(Hour(*hour) for hour in r["hours"])) for r in rows
        ]  # fmt: skip

    def newest(self, site: str) -> str:
        """Id of the issue of a site that was kept last; "" = none."""
        query = select(func.max(weather_issues.c.id)).where(weather_issues.c.site == site)
        return self._connection.execute(query).scalar_one() or ""

    def schedule(self, zone: str) -> Schedule:
        """What is planned for a zone, and was."""
        row = (
            self._connection
            .execute(select(zone_schedules).where(zone_schedules.c.zone == zone))
            .mappings()
            .first()
        )
        if row is None:
            return Schedule(zone, 0, ())
        return Schedule(zone, row["version"], tuple(Planned(*event) for event in row["events"]))

    def put_schedule(
        self, zone: str, events: Sequence[Planned], by: By, expected: int | None = None
    ) -> Schedule:
        """Plan these from now on, in place of what was planned before; what has already been stays.

        Raises:
            OutdatedVersionError: the schedule is in another version.
        """
        old = self.schedule(zone)
        expect(SCHEDULE, zone, expected, old.version)
        now_us = by.time_us
        been = [
            event._replace(to_us=min(event.to_us, now_us))
            for event in old.events
            if now_us - KEPT_US < event.to_us and event.from_us < now_us
        ]
        coming = [
            event._replace(from_us=max(event.from_us, now_us)) for event in events if event.to_us > now_us
        ]
        kept = tuple(sorted({*been, *coming}, key=lambda event: (event.from_us, event.to_us, event.kind)))
        if kept == old.events:
            return old
        new = Schedule(zone, old.version + 1, kept)
        row = {"version": new.version, "events": [list(event) for event in kept]}
        if old.version:
            self._connection.execute(update(zone_schedules).where(zone_schedules.c.zone == zone), row)
        else:
            row |= {"id": uuid7(now_us, self._entropy), "zone": zone}
            self._connection.execute(insert(zone_schedules), row)
        record(self._connection, by, "planned", f"zone:{zone}", _told(old), _told(new))
        return new


def _told(schedule: Schedule) -> Json:
    return [list(event) for event in schedule.events]
