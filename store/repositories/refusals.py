"""What the broker refused: bounded, and no events, for a stranger who tries all day must not fill the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from store.repositories.records import plain
from store.tables.credentials import refusals as table

MOST = 1_000
"""So many are kept, those seen last."""


class Refused(StrEnum):
    """What was refused."""

    LOG_IN = "log_in"
    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was refused, once or again and again."""

    what: Refused
    user: str
    """The name it came under; "" if none is known."""
    topic: str
    """"" for a log-in."""
    address: str
    """Where it came from last."""
    first_us: int
    last_us: int
    n: int = 1


def note(connection: Connection, refused: Iterable[Refusal]) -> None:
    """Add what was refused to what is known; of too many the oldest are forgotten."""
    for refusal in refused:
        same = (
            (table.c.what == refusal.what) & (table.c.user == refusal.user) & (table.c.topic == refusal.topic)
        )
        seen = {"address": refusal.address, "last_us": refusal.last_us, "n": table.c.n + refusal.n}
        if not connection.execute(update(table).where(same).values(seen)).rowcount:
            connection.execute(insert(table), plain(refusal))
    newest = select(table.c.last_us).order_by(table.c.last_us.desc()).limit(1).offset(MOST)
    forgotten = connection.execute(newest).scalar()
    if forgotten is not None:
        connection.execute(delete(table).where(table.c.last_us <= forgotten))


def since(connection: Connection, last_us: int) -> list[Refusal]:
    """What was refused at or after a time, the newest first."""
    rows = connection.execute(
        select(table).where(table.c.last_us >= last_us).order_by(table.c.last_us.desc(), table.c.user)
    )
    return [Refusal(Refused(what), *rest) for what, *rest in rows]
