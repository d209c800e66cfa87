"""What planning an upload shares: what is known so far, what comes of a row, and names and times made certain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from registry.lists.clocks import Clocks
from registry.lists.directory import NAMED_BY, Directory, Known, Names
from registry.lists.keys import made_key
from registry.lists.nouns import Fault, LocalTime, Row, Where

T = TypeVar("T")
BATCH = 500
"""Rows that are looked up together."""


class Change(NamedTuple):
    """One object as it is (None: it is new) and as the list wants it."""

    where: Where
    kind: str
    old: Known | None
    new: Any


class Same(NamedTuple):
    """A row that says what is so already."""

    where: Where
    kind: str


Outcome = Change | Same | Fault


@dataclass(slots=True)
class _Seen:
    """What this upload has said of one object."""

    where: Where
    old: Known | None
    new: Any


@dataclass(slots=True)
class Upload:
    """What is known while one upload is planned, across its sheets."""

    directory: Directory
    names: Names
    clocks: Clocks
    seen: dict[tuple[str, str], _Seen] = field(default_factory=dict)
    naturals: dict[tuple[str, tuple[Any, ...]], str] = field(default_factory=dict)
    numbers: dict[tuple[str, str, str], str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    standing: list[tuple[Row, str, str]] = field(default_factory=list)
    """(row, kind, key) of rows that also say where the object is now."""


def excuse(upload: Upload, row: Row) -> None:
    """What a faulty row is called is known all the same: rows that refer to it are not faulty for that."""
    words = [value for name in NAMED_BY if isinstance(value := row.values.get(name), str)]
    if words:
        upload.names.excuse(row.sheet.kind, words, made_key(row.sheet.kind, words[:1]))


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def resolved(upload: Upload, rows: Sequence[Row]) -> Iterator[tuple[Row, list[Fault]]]:
    """Rows with keys in place of names, and µs in place of local times."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for column in row.sheet.columns:
            if column.refers:
                wanted[column.refers].update(_words(row.values.get(column.target)))
    for kind, words in wanted.items():
        upload.names.prepare(kind, words)
    for row in rows:
        values, faults = _with_keys(upload, row)
        faults += _on_clocks(upload, row, values)
        yield replace(row, values=values), faults


def brought(upload: Upload) -> Iterator[Change]:
    """What came along because rows named it, once."""
    for where, kind, value in upload.names.brought:
        yield Change(where, kind, None, value)
    upload.names.brought.clear()


def _with_keys(upload: Upload, row: Row) -> tuple[dict[str, Any], list[Fault]]:
    values, faults = dict(row.values), []
    for column in row.sheet.columns:
        said = values.get(column.target)
        named = _words(said) if column.refers else ()
        if not named:
            continue
        found = [upload.names.of([column.refers], word, row.where(column.target)) for word in named]
        wrong = [fault for fault in found if isinstance(fault, Fault)]
        keys = tuple(key[1] for key in found if not isinstance(key, Fault))
        faults += wrong
        if wrong:
            del values[column.target]
        else:
            values[column.target] = keys if isinstance(said, tuple) else keys[0]
    return values, faults


def _words(said: object) -> tuple[str, ...]:
    """What a cell names: one thing, or several."""
    if isinstance(said, tuple):
        return tuple(word for word in said if isinstance(word, str))
    return (said,) if isinstance(said, str) else ()


def _on_clocks(upload: Upload, row: Row, values: dict[str, Any]) -> list[Fault]:
    faults = []
    for column in row.sheet.columns:
        time = values.get(column.target)
        if not isinstance(time, LocalTime) or column.clock == "place":
            continue
        site = values.get(column.clock) if column.clock else None
        found = upload.clocks.read(time, upload.clocks.at_site(site if isinstance(site, str) else None))
        if found is None:
            faults.append(Fault(row.where(column.target), "fault.whose_clock"))
        else:
            values[column.target] = found
    return faults


def enter(upload: Upload, row: Row, kind: str, old: Known | None, new: Any) -> None:
    """What an object will be is known to the rows after it."""
    upload.seen[kind, new.key] = _Seen(row.where(), old, new)
    upload.names.enter(kind, new)
    upload.clocks.enter(kind, new)
    if new.external_number is not None:
        upload.numbers[kind, new.external_system, new.external_number] = new.key
    if row.sheet.kind == kind and not row.sheet.part:
        upload.naturals.setdefault(
            (kind, tuple(getattr(new, name) or None for name in row.sheet.identity)), new.key
        )
    upload.codes |= dict.fromkeys(getattr(new, "codes", ()), f"{kind}:{new.key}")
