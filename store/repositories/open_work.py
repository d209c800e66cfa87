"""What calls for work: live tickets summed up by place and priority, and the alarms that are loud; each in one question."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, case, func, or_, select, true

from detect.nouns import Kind, Severity
from store.tables.registry import OBJECTS
from store.tables.tickets import IS_LIVE, alarms
from store.tables.tickets import tickets as table
from tickets.alarming.nouns import QUIET

_KINDS = {kind.value: kind for kind in Kind}
_SEVERITIES = {severity.value: severity for severity in Severity}


class Within(NamedTuple):
    """A site alone."""

    site: str
    zones: Collection[str]
    """All of its zones."""


class OpenWork(NamedTuple):
    """Live tickets of one place and priority. Times are µs."""

    site: str | None
    zone: str | None
    priority: int
    live: int
    overdue: int
    """Past their deadline."""
    act_by_past: int
    """Past the moment by which somebody had to act."""
    deadline_us: int | None
    """The earliest."""
    act_by_us: int | None


class LoudAlarm(NamedTuple):
    """An active alarm that is not put aside, nor explained by what is being done: what places are judged by. Times are µs."""

    id: str
    kind: Kind
    severity: Severity
    subject: str
    zone: str | None
    active_since_us: int
    returned_us: int | None
    ticket_id: str | None


_LOUD = tuple(alarms.c[name] for name in LoudAlarm._fields)


def loud_alarms(connection: Connection, within: Within | None = None) -> list[LoudAlarm]:
    """All of them; or of a site no fewer than those of its zones and those that are about no zone."""
    query = select(*_LOUD).where(alarms.c.active == true(), alarms.c.state.not_in(sorted(QUIET)))
    if within is not None:
        zones, here = OBJECTS["zone"].c.key, alarms.c.zone
        query = query.where(or_(here.in_(within.zones), here.is_(None), here.not_in(select(zones))))
    return [
        LoudAlarm(id, _KINDS[kind], _SEVERITIES[severity], *rest)
        for id, kind, severity, *rest in connection.execute(query).all()
    ]


def open_work(connection: Connection, now_us: int, within: Within | None = None) -> list[OpenWork]:
    """All live tickets, or those of a site, summed up."""
    where = (table.c.site, table.c.zone, table.c.priority)
    query = (
        select(
            *where,
            func.count(),
            func.sum(case((table.c.deadline_us < now_us, 1), else_=0)),
            func.sum(case((table.c.act_by_us < now_us, 1), else_=0)),
            func.min(table.c.deadline_us),
            func.min(table.c.act_by_us),
        )
        .where(IS_LIVE)
        .group_by(*where)
    )
    if within is not None:
        query = query.where(or_(table.c.zone.in_(within.zones), table.c.site == within.site))
    return [
        OpenWork(site, zone, int(priority), int(live), int(overdue), int(late), deadline, act_by)
        for site, zone, priority, live, overdue, late, deadline, act_by in connection.execute(query)
    ]
