"""The outbox: what is to be told, written by whoever causes it, and ended when it is answered or settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select, tuple_, update

from store.messages import Channel, Held, Message, MessageState, Telling, TellingState
from store.repositories.inserting import insert_new
from store.repositories.ticket_rows import chunks
from store.tables.outbox import OPEN, about, messages, notices, tellings
from tickets.notices import OUTLIVING, Notice, Urgency

_TELLING = tuple(field.name for field in fields(Telling))
_MESSAGE = tuple(field.name for field in fields(Message) if field.name != "about")


@dataclass(frozen=True, slots=True)
class Put:
    """A notice as it lies in the outbox."""

    sequence: int
    notice: Notice
    made_us: int


@dataclass(frozen=True, slots=True)
class TellingFilter:
    """Which tellings are asked for; None asks for all."""

    person: str | None = None
    subject: str | None = None
    states: Collection[TellingState] | None = None
    urgency: Urgency | None = None
    code: str | None = None
    held: Held | None = None


def put(connection: Connection, put_in: Sequence[Notice], now_us: int) -> None:
    """Put notices into the outbox, in the transaction that causes them. What is there (`to`, `cause`) stays as it is."""
    rows = [_notice_row(notice, now_us) for notice in put_in]
    insert_new(connection, notices, rows, ("to", "cause"))


def answered(connection: Connection, person: str | None, subject: str, now_us: int) -> int:
    """End the repeats of a subject to this person, and to nobody else; return how many tellings that were.

    Args:
        connection: A writing transaction.
        person: `person:<key>` or `contact:<key>`, as in `Telling.person`; None: to everybody, for somebody has it now.
        subject: `ticket:<id>` or `alarm:<cause>`.
        now_us: When it was answered.
    """
    about_it = tellings.c.subject == subject
    if person is not None:
        about_it &= tellings.c.person == person
    told = about_it & tellings.c.until_answered & (tellings.c.rounds > 0)
    ended = [row.id for row in connection.execute(select(tellings.c.id).where(told & _unfinished()))]
    _end(connection, ended, TellingState.ANSWERED, now_us)
    return len(ended)


def settled(connection: Connection, subject: str, now_us: int, but: Collection[str] = ()) -> int:
    """Drop what waits about a subject whose work is done, and end all repeats; return how many tellings that were.

    Call it before what is to be told of the end itself is put in. What is to be decided on after the end is still told.

    Args:
        but: causes of what is told of the end itself: done again, it must not drop what the first time put in.
    """
    outlives = sorted(OUTLIVING)
    of_it = and_(
        notices.c.subject == subject, notices.c.resolved_us.is_(None), notices.c.code.not_in(outlives)
    )
    connection.execute(
        update(notices).where(of_it, notices.c.cause.not_in(list(but))).values(resolved_us=now_us)
    )
    waiting = select(tellings.c.id).where(
        tellings.c.subject == subject,
        tellings.c.cause.not_in(list(but)),
        tellings.c.code.not_in(outlives),
        _unfinished(),
    )
    ids = list(connection.execute(waiting).scalars())
    _end(connection, ids, TellingState.DROPPED, now_us)
    for some in chunks(ids):
        # What went out was told: only its repeats end.
        out = select(about.c.telling_id).join(messages, messages.c.id == about.c.message_id)
        went = out.where(about.c.telling_id.in_(some), messages.c.state == MessageState.SENT)
        connection.execute(update(tellings).where(tellings.c.id.in_(went)).values(state=TellingState.TOLD))
    return len(ids)


def get(connection: Connection, id: str) -> Telling | None:
    """A telling by its id."""
    row = connection.execute(select(tellings).where(tellings.c.id == id)).mappings().first()
    return telling_of(row) if row else None


def find(
    connection: Connection, which: TellingFilter, before: tuple[int, str] | None = None, limit: int = 100
) -> list[Telling]:
    """Tellings, the newest first, at most `limit`, behind the one made at (time, id) `before`."""
    order = (tellings.c.made_us.desc(), tellings.c.id.desc())
    query = select(tellings).where(*_conditions(which)).order_by(*order).limit(limit)
    if before is not None:
        query = query.where(tuple_(tellings.c.made_us, tellings.c.id) < before)
    return [telling_of(row) for row in connection.execute(query).mappings()]


def messages_of(connection: Connection, ids: Collection[str]) -> dict[str, list[Message]]:
    """The messages about each of these tellings, in their order."""
    found: dict[str, list[Message]] = {id: [] for id in ids}
    for some in chunks(ids):
        query = (
            select(messages, about.c.telling_id)
            .join(about, about.c.message_id == messages.c.id)
            .where(about.c.telling_id.in_(some))
            .order_by(messages.c.made_us, messages.c.id)
        )
        for row in connection.execute(query).mappings():
            found[row["telling_id"]].append(message_of(row))
    return found


def message(connection: Connection, id: str) -> Message | None:
    """A message by its id, with what it is about."""
    row = connection.execute(select(messages).where(messages.c.id == id)).mappings().first()
    if row is None:
        return None
    ids = connection.execute(select(about.c.telling_id).where(about.c.message_id == id)).scalars()
    return message_of(row, tuple(ids))


def telling_of(row: RowMapping) -> Telling:
    """A row as a telling."""
    values = {name: row[name] for name in _TELLING}
    held = Held(row["held"]) if row["held"] else None
    enums = {"urgency": Urgency(row["urgency"]), "state": TellingState(row["state"]), "held": held}
    return Telling(**values | enums)


def telling_row(telling: Telling) -> dict[str, Any]:
    """A telling as a row."""
    return {name: getattr(telling, name) for name in _TELLING}


def message_of(row: RowMapping, of: tuple[str, ...] = ()) -> Message:
    """A row as a message about these tellings."""
    values = {name: row[name] for name in _MESSAGE}
    enums = {
        "urgency": Urgency(row["urgency"]), "state": MessageState(row["state"]), "channel": Channel(row["channel"]),
    }  # fmt: skip
    return Message(**values | enums, about=of)


def message_row(one: Message) -> dict[str, Any]:
    """A message as a row."""
    return {name: getattr(one, name) for name in _MESSAGE}


def _notice_row(notice: Notice, now_us: int) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(notice)
    return row | {"made_us": now_us, "resolved_us": None}


def _unfinished() -> ColumnElement[bool]:
    return tellings.c.state.in_([TellingState.WAITING, TellingState.TOLD])


def _end(connection: Connection, ids: Sequence[str], state: TellingState, now_us: int) -> None:
    """End tellings, and those of their messages that are about nothing else and not out yet."""
    for some in chunks(ids):
        ended = {"state": state, "next_us": None, "held": None, "ended_us": now_us}
        connection.execute(update(tellings).where(tellings.c.id.in_(some)).values(ended))
        others = select(about.c.message_id).where(
            about.c.message_id == messages.c.id, about.c.telling_id.not_in(some)
        )
        mine = select(about.c.message_id).where(about.c.telling_id.in_(some))
        alone = and_(OPEN, messages.c.id.in_(mine), ~others.exists())
        connection.execute(
            update(messages).where(alone).values(state=MessageState(str(state)), lease_us=None)
        )


def _conditions(which: TellingFilter) -> list[ColumnElement[bool]]:
    exact = (
        (tellings.c.person, which.person), (tellings.c.subject, which.subject), (tellings.c.urgency, which.urgency),
        (tellings.c.code, which.code), (tellings.c.held, which.held),
    )  # fmt: skip
    found = [column == value for column, value in exact if value is not None]
    return found if which.states is None else [*found, tellings.c.state.in_(list(which.states))]
