"""What the broker refused, in a small file: one process writes it, others read it, and no database waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

import msgspec

MOST = 1_000
"""So many are kept, those seen last: a stranger who tries all day fills nothing."""


class Refused(StrEnum):
    """What was refused."""

    LOG_IN = "log_in"
    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    TLS = "tls"
    """A connection that did not speak TLS, or not the broker's."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was refused, once or again and again."""

    what: Refused
    user: str
    """The name it came under; "" if none is known."""
    topic: str
    """"" for a connection."""
    address: str
    """The host it came from last."""
    first_us: int
    last_us: int
    n: int = 1


_decode = msgspec.json.Decoder(list[Refusal]).decode


class Refusals:
    """The refusals of one broker, by what, user and topic."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = {_key(refusal): refusal for refusal in read(path)}

    def note(self, refused: Iterable[Refusal]) -> None:
        """Add to what is known and write it down; of too many the oldest are forgotten."""
        new = list(refused)
        if not new:
            return
        for refusal in new:
            known = self._known.get(_key(refusal))
            self._known[_key(refusal)] = (
                replace(refusal, first_us=known.first_us, n=known.n + refusal.n) if known else refusal
            )
        kept = sorted(self._known.values(), key=attrgetter("last_us"))[-MOST:]
        self._known = {_key(refusal): refusal for refusal in kept}
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_bytes(msgspec.json.encode(kept))
        fresh.replace(self._path)


def read(path: Path) -> list[Refusal]:
    """What is written down; nothing when there is no file, or none that can be read."""
    try:
        return _decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return []


def _key(refusal: Refusal) -> tuple[Refused, str, str]:
    return refusal.what, refusal.user, refusal.topic
