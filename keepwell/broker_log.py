"""The embedded broker's log, read as it grows: what was refused to whom. Refused publishes leave no other trace."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple

from keepwell.broker_topics import topic_of
from store.refusals import Refusal, Refused

MOST_BYTES = 4 << 20
"""So much is read at a time; of a log that grows faster the rest waits."""
MOST_ASKED = 50
"""So many connections a time are looked up; the others stay without a name."""
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LINE = re.compile(
    rf"\[\d+\] \S+ \S+ \[ERR\] (?P<address>\S+):\d+ - mid:(?P<connection>\d+)(?: - {_QUOTED})? - "
    rf"(?:(?P<login>authentication error)(?: - User (?P<user>{_QUOTED}))?"
    rf"|(?P<kind>Publish|Subscription) Violation - Subject (?P<subject>{_QUOTED}).*)"
)
_KINDS = {"Publish": Refused.PUBLISH, "Subscription": Refused.SUBSCRIBE}


class Line(NamedTuple):
    """One line about something that was refused."""

    what: Refused
    connection: int
    """The broker's number of it."""
    user: str
    """The name given at a log-in; "" otherwise."""
    topic: str
    address: str


class BrokerLog:
    """Follows a log through its rotations, from the end that it has when this is made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rest = b""
        self._file: IO[bytes] | None = path.open("rb") if path.exists() else None
        if self._file:
            self._file.seek(0, 2)

    def take(self) -> list[Line]:
        """What was refused since the last call."""
        data = self._rest + self._read()
        *whole, self._rest = data.split(b"\n")
        found = (line_of(line.decode("utf-8", "replace")) for line in whole)
        return [line for line in found if line is not None]

    def _read(self) -> bytes:
        data = self._file.read(MOST_BYTES) if self._file else b""
        if len(data) < MOST_BYTES and self._is_another():
            if self._file:
                self._file.close()
            self._file = self._path.open("rb")
            data += self._file.read(MOST_BYTES)
        return data

    def _is_another(self) -> bool:
        """Whether the log was begun anew under its name."""
        if not self._path.exists():
            return False
        return self._file is None or not self._path.samefile(f"/proc/self/fd/{self._file.fileno()}")


def line_of(text: str) -> Line | None:
    """A line of the log, if it tells of something refused."""
    found = _LINE.fullmatch(text)
    if found is None:
        return None
    connection, address = int(found["connection"]), found["address"]
    if found["login"]:
        return Line(Refused.LOG_IN, connection, _unquoted(found["user"]), "", address)
    return Line(_KINDS[found["kind"]], connection, "", topic_of(_unquoted(found["subject"])), address)


def refused(lines: list[Line], user_of: Callable[[int], str], now_us: int) -> list[Refusal]:
    """The refusals in some lines; `user_of` says who is behind a connection."""
    asked: dict[int, str] = {}
    counted: Counter[tuple[Refused, str, str, str]] = Counter()
    for line in lines:
        user = line.user
        if line.what in _KINDS.values():
            if line.connection not in asked:
                asked[line.connection] = user_of(line.connection) if len(asked) < MOST_ASKED else ""
            user = asked[line.connection]
        counted[line.what, _shown(user, 64), _shown(line.topic, 200), line.address] += 1
    return [Refusal(*key, now_us, now_us, n) for key, n in counted.items()]


def _unquoted(text: str | None) -> str:
    """Go quotes as Python does, but for what is no text at all."""
    try:
        return str(ast.literal_eval(text)) if text else ""
    except (SyntaxError, ValueError):
        return ""


def _shown(text: str, most: int) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:most])
