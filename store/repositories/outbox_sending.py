"""The outbox as its sender uses it: what is to be planned and sent, who is at it, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, insert, select, update

from store.messages import Channel, Message, MessageState, Telling, TellingState
from store.repositories.inserting import insert_new
from store.repositories.outbox import Put, message_of, message_row, telling_of, telling_row
from store.repositories.ticket_rows import chunks
from store.tables.outbox import OPEN, UNRESOLVED, about, messages, notices, tellings
from tickets.notices import Notice, Urgency


class TellingChange(NamedTuple):
    """What becomes of a telling."""

    id: str
    state: TellingState
    held: str | None
    next_us: int | None
    rounds: int
    told_us: int | None


class Made(NamedTuple):
    """A message that was made for somebody lately."""

    bundle: str
    code: str
    channel: Channel
    urgency: Urgency
    made_us: int


class CallFigure(NamedTuple):
    """Calls to one person that were made within a stretch of time."""

    person: str
    made_us: int


def unresolved(connection: Connection, limit: int = 1000) -> list[Put]:
    """Notices of which it is not known yet whom to tell, in their order."""
    query = select(notices).where(UNRESOLVED).order_by(notices.c.sequence).limit(limit)
    return [
        Put(
            row["sequence"],
            Notice(
                row["to"], row["cause"], row["subject"], row["code"], row["params"], Urgency(row["urgency"]),
                row["until_answered"],
            ),
            row["made_us"],
        )
        for row in connection.execute(query).mappings()
    ]  # fmt: skip


def resolve(connection: Connection, made: Sequence[Telling], sequences: Sequence[int], now_us: int) -> None:
    """Keep the tellings of notices; who is told of a cause already is not told again."""
    insert_new(connection, tellings, [telling_row(one) for one in made], ("person", "cause"))
    for some in chunks(sequences):
        done = update(notices).where(notices.c.sequence.in_(some)).values(resolved_us=now_us)
        connection.execute(done)


def due_tellings(connection: Connection, now_us: int, limit: int = 20_000) -> list[Telling]:
    """What is to be looked at now, critical things first, then in the order in which it was caused; nobody else changes it until the commit."""
    query = (
        select(tellings)
        .where(tellings.c.next_us <= now_us)
        .order_by(_calm(tellings.c.urgency), tellings.c.sequence)
        .limit(limit)
        .with_for_update()
    )
    return [telling_of(row) for row in connection.execute(query).mappings()]


def made_since(connection: Connection, persons: Collection[str], since_us: int) -> dict[str, list[Made]]:
    """The messages made for each person at or after a time."""
    found: dict[str, list[Made]] = defaultdict(list)
    kept = messages.c
    for some in chunks(persons):
        query = select(kept.person, kept.bundle, kept.code, kept.channel, kept.urgency, kept.made_us).where(
            kept.person.in_(some), kept.made_us >= since_us
        )
        for row in connection.execute(query):
            one = Made(row.bundle, row.code, Channel(row.channel), Urgency(row.urgency), row.made_us)
            found[row.person].append(one)
    return found


def keep_plan(connection: Connection, made: Sequence[Message], changes: Sequence[TellingChange]) -> None:
    """Keep what was planned: messages with what they are about, and what becomes of tellings."""
    if made:
        connection.execute(insert(messages), [message_row(one) for one in made])
        links = [{"message_id": one.id, "telling_id": telling} for one in made for telling in one.about]
        connection.execute(insert(about), links)
    if changes:
        statement = (
            update(tellings)
            .where(tellings.c.id == bindparam("of"))
            .values(**{name: bindparam(f"new_{name}") for name in TellingChange._fields[1:]})
        )
        rows = [
            {"of": one.id} | {f"new_{name}": getattr(one, name) for name in TellingChange._fields[1:]}
            for one in changes
        ]
        connection.execute(statement, rows)


def open_messages(connection: Connection, limit: int = 20_000) -> list[Message]:
    """Messages that are not out yet, critical ones first, then as they were made; without what they are about."""
    order = (_calm(messages.c.urgency), messages.c.made_us, messages.c.id)
    query = select(messages).where(OPEN).order_by(*order).limit(limit)
    return [message_of(row) for row in connection.execute(query).mappings()]


def lane_counts(connection: Connection, since_us: int) -> dict[str, tuple[int, int]]:
    """Lane → (how many messages wait on it, how many went out since a time)."""
    lane = messages.c.lane
    waiting = _counted(connection, select(lane, func.count()).where(OPEN).group_by(lane))
    gone = select(lane, func.count()).where(messages.c.sent_us > since_us).group_by(lane)
    sent = _counted(connection, gone)
    return {name: (waiting.get(name, 0), sent.get(name, 0)) for name in {*waiting, *sent}}


def anything_due(connection: Connection, now_us: int) -> bool:
    """Whether a telling is to be looked at."""
    query = select(tellings.c.id).where(tellings.c.next_us <= now_us).limit(1)
    return connection.execute(query).first() is not None


def claim(connection: Connection, ids: Sequence[str], now_us: int, until_us: int) -> list[Message]:
    """Take messages to send them; those that somebody else has, or that are done, are left out."""
    taken: list[Message] = []
    for id in ids:
        free = messages.c.lease_us.is_(None) | (messages.c.lease_us <= now_us)
        mine = update(messages).where(messages.c.id == id, OPEN, free).values(lease_us=until_us)
        if connection.execute(mine).rowcount:
            row = connection.execute(select(messages).where(messages.c.id == id)).mappings().one()
            ids_of = connection.execute(select(about.c.telling_id).where(about.c.message_id == id)).scalars()
            taken.append(message_of(row, tuple(ids_of)))
    return taken


def tellings_of(connection: Connection, one: Message) -> list[Telling]:
    """What a message is about, in the order in which it was caused."""
    query = (
        select(tellings)
        .join(about, about.c.telling_id == tellings.c.id)
        .where(about.c.message_id == one.id)
        .order_by(tellings.c.sequence, tellings.c.id)
    )
    return [telling_of(row) for row in connection.execute(query).mappings()]


def keep_link(connection: Connection, telling: str, link: str) -> None:
    """Keep where a person can acknowledge, so that a repeated message says the same."""
    connection.execute(update(tellings).where(tellings.c.id == telling).values(link=link))


def note_sent(connection: Connection, id: str, provider_id: str, now_us: int) -> None:
    """The provider took it, whatever was wished in the meantime."""
    values = {
        "state": MessageState.SENT,
        "sent_us": now_us,
        "provider_id": provider_id,
        "error": "",
        "lease_us": None,
    }
    _change(connection, id, values, attempts=messages.c.attempts + 1)


def note_failed(connection: Connection, one: Message, error: str, next_us: int | None) -> None:
    """It did not go out: it is tried again at `next_us`, and what waits behind it on the same way not before that.

    None gives it up.
    """
    state = MessageState.DEAD if next_us is None else MessageState.RETRYING
    again: dict[str, Any] = {} if next_us is None else {"next_us": next_us}
    kept = connection.execute(select(messages.c.state).where(messages.c.id == one.id)).scalar_one()
    if kept in {MessageState.ANSWERED, MessageState.DROPPED}:
        _change(connection, one.id, {"lease_us": None})
        return
    values = {"state": state, "error": error[:200], "lease_us": None}
    _change(connection, one.id, values | again, attempts=messages.c.attempts + 1)
    if next_us is not None:
        same = (messages.c.person == one.person) & (messages.c.lane == one.lane) & OPEN
        behind = same & (messages.c.next_us < next_us) & (messages.c.urgency != Urgency.CRITICAL)
        connection.execute(update(messages).where(behind).values(next_us=next_us))


def end(connection: Connection, id: str, state: MessageState) -> None:
    """A message that is not wanted any more."""
    _change(connection, id, {"state": state, "lease_us": None})


def postpone(connection: Connection, ids: Sequence[str], until_us: int) -> None:
    """The way is full: these wait, which is no failure."""
    for some in chunks(ids):
        connection.execute(
            update(messages).where(messages.c.id.in_(some)).values(next_us=until_us, lease_us=None)
        )


def by_provider(connection: Connection, channel: Channel, provider_id: str) -> Message | None:
    """The message that a provider calls so."""
    query = select(messages).where(messages.c.provider_id == provider_id, messages.c.channel == channel)
    row = connection.execute(query.limit(1)).mappings().first()
    return message_of(row) if row else None


def note_delivered(connection: Connection, id: str, now_us: int) -> None:
    """The provider says that it arrived. It says so of what went out, also if we do not know that yet."""
    values = {"delivered_us": now_us, "state": MessageState.SENT, "error": "", "lease_us": None}
    _change(connection, id, values, sent_us=func.coalesce(messages.c.sent_us, now_us))


def note_undelivered(connection: Connection, id: str, error: str, next_us: int | None) -> None:
    """The provider says that it did not arrive: once more at `next_us`, with the same id; None gives it up."""
    state = MessageState.DEAD if next_us is None else MessageState.RETRYING
    values = {"state": state, "error": error[:200], "lease_us": None, "provider_id": ""}
    _change(connection, id, values | ({} if next_us is None else {"next_us": next_us}))


def replay(connection: Connection, telling: str, now_us: int) -> list[str]:
    """Send the dead messages about a telling again, under their own ids; return these."""
    mine = select(about.c.message_id).where(about.c.telling_id == telling)
    dead = (messages.c.state == MessageState.DEAD) & messages.c.id.in_(mine)
    ids = list(connection.execute(select(messages.c.id).where(dead).order_by(messages.c.id)).scalars())
    again = {"state": MessageState.RETRYING, "next_us": now_us, "attempts": 0, "lease_us": None}
    for id in ids:
        _change(connection, id, again)
    return ids


def calls(connection: Connection, from_us: int, to_us: int) -> list[CallFigure]:
    """The telephone calls that went out in [from_us, to_us), for figures per person and night."""
    kept = messages.c
    query = (
        select(kept.person, kept.sent_us)
        .where(kept.channel == Channel.VOICE, kept.sent_us >= from_us, kept.sent_us < to_us)
        .order_by(kept.sent_us)
    )
    return [CallFigure(row.person, row.sent_us) for row in connection.execute(query)]


def _calm(urgency: ColumnElement[Any]) -> ColumnElement[int]:
    """0 for what is critical, 1 for the rest: what does not fit into one look is never critical."""
    return case((urgency == Urgency.CRITICAL, 0), else_=1)


def _counted(connection: Connection, query: Select[str, int]) -> dict[str, int]:
    return {name: count for name, count in connection.execute(query)}


def _change(connection: Connection, id: str, values: dict[str, Any], **more: Any) -> None:
    connection.execute(update(messages).where(messages.c.id == id).values(**values, **more))
