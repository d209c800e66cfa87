"""A request with an Idempotency-Key is done once: its repetition gets the same answer and does nothing."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, select

from detect.nouns import Json
from store.tables.tickets import answered_requests as table


class KeyReusedError(Exception):
    """Raised when a key comes again with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key!r} was used for another request")
        self.key = key


def once(
    connection: Connection, principal: str, key: str | None, digest: str, now_us: int, act: Callable[[], Json]
) -> Json:
    """What `act()` answers, now or when the same request came first; it runs in the caller's transaction.

    Args:
        principal: whose keys they are; people do not share them.
        key: the Idempotency-Key; None = the request carries none and is always done.
        digest: of method, path and body (hex), to tell a repetition from another request.

    Raises:
        KeyReusedError: the key came before with another digest.
    """
    if key is None:
        return act()
    same = (table.c.principal == principal) & (table.c.key == key)
    row = connection.execute(select(table.c.digest, table.c.answer).where(same)).first()
    if row is not None:
        if row.digest != digest:
            raise KeyReusedError(key)
        answered: Json = row.answer
        return answered
    answer = act()
    connection.execute(
        insert(table).values(principal=principal, key=key, digest=digest, answer=answer, time_us=now_us)
    )
    return answer


def forget(connection: Connection, before_us: int) -> int:
    """Drop the answers older than `before_us`; return how many."""
    return connection.execute(delete(table).where(table.c.time_us < before_us)).rowcount
