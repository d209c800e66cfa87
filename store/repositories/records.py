"""What the registry's repositories share: stored objects, who changes them, and in which ways a change fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, CursorResult

from detect.nouns import Json
from store import events

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """An object as kept: its UUIDv7, its version (the ETag, from 1), and what it says."""

    id: str
    version: int
    value: T


@dataclass(frozen=True, slots=True)
class By:
    """Who makes a change, when and why."""

    principal: str
    time_us: int
    reason: str = ""
    through: str = ""
    """The key by which a person acts; "" where that is the principal itself, or a session. Events tell it with what is new."""


class NoSuchObjectError(Exception):
    """Raised when an object that is named does not exist."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"there is no {kind} {key}")
        self.kind, self.key = kind, key


class OutdatedVersionError(Exception):
    """Raised when an object is not in the version that the change was made for."""

    def __init__(self, kind: str, key: str, expected: int, found: int) -> None:
        super().__init__(f"{kind} {key} is in version {found}, not {expected}")
        self.kind, self.key, self.expected, self.found = kind, key, expected, found


class TakenError(Exception):
    """Raised when a key, name or number belongs to another object."""

    def __init__(self, kind: str, key: str, by: str) -> None:
        super().__init__(f"{kind} {key}: taken by {by}")
        self.kind, self.key, self.by = kind, key, by


class InUseError(Exception):
    """Raised when an object is to be removed to which others refer."""

    def __init__(self, kind: str, key: str, by: str) -> None:
        super().__init__(f"{kind} {key} is in use by {by}")
        self.kind, self.key, self.by = kind, key, by


class OverlapError(Exception):
    """Raised when a device would be in two places at once, or a lot twice in one."""

    def __init__(self, subject: str, place: str) -> None:
        super().__init__(f"{subject} is in {place} at that time")
        self.subject, self.place = subject, place


class BadValueError(Exception):
    """Raised when an object cannot be as it is described (a key with wrong characters, an end before its start)."""

    def __init__(self, kind: str, key: str, field: str) -> None:
        super().__init__(f"{kind} {key}: {field} is not valid")
        self.kind, self.key, self.field = kind, key, field


def record(connection: Connection, by: By, act: str, subject: str, old: Json, new: Json) -> int:
    """Append the event of a change."""
    return events.append(
        connection, principal=by.principal, act=act, subject=subject, reason=by.reason, old=old, new=way_told(new, by),
        time_us=by.time_us,
    )  # fmt: skip


def way_told(new: Json, by: By) -> Json:
    """What an event tells as new, with the way in where that is not who acts."""
    return {**new, "through": by.through} if by.through and isinstance(new, dict) else new


def stored_rows(result: CursorResult[Any], noun: type[T]) -> list[Stored[T]]:
    """The rows of a result as stored objects. 50,000 of them take half of what reading them one by one as mappings would."""
    names = [str(name) for name in result.keys()]  # SQLAlchemy's names are a kind of str  # noqa: SIM118
    found = []
    for row in result:
        values = dict(zip(names, row, strict=True))
        found.append(Stored(values.pop("id"), values.pop("version"), msgspec.convert(values, noun)))
    return found


def plain(value: object) -> dict[str, Json]:
    """A noun as JSON, field by field."""
    found: dict[str, Json] = msgspec.to_builtins(value)
    return found


def expect(kind: str, key: str, expected: int | None, found: int) -> None:
    """Go on only if the version (0: none) is the one expected; None expects nothing."""
    if expected is not None and expected != found:
        raise OutdatedVersionError(kind, key, expected, found)
