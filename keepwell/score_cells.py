"""Cells: columns of text in a file as times and values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ingest.timestamps import to_us

NO_TIME_US = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = 19
"""Characters of a time to the second, such as 2013-07-04 00:00:00."""


def numbers(texts: Sequence[str]) -> NDArray[np.float64]:
    """Values (n,); NaN where there is none.

    >>> numbers(["4.5", "", "n/a", " 1e3 "])
    array([   4.5,    nan,    nan, 1000. ])
    """
    try:
        return np.array(list(map(float, texts)), np.float64)
    except ValueError:
        return np.array([_number(text) for text in texts], np.float64)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def times_us(texts: Sequence[str]) -> NDArray[np.int64]:
    """Event times (n,), µs UTC; NO_TIME_US where there is none.

    RFC 3339; without an offset it is UTC. Numbers are epoch s, ms, µs or ns by their size.

    >>> times_us(["2013-07-04 00:00:00", "1372896000", "2013-07-04T02:00:00+02:00", "noon"]).tolist()
    [1372896000000000, 1372896000000000, 1372896000000000, -1]
    """
    plain = _plain(texts)
    if plain is not None:
        return plain
    known: dict[str, int] = {}
    return np.array([known[t] if t in known else known.setdefault(t, time_us(t)) for t in texts], np.int64)


def time_us(text: str) -> int:
    """One event time, or NO_TIME_US."""
    for kind in (int, float):
        try:
            return _or_none(to_us(kind(text)))
        except ValueError:
            continue
    told = to_us(text.strip())
    if told is not None:
        return told
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return NO_TIME_US
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)


def _or_none(told: int | None) -> int:
    return NO_TIME_US if told is None else told


def _plain(texts: Sequence[str]) -> NDArray[np.int64] | None:
    """Times that are all written alike and in UTC, at once; None if they are not."""
    width = len(texts[0]) if texts else 0
    if width < _PLAIN or any(len(text) != width for text in texts):
        return None
    cells = np.array(texts)
    for suffix in ("+00:00", "Z"):
        if texts[0].endswith(suffix):
            if not np.char.endswith(cells, suffix).all():
                return None
            cells = cells.astype(f"U{width - len(suffix)}")
            break
    letters = cells.view("U1").reshape(len(cells), -1)
    if not ((letters[:, 4] == "-") & (letters[:, 13] == ":") & (letters[:, 16] == ":")).all():
        return None
    try:
        return cells.astype("datetime64[us]").astype(np.int64)
    except ValueError:
        return None
