"""A saved report held against the log it says it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from store import events
from store.canonical import digest_of
from store.events import Verdict
from store.repositories.reports import given

_MOST_BYTES = 64 << 20


def held_against(connection: Connection, path: Path, verdict: Verdict) -> dict[str, Any]:
    """What can be said of a report: given (as event so-and-so), altered, not_given, foreign, or later than this copy.

    A report that agrees with itself proves nothing: anybody can reckon a hash. What counts is that the log, whose chain was
    verified, knows it.

    Args:
        verdict: of the chain.

    Raises:
        OSError, ValueError: there is no such file; it is no report.
    """
    report = _read(path)
    sealed = report["verification"]
    head, digest = int(sealed["head"]), str(sealed["sha256"])
    told: dict[str, Any] = {"file": str(path), "head": head, "sha256": digest}
    if digest_of(report) != digest:
        return told | {"standing": "altered"}
    if head > verdict.head.sequence:
        return told | {"standing": "foreign" if verdict.broken else "later"}
    found = events.hash_at(connection, head)
    if found is None or found.hex() != sealed["head_hash"]:
        return told | {"standing": "foreign"}
    event = given(connection, digest, head)
    if event is None:
        return told | {"standing": "not_given"}
    return told | {
        "standing": "given", "given_as": event.sequence, "given_at_us": event.time_us, "given_to": event.principal,
    }  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{path} is too large for a report")
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        sealed = report["verification"]
        int(sealed["head"]), str(sealed["head_hash"]), str(sealed["sha256"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is no report as `…/report` answers it: {error}") from None
    return report
