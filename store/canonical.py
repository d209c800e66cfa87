"""A document as bytes that are the same wherever it was saved and read again, and their hash."""

from __future__ import annotations

import hashlib

from detect.nouns import Json
from store.documents import write_json

_WHOLE = float(2**53)
"""Beyond this a number with a fraction of zero may be another one."""


def digest_of(report: dict[str, Json]) -> str:
    """SHA-256 (hexadecimal) over a report without `verification.sha256`.

    The form: UTF-8, keys sorted, no spaces; numbers without a fraction are written without one, so that a program that
    knows one kind of numbers only saves the same document. ValueError for a number that is none.
    """
    sealed = report.get("verification")
    kept = (
        {name: value for name, value in sealed.items() if name != "sha256"}
        if isinstance(sealed, dict)
        else {}
    )
    return hashlib.sha256(write_json(_plain({**report, "verification": kept})).encode()).hexdigest()


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
