"""Heads of the chain of events, kept outside the database: a line a day, `2026-11-22T00:00:03Z 1234 5f0c…`.

Who rewrites the database from the first row on is caught by any line that was copied elsewhere before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from ingest.nouns import US_PER_DAY
from store import events
from store.events import Head

_LINE = re.compile(r"(?:\S+[ \t]+)?([0-9]{1,18})[ \t:]([0-9a-fA-F]{64})")


class DailyHeads:
    """Writes the first head of each day (UTC)."""

    def __init__(self, path: Path, now_us: Callable[[], int]) -> None:
        self._path = path
        self._now_us = now_us
        self._day = -1

    def note(self, connection: Connection) -> None:
        """Write today's head if it is not there yet."""
        now_us = self._now_us()
        if now_us // US_PER_DAY == self._day:
            return
        head = events.head(connection)
        if head.sequence and not self._written(now_us):
            append(self._path, head, now_us)
        self._day = now_us // US_PER_DAY if head.sequence else -1

    def _written(self, now_us: int) -> bool:
        if not self._path.exists():
            return False
        lines = self._path.read_text("utf-8").splitlines()
        return any(line.startswith(_time(now_us)[:10]) for line in lines)


def append(path: Path, head: Head, now_us: int) -> None:
    """Add a line to a file of heads; it is on the disk afterwards."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{_time(now_us)} {head.sequence} {head.hash.hex()}\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> list[Head]:
    """The heads in a file.

    Raises:
        FileNotFoundError: there is none.
        ValueError: a line is no head.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            found.append(parse(line.strip(), f"{path}, line {number}"))
    return found


def parse(text: str, where: str = "--anchor") -> Head:
    """`SEQUENCE:HASH`, or a line of a file of heads.

    Raises:
        ValueError: it is neither.
    """
    match = _LINE.fullmatch(text)
    if match is None:
        raise ValueError(f"{where}: expected SEQUENCE:HASH (64 hexadecimal digits)")
    return Head(int(match[1]), bytes.fromhex(match[2]))


def _time(us: int) -> str:
    return datetime.fromtimestamp(us // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
