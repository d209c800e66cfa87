"""What happened to alarms, as columns: for figures about how good they are to the people in front of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, String, case, cast, func, select

from store.repositories import outbox_sending
from store.repositories.ticket_rows import alarm_of
from store.tables.events import events
from store.tables.models import verdicts
from store.tables.ticket_work import ticket_sheets
from store.tables.tickets import alarms, tickets
from tickets.nouns import Alarm

_ACTS = ("raised", "returned", "acknowledged", "released", "calmed", "changed")
_PREFIX, _BEHIND = "alarm:", "alarm;"
_PLAIN = events.c.act.in_(("returned", "acknowledged")) & ~cast(events.c.new, String).contains("severity")
"""What says all by its act."""
_TOLD = case((_PLAIN, ""), else_=func.coalesce(cast(events.c.new, String), ""))
_NIGHT = (22, 6)
"""Hours on the clock from which to which it is night."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Rows:
    """Transitions in the order of the event table; the lists are as long as each other."""

    time_us: list[int]
    act: list[str]
    cause: list[str]
    told: list[str]
    """What was new, as JSON text: only some of it is ever looked at, and not as JSON."""


@dataclass(frozen=True, slots=True)
class Action:
    """What became of the tickets that alarms opened."""

    tickets: int
    withdrawn: int
    """What called for them turned out not to have been."""
    cancelled: int
    said: Counter[str]
    """Verdict → how many."""
    ended: Counter[str]
    """Resolution → how many that nobody judged."""


def transitions(connection: Connection, from_us: int, to_us: int) -> Rows:
    """All transitions of alarms in [from, to)."""
    subject = events.c.subject
    about: list[ColumnElement[bool]] = [subject.startswith(_PREFIX, autoescape=True)]
    if connection.dialect.name == "sqlite":  # its LIKE reads the whole table, its order is that of the bytes
        about = [subject >= _PREFIX, subject < _BEHIND]
    query = select(events.c.sequence, events.c.time_us, events.c.act, subject, _TOLD).where(
        *about, events.c.time_us >= from_us, events.c.time_us < to_us, events.c.act.in_(_ACTS)
    )
    rows = connection.execute(query).all()
    if not rows:
        return Rows([], [], [], [])
    rows = sorted(
        rows, key=itemgetter(0)
    )  # much faster than the database, which comes by the index of subjects
    _, times, acts, subjects, told = map(list, zip(*rows, strict=True))
    return Rows(times, acts, [one[len(_PREFIX) :] for one in subjects], told)


def all_alarms(connection: Connection) -> dict[str, Alarm]:
    """Every alarm by its cause."""
    return {row["cause"]: alarm_of(row) for row in connection.execute(select(alarms)).mappings()}


def action(connection: Connection, from_us: int, to_us: int, site: str | None) -> Action:
    """What became of the tickets that alarms opened in [from, to)."""
    kept = tickets.c
    which = [kept.opened_at_us >= from_us, kept.opened_at_us < to_us, kept.cause.is_not(None)]
    if site is not None:
        which.append(kept.site == site)
    query = (
        select(kept.state, verdicts.c.verdict, ticket_sheets.c.resolution, func.count())
        .outerjoin(verdicts, verdicts.c.ticket_id == kept.id)
        .outerjoin(ticket_sheets, ticket_sheets.c.ticket_id == kept.id)
        .where(*which)
        .group_by(kept.state, verdicts.c.verdict, ticket_sheets.c.resolution)
    )
    states: Counter[str] = Counter()
    said: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for state, verdict, resolution, n in connection.execute(query):
        states[state] += n
        if verdict is not None:
            said[verdict] += n
        elif resolution:
            ended[resolution] += n
    return Action(states.total(), states["withdrawn"], states["cancelled"], said, ended)


def calls(connection: Connection, from_us: int, to_us: int, time_zone: str) -> dict[tuple[str, str], int]:
    """(person, date of the evening) → how many telephone calls went out to that person in the night after."""
    zone = ZoneInfo(time_zone)
    found: Counter[tuple[str, str]] = Counter()
    for person, sent_us in outbox_sending.calls(connection, from_us, to_us):
        night = _night_of((_EPOCH + timedelta(microseconds=sent_us)).astimezone(zone))
        if night is not None:
            found[person, night] += 1
    return dict(found)


def _night_of(local: datetime) -> str | None:
    """The date on whose evening the night began; None by day."""
    begins, ends = _NIGHT
    if local.hour >= begins:
        return local.date().isoformat()
    return (local.date() - timedelta(days=1)).isoformat() if local.hour < ends else None
