"""Conflicts: other values that came for a (series, time) that has one. They are kept beside it, never instead."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.nouns import IMPORT_SOURCE, Columns, Flag
from store.files import Connection
from store.nouns import Conflict
from store.readings.columns import bits, locate
from store.readings.judging import Judged, Outcome

MOST_PER_READING = 64
"""Different values kept beside one reading. One more is counted as conflicting each time it comes."""


class Receipt(NamedTuple):
    """Who delivered a reading, and when."""

    received_us: int
    gateway: str


def settle(con: Connection, judged: Judged, receipts: list[Receipt], lane: NDArray[np.int64]) -> Columns:
    """Store new conflicts, turn known ones into duplicates (in `judged.outcome`); returns what became disputed.

    What only an imported value disputed is told once more when a live one does.

    `lane` has for each judged reading the place of its receipt in `receipts`.
    """
    known: dict[tuple[int, int], dict[int, str]] = {}
    rows, values = [], bits(judged.rows.value)
    disputed: list[int] = []
    at = np.flatnonzero(judged.outcome == Outcome.CONFLICTING)
    for i in at[np.argsort(judged.arrival[at])].tolist():
        key = (int(judged.rows.series[i]), int(judged.rows.time_us[i]))
        if key not in known:
            found = con.execute("SELECT bits, gateway FROM conflict WHERE series=? AND time_us=?", key)
            known[key] = dict(found.fetchall())
        seen, value, receipt = known[key], int(values[i]), receipts[int(lane[i])]
        if value in seen:
            judged.outcome[i] = Outcome.DUPLICATE
        elif len(seen) < MOST_PER_READING:
            if not _told(seen, receipt):
                disputed.append(i)
            seen[value] = receipt.gateway
            rows.append((*key, value, *receipt))
    con.executemany("INSERT INTO conflict VALUES(?, ?, ?, ?, ?)", rows)
    first = judged.first.take(np.array(sorted(disputed), np.intp))
    return Columns(first.series, first.time_us, first.value, first.flags | np.uint8(Flag.DISPUTED))


def _told(seen: dict[int, str], receipt: Receipt) -> bool:
    """Whether the feed has said that a reading is disputed; a file's values are apart from those that came live."""
    live = any(gateway != IMPORT_SOURCE for gateway in seen.values())
    return live or (bool(seen) and receipt.gateway == IMPORT_SOURCE)


def read(con: Connection, series: NDArray[np.int32], start_us: int, end_us: int) -> list[Conflict]:
    """The conflicts of some series with times in [start_us, end_us), by series and time."""
    found = []
    for number in _with_conflicts(con, series):
        found += con.execute(
            "SELECT series, time_us, bits, received_us, gateway FROM conflict WHERE series=? AND time_us>=? AND time_us<?"
            " ORDER BY time_us, received_us",
            (number, start_us, end_us),
        ).fetchall()
    value = np.array([row[2] for row in found], np.int64).view(np.float64).tolist()
    return [Conflict(row[0], row[1], v, row[3], row[4]) for row, v in zip(found, value, strict=True)]


def disputed_keys(con: Connection, series: NDArray[np.int32], start_us: int, end_us: int) -> Columns:
    """Series and times of disputed readings, sorted so (values and flags say nothing)."""
    rows = []
    for number in _with_conflicts(con, series):
        rows += con.execute(
            "SELECT DISTINCT series, time_us FROM conflict WHERE series=? AND time_us>=? AND time_us<? ORDER BY time_us",
            (number, start_us, end_us),
        ).fetchall()
    keys = np.array(rows, np.int64).reshape(-1, 2)
    return Columns(
        keys[:, 0].astype(np.int32), keys[:, 1], np.zeros(len(keys)), np.zeros(len(keys), np.uint8)
    )


def disputed_among(con: Connection, rows: Columns) -> Columns:
    """Like `disputed_keys`, of these readings only (by series, one each)."""
    have = np.array(_with_conflicts(con, rows.series), np.int32)
    ask = rows.take(np.isin(rows.series, have))
    pairs = zip(ask.series.tolist(), ask.time_us.tolist(), strict=True)
    statement = "SELECT EXISTS(SELECT 1 FROM conflict WHERE series=? AND time_us=?)"
    return ask.take(np.array([bool(con.execute(statement, pair).fetchone()[0]) for pair in pairs], bool))


def mark(rows: Columns, disputed: Columns) -> Columns:
    """The sorted readings, with the flag DISPUTED where it belongs."""
    if not len(disputed) or not len(rows):
        return rows
    found, at = locate(rows, disputed.series, disputed.time_us)
    flags = rows.flags.copy()
    flags[at[found]] |= np.uint8(Flag.DISPUTED)
    return Columns(rows.series, rows.time_us, rows.value, flags)


def _with_conflicts(con: Connection, series: NDArray[np.int32]) -> list[int]:
    """Those of the series (ascending) that have conflicts, found by leaping from one to the next."""
    asked = np.unique(series)
    found: list[int] = []
    i = 0
    while i < len(asked):
        row = con.execute(
            "SELECT series FROM conflict WHERE series>=? ORDER BY series LIMIT 1", (int(asked[i]),)
        ).fetchone()
        if row is None:
            break
        i = int(np.searchsorted(asked, row[0]))
        if i < len(asked) and asked[i] == row[0]:
            found.append(row[0])
            i += 1
    return found
