"""The event table verified: offline on a copied file, or beside a running service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from keepwell.settings import Settings
from keepwell.wiring import heads, photos, reports
from keepwell.wiring.parts import now_us
from store import events
from store.copies import looking_at
from store.events import Break, Event, Head, Verdict
from store.service import open_service


def build(
    settings: Settings,
    source: Path | None = None,
    anchors: Sequence[str] = (),
    anchor_file: Path | None = None,
    write_anchor: Path | None = None,
    report: Path | None = None,
) -> dict[str, Any]:
    """What verification found, as one object. Nothing in the database is changed.

    Args:
        settings: Of the installation, where no `source` is named.
        source: A service database, or a directory with one.
        anchors: Heads that were kept elsewhere, `SEQUENCE:HASH`.
        anchor_file: A file of them. Without one, the daily heads beside the database.
        write_anchor: Where the head of a whole chain is added.
        report: A saved report that is held against the log.

    Raises:
        FileNotFoundError: there is no service database, or no such file of heads.
        ValueError: it is no service database, an anchor is none, or the report is none.
    """
    path = _path_of(settings, source)
    known = [heads.parse(text) for text in anchors]
    beside = path.with_name(settings.audit_heads.name) if path else settings.audit_heads
    if anchor_file is not None or beside.exists():
        known += heads.read(anchor_file or beside)
    with looking_at(path) if path else _server(settings) as connection:
        verdict = events.verify(connection, known)
        told = _told(connection, verdict, known)
        told["photos"] = photos.looked_at(
            connection, (path or settings.service_file).with_name(settings.photos.name)
        )
        told["report"] = reports.held_against(connection, report, verdict) if report else None
    if write_anchor is not None and not verdict.broken and verdict.head.sequence:
        heads.append(write_anchor, verdict.head, now_us())
    return {"file": str(path or "PostgreSQL"), **told}


@contextmanager
def _server(settings: Settings) -> Iterator[Connection]:
    """The service database where PostgreSQL keeps it."""
    database = open_service(settings.service, now_us())
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()


def _path_of(settings: Settings, source: Path | None) -> Path | None:
    """The file to be verified; None where PostgreSQL has it and no copy is named."""
    if source is None and settings.service_url:
        return None
    path = settings.service_file if source is None else source
    if path.is_dir():
        path /= settings.service_file.name
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}: name the data directory with --data")
    return path


def _told(connection: Connection, verdict: Verdict, anchors: Sequence[Head]) -> dict[str, Any]:
    first, last = verdict.unsealed or (0, 0)
    at = verdict.broken_at
    gone = verdict.broken is Break.MISSING
    return {
        "head": verdict.head.sequence,
        "hash": verdict.head.hash.hex(),
        "anchors": len(anchors),
        "broken": verdict.broken.value if verdict.broken else None,
        "broken_at": at,
        "row": _row(events.at(connection, at)) if at is not None and not gone else None,
        "before": _row(events.at(connection, verdict.head.sequence)) if verdict.broken else None,
        "behind": _row(events.behind(connection, at)) if at is not None and gone else None,
        "unsealed": f"{first}–{last}" if verdict.unsealed else "–",
    }


def _row(event: Event | None) -> dict[str, Any] | None:
    """A row as far as it is told: which one, when, who, what."""
    if event is None:
        return None
    return {
        "sequence": event.sequence, "time_us": event.time_us, "principal": event.principal, "act": event.act,
        "subject": event.subject, "reason": event.reason,
    }  # fmt: skip
