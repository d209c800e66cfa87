"""Live tickets summed up by place and priority, in one question."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from store.tables.tickets import IS_LIVE
from store.tables.tickets import tickets as table


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


def open_work(connection: Connection, now_us: int) -> list[OpenWork]:
    """All live tickets, summed up."""
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
    return [
        OpenWork(site, zone, int(priority), int(live), int(overdue), int(late), deadline, act_by)
        for site, zone, priority, live, overdue, late, deadline, act_by in connection.execute(query)
    ]
