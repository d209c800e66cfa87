"""Checkpoints: recorded in the commit that records what was found up to there."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select, update

from detect.nouns import Checkpoint
from store.tables.detect import checkpoints as table

STAGE = "detect"


def load(connection: Connection) -> Checkpoint:
    """Where detection stands; the beginning if nothing was recorded."""
    body = connection.execute(select(table.c.body).where(table.c.stage == STAGE)).scalar_one_or_none()
    return msgspec.msgpack.decode(body, type=Checkpoint) if body is not None else Checkpoint()


def position(connection: Connection) -> int:
    """The journal position up to which detection has recorded."""
    return int(
        connection.execute(select(table.c.position).where(table.c.stage == STAGE)).scalar_one_or_none() or 0
    )


def keep(connection: Connection, checkpoint: Checkpoint, now_us: int) -> None:
    """Record where detection stands."""
    row = {"position": checkpoint.position, "kept_us": now_us, "body": msgspec.msgpack.encode(checkpoint)}
    if connection.execute(update(table).where(table.c.stage == STAGE).values(row)).rowcount == 0:
        connection.execute(insert(table).values(stage=STAGE, **row))
