"""Replay a CSV or a log through MQTT: every line is accounted for, every value is counted."""

from __future__ import annotations

import gzip
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TextIO

import msgspec

from simulators.link import Link, parse_broker
from simulators.mapping import LogMapping, Reader, Record, UnreadableError, load

GATEWAY = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a broker or the receiver would refuse is said before anything is sent."""
ARRAY = 50
"""Readings in one message when time does not matter."""
Order = Literal["file", "reversed", "shuffled"]
_encode = msgspec.json.Encoder().encode


class ReplayReport(msgspec.Struct, frozen=True):
    """What became of a file."""

    file: str
    lines: int
    """All lines: the sum of `kinds` and `unreadable`."""
    kinds: dict[str, int]
    """`message` (a reading), `comment`, `header`, `blank`, and the mapping's own kinds."""
    unreadable: dict[str, int]
    """Lines that are no reading, by reason."""
    messages: int
    """MQTT messages acknowledged by the broker; likewise the values."""
    values: int
    text_values: int
    """Of these, values that are no numbers: sent as they stand, for the receiver to refuse by name."""
    resent_values: int
    """Values that may have reached the broker twice because the link broke before their acknowledgement."""
    seconds: float


class Progress(msgspec.Struct, frozen=True):
    """How far a replay is: readings sent, of how many."""

    sent: int
    total: int


class Log(msgspec.Struct, frozen=True):
    """A file, read: its readings in the order of its lines, and the account of all lines."""

    records: list[Record]
    kinds: dict[str, int]
    unreadable: dict[str, int]
    lines: int


def read_log(file: Path, mapping: LogMapping) -> Log:
    """Read a file (plain or .gz) by a mapping. Bytes that are no text of its encoding make a line unreadable."""
    reader, records = Reader(mapping), []
    kinds: Counter[str] = Counter()
    unreadable: Counter[str] = Counter()
    lines = 0
    with _open(file, mapping.lines.encoding) as text:
        for line in text:
            lines += 1
            try:
                found = reader.read(line)
            except UnreadableError as reason:
                unreadable[str(reason)] += 1
                continue
            kinds[found if isinstance(found, str) else "message"] += 1
            if isinstance(found, Record):
                records.append(found)
    return Log(records, dict(kinds), dict(unreadable), lines)


def replay(
    file: str | Path,
    gateway: str,
    mapping: LogMapping | str | Path,
    broker_url: str,
    *,
    speed: float | None = None,
    order: Order = "file",
    seed: int = 0,
    array: int = ARRAY,
    on_progress: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> ReplayReport:
    """Send the readings of `file` as `gateway`, in the given order, and wait until all are acknowledged.

    Without `speed` as fast as the broker takes them, `array` readings a message; with it at that many times real time,
    in the order of the file: a reading older than one sent before, or without a time, goes at once. The gateway says nothing of itself
    (no status, no last will): it is the log that speaks. Raises FileNotFoundError, MappingError, ValueError,
    LinkDownError.
    """
    if not GATEWAY.fullmatch(gateway):
        raise ValueError(f"{gateway!r} is no name of a gateway: letters, digits, _ and -, at most 64")
    started = clock()
    path = Path(file)
    log = read_log(path, mapping if isinstance(mapping, LogMapping) else load(mapping))
    link = Link(parse_broker(broker_url), gateway, announce=False)
    records = _ordered(log.records, order, seed)
    sent = 0
    for batch in _paced(records, speed, array, clock, sleep) if speed else _cut(records, array):
        link.publish(payload_of(batch), sum(len(record.values) for record in batch))
        sent += len(batch)
        if on_progress is not None:
            on_progress(Progress(sent, len(records)))
    link.close(farewell=False)
    return ReplayReport(
        file=path.name,
        lines=log.lines,
        kinds=log.kinds,
        unreadable=log.unreadable,
        messages=link.tally.messages,
        values=link.tally.values,
        text_values=sum(isinstance(value, str) for record in records for value in record.values.values()),
        resent_values=link.tally.resent_values,
        seconds=clock() - started,
    )


def _open(file: Path, encoding: str) -> TextIO:
    """Undecodable bytes become U+FFFD, which no time, device or number contains."""
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding=encoding, errors="replace", newline="\n")
    return file.open(encoding=encoding, errors="replace", newline="\n")


def _ordered(records: list[Record], order: Order, seed: int) -> list[Record]:
    if order == "shuffled":
        return random.Random(seed).sample(records, len(records))
    return records[::-1] if order == "reversed" else records


def _cut(records: Sequence[Record], array: int) -> Iterator[Sequence[Record]]:
    for first in range(0, len(records), array):
        yield records[first : first + array]


def _paced(
    records: Sequence[Record],
    speed: float,
    array: int,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Sequence[Record]]:
    """Batches of what is due, each as its time comes."""
    due_s = _due(records, speed)
    start, position = clock(), 0
    while position < len(records):
        wait_s = due_s[position] - (clock() - start)
        if wait_s > 0:
            sleep(wait_s)
        elapsed_s, end = clock() - start, position + 1
        while end < min(len(records), position + array) and due_s[end] <= elapsed_s:
            end += 1
        yield records[position:end]
        position = end


def _due(records: Sequence[Record], speed: float) -> list[float]:
    """For each reading, how long after the start it is due; the first one that has a time is due at once."""
    first_s = next((record.time_s for record in records if record.time_s is not None), 0.0)
    return [0.0 if record.time_s is None else (record.time_s - first_s) / speed for record in records]


def payload_of(records: Sequence[Record]) -> bytes:
    """Readings as one native message."""
    native = [_native(record) for record in records]
    return _encode(native if len(native) > 1 else native[0])


def _native(record: Record) -> dict[str, Any]:
    """One reading as native JSON. Whole seconds stay whole; other times are µs: their size says which."""
    message: dict[str, Any] = {"device": record.device} if record.device else {}
    if record.time_s is not None:
        whole = record.time_s.is_integer()
        message["time"] = int(record.time_s) if whole else round(record.time_s * 1e6)
    if record.units:
        message["unit"] = record.units
    return message | record.values
