"""Findings as kept: written with their events, found by subject, time, place and cause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, String, and_, cast, or_, select, tuple_

from detect.nouns import Change, Finding, FindingChange, Kind
from store import events
from store.repositories.ticket_rows import FINDING, chunks, finding_at, finding_kept, finding_of, finding_row
from store.rows import add, among, write
from store.tables.tickets import GOES_ON, finding_links, ticket_findings
from store.tables.tickets import findings as table
from tickets.nouns import SYSTEM

Position = tuple[int, str]
"""Where a page ends: start and id of its last finding."""

_COLUMNS = tuple(table.c[name] for name in FINDING)
"""In the order of the noun's fields, `id` first."""
_AS_KEPT = tuple(
    cast(column, String).label(column.name) if column is table.c.evidence else column for column in _COLUMNS
)
"""The same with the evidence as text."""
_TOLD = (
    "kind",
    "subject",
    "zone",
    "cause",
    "severity",
    "start_us",
    "end_us",
    "peak",
    "area",
    "coverage",
    "retracted",
)
"""The fields whose change an event tells."""


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings are asked for; None asks for all."""

    kinds: Collection[Kind] | None = None
    subject: str | None = None
    device: str | None = None
    """Full name: what is about it, or about one of its quantities."""
    zones: Collection[str] | None = None
    causes: Collection[str] | None = None
    ticket_id: str | None = None
    going_on: bool | None = None
    from_us: int | None = None
    to_us: int | None = None
    """Findings that touch [from_us, to_us)."""
    include_retracted: bool = False


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Finding]:
    """The findings with these ids, by id."""
    found: dict[str, Finding] = {}
    for some in chunks(ids):
        for row in connection.execute(select(*_COLUMNS).where(among(connection, table.c.id, some))).all():
            found[row[0]] = finding_at(row)
    return found


def open_or_overlapping(
    connection: Connection, detector: str, subject: str, kind: Kind, band: str, start_us: int, end_us: int
) -> list[Finding]:
    """The unretracted findings of one sort that touch [start_us, end_us], the oldest first."""
    same = (
        table.c.detector == detector,
        table.c.subject == subject,
        table.c.kind == kind,
        table.c.band == band,
    )
    return _find(connection, *same, _touches(start_us, end_us + 1), table.c.retracted.is_(None))


def stored(connection: Connection, subjects: Collection[str], from_us: int) -> list[Finding]:
    """The unretracted findings about these subjects that go on or end at or after `from_us`."""
    since = or_(table.c.end_us.is_(None), table.c.end_us >= from_us)
    return [
        finding
        for some in chunks(subjects)
        for finding in _find(
            connection, among(connection, table.c.subject, some), since, table.c.retracted.is_(None)
        )
    ]


def going_on(connection: Connection) -> list[Finding]:
    """All unretracted findings that go on."""
    return _find(connection, GOES_ON)


def going_on_about(
    connection: Connection, devices: Collection[str], gateways: Collection[str]
) -> list[Finding]:
    """The unretracted findings that go on about these devices (full names), or one of their quantities, and these gateways.

    One question for each: an index answers it, and none answers one about all.
    """
    things = [f"device:{name}" for name in devices] + [f"gateway:{name}" for name in gateways]
    found = (one for thing in things for one in _find(connection, GOES_ON, _is_about(thing)))
    return sorted(found, key=lambda one: (one.start_us, one.id))


def standing(connection: Connection) -> list[Finding]:
    """All unretracted findings."""
    return _find(connection, table.c.retracted.is_(None))


def touched(
    connection: Connection, causes: Collection[str], ticket_ids: Collection[str], known: Collection[str] = ()
) -> list[tuple[str | None, Finding]]:
    """(ticket id, finding) of all findings of these tickets, and of those of these causes that go on, but not of the `known`."""
    ids = {
        id
        for some in chunks(causes)
        for id in connection.scalars(
            select(table.c.id).where(among(connection, table.c.cause, some), GOES_ON)
        ).all()
    }
    member = select(ticket_findings.c.finding_id)
    for some in chunks(ticket_ids):
        ids.update(
            connection.scalars(member.where(among(connection, ticket_findings.c.ticket_id, some))).all()
        )
    ids.difference_update(known)
    joined = select(*_AS_KEPT, ticket_findings.c.ticket_id).outerjoin(
        ticket_findings, ticket_findings.c.finding_id == table.c.id
    )
    return [
        (row[-1], finding_kept(tuple(row[:-1])))
        for some in chunks(ids)
        for row in connection.execute(joined.where(among(connection, table.c.id, some))).all()
    ]


def behind(connection: Connection, ticket_ids: Collection[str]) -> dict[str, list[Finding]]:
    """Ticket id → the unretracted findings behind it, the latest start first; a fixed number of queries for many tickets."""
    query = select(*_AS_KEPT, ticket_findings.c.ticket_id).join(
        ticket_findings, ticket_findings.c.finding_id == table.c.id
    )
    query = query.where(table.c.retracted.is_(None)).order_by(table.c.start_us.desc(), table.c.id.desc())
    found: dict[str, list[Finding]] = {id: [] for id in ticket_ids}
    for some in chunks(ticket_ids):
        rows = connection.execute(query.where(among(connection, ticket_findings.c.ticket_id, some))).all()
        for row in rows:
            found[row[-1]].append(finding_kept(tuple(row[:-1])))
    return found


def find(
    connection: Connection, which: FindingFilter, after: Position | None = None, limit: int = 100
) -> list[Finding]:
    """Findings, the latest start first, at most `limit`, behind the one at `after`."""
    query = (
        select(table)
        .where(*_conditions(which))
        .order_by(table.c.start_us.desc(), table.c.id.desc())
        .limit(limit)
    )
    if which.ticket_id is not None:
        query = query.join(ticket_findings, ticket_findings.c.finding_id == table.c.id)
        query = query.where(ticket_findings.c.ticket_id == which.ticket_id)
    if after is not None:
        query = query.where(tuple_(table.c.start_us, table.c.id) < after)
    return [finding_of(row) for row in connection.execute(query).mappings()]


def links(connection: Connection, finding_id: str) -> list[tuple[Change, str]]:
    """What the finding was merged into or split off from."""
    query = select(finding_links.c.change, finding_links.c.other_id).where(
        finding_links.c.finding_id == finding_id
    )
    return [(Change(change), other) for change, other in connection.execute(query)]


def persist(
    connection: Connection, changes: Sequence[FindingChange], before: dict[str, Finding], now_us: int
) -> list[FindingChange]:
    """Write what the changes make of the recorded findings, with events; return those that changed anything.

    Args:
        before: the recorded findings with these ids (`by_ids`).
    """
    latest = {change.finding.id: change for change in changes}
    fresh = [change for id, change in latest.items() if before.get(id) != change.finding]
    upsert(connection, [change.finding for change in fresh], before)
    _link(connection, changes, now_us)
    events.append_all(connection, (_event(change, before.get(change.finding.id), now_us) for change in fresh))
    return fresh


def upsert(connection: Connection, findings: Sequence[Finding], before: Collection[str]) -> None:
    """Write findings; those with an id in `before` are there already."""
    write(connection, table, [finding_row(finding) for finding in findings], before)


def _link(connection: Connection, changes: Sequence[FindingChange], now_us: int) -> None:
    """Record merges and splits, each once."""
    wanted = {(c.finding.id, c.other_id, str(c.change)) for c in changes if c.other_id is not None}
    if not wanted:
        return
    key = tuple_(finding_links.c.finding_id, finding_links.c.other_id, finding_links.c.change)
    there = {
        tuple(row)
        for some in chunks(wanted)
        for row in connection.execute(select(*key.clauses).where(key.in_(some)))
    }
    rows = [
        {"finding_id": id, "other_id": other, "change": change, "time_us": now_us}
        for id, other, change in sorted(wanted - there, key=str)
    ]
    add(connection, finding_links, rows)


def _event(change: FindingChange, before: Finding | None, now_us: int) -> events.Unnumbered:
    """What happened to a finding, with the fields that changed."""
    finding = change.finding
    begun = before is None and change.change in {Change.EXTENDED, Change.CLOSED, Change.REVISED}
    act = Change.OPENED if begun else change.change
    new = {name: getattr(finding, name) for name in _TOLD}
    old = (
        {name: getattr(before, name) for name in _TOLD if getattr(before, name) != new[name]}
        if before
        else None
    )
    if old is not None:
        new = {name: new[name] for name in old}
    if change.other_id is not None:
        new["other"] = change.other_id
    return events.Unnumbered(now_us, SYSTEM, act, f"finding:{finding.id}", finding.retracted or "", old, new)


def _find(connection: Connection, *conditions: ColumnElement[bool]) -> list[Finding]:
    query = select(*_COLUMNS).where(*conditions).order_by(table.c.start_us, table.c.id)
    return [finding_at(row) for row in connection.execute(query).all()]


def _conditions(which: FindingFilter) -> list[ColumnElement[bool]]:
    among = ((table.c.kind, which.kinds), (table.c.zone, which.zones), (table.c.cause, which.causes))
    conditions: list[ColumnElement[bool]] = [
        column.in_(list(values)) for column, values in among if values is not None
    ]
    if which.subject is not None:
        conditions.append(table.c.subject == which.subject)
    if which.device is not None:
        conditions.append(_is_about(f"device:{which.device}"))
    if which.going_on is not None:
        conditions.append(table.c.end_us.is_(None) if which.going_on else table.c.end_us.is_not(None))
    if not which.include_retracted:
        conditions.append(table.c.retracted.is_(None))
    return [*conditions, _touches(which.from_us, which.to_us)]


def _is_about(subject: str) -> ColumnElement[bool]:
    """Whether it is about a thing, or a part of it. Bounds: an index helps with them, and with LIKE it does not."""
    inside = and_(table.c.subject >= f"{subject}:", table.c.subject < f"{subject};")
    return or_(table.c.subject == subject, inside)


def _touches(from_us: int | None, to_us: int | None) -> ColumnElement[bool]:
    """Whether a finding and [from_us, to_us) have a moment in common."""
    late_enough = (
        table.c.start_us.is_not(None)
        if from_us is None
        else or_(table.c.end_us.is_(None), table.c.end_us >= from_us)
    )
    return late_enough if to_us is None else and_(late_enough, table.c.start_us < to_us)
