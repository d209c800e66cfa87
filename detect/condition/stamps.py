"""Stamps: what is wrong with time stamps that were refused, from the words of their dead letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from statistics import median

from detect.nouns import Json
from ingest.nouns import EARLIEST_US, US_PER_HOUR, US_PER_MINUTE, Reason
from store.nouns import StoredDeadLetter

_STAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)|\b\d{9,19}\b")
_DIGITS = ((10, 1_000_000), (13, 1_000), (16, 1))
"""An epoch number of at most so many digits → µs by one of it."""
NEAR_US = 5 * US_PER_MINUTE
"""So near a half hour, an offset is a time zone."""
FARTHEST_US = 14 * US_PER_HOUR
"""No time zone is farther from UTC."""


def fault_of(letters: Sequence[StoredDeadLetter]) -> dict[str, Json]:
    """`fault` (unset, time_zone, ahead) and, where the stamps say so, by how much they are ahead (`offset_us`)."""
    wrong = [one.letter for one in letters if one.letter.reason == Reason.CLOCK]
    stamps = [(_stamp_us(letter.detail), letter.received_us) for letter in wrong]
    known = [(stamp, received) for stamp, received in stamps if stamp is not None]
    if any("before 2001" in letter.detail for letter in wrong[:1]):
        return {"fault": "unset"}
    ahead = [stamp - received for stamp, received in known if stamp >= EARLIEST_US]
    if not ahead:
        return {"fault": "ahead"}
    offset_us = round(median(ahead))
    whole_us = round(2 * offset_us / US_PER_HOUR) * US_PER_HOUR // 2
    zone = 0 < abs(whole_us) <= FARTHEST_US and abs(offset_us - whole_us) <= NEAR_US
    return (
        {"fault": "time_zone", "offset_us": whole_us} if zone else {"fault": "ahead", "offset_us": offset_us}
    )


def _stamp_us(text: str) -> int | None:
    """The first time in some words."""
    found = _STAMP.search(text)
    if found is None:
        return None
    said = found[0]
    if not said.isdigit():
        try:
            return round(datetime.fromisoformat(said.upper()).timestamp() * 1_000_000)
        except ValueError:
            return None
    by = next((by for digits, by in _DIGITS if len(said) <= digits), 0)
    return int(said) * by or int(said) // 1_000
