"""`keepwell score`: a file of readings judged row by row, with nothing but what came before each row."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from detect.scoring.nouns import Found, Said
from detect.scoring.scorer import ALERT, Scorer
from keepwell.score_rows import BadFile, Book, Chunk, chunks

HEADER = ("time", "series", "score", "alert", "kind")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def score(
    scorer: Scorer, given: Path, told: Path, found: Path | None = None,
    on_rows: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """Judge the rows of `given`; write a row for each to `told`, and the findings as JSON to `found`.

    Args:
        scorer: has followed nothing yet.
        on_rows: is told now and then how many rows are done.

    Returns:
        counts: rows, series, alerts (rows), findings, and rows whose time or value could not be read.

    Raises:
        BadFile: `given` is no table of readings, or is to be overwritten.
    """
    if told.resolve() == given.resolve():
        raise BadFile(f"{told} would overwrite what is read: name another --output")
    names = np.array(["", *scorer.kinds])
    book, rows, alerts = Book(), 0, 0
    with (
        _reading(given) as lines,
        told.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        for chunk in chunks(lines, book, given.name):
            scorer.enter(chunk.entrants)
            said = scorer.follow(chunk.given)
            writer.writerows(_rows(chunk, said, names))
            rows, alerts = rows + len(said.score), alerts + int((said.score >= ALERT).sum())
            on_rows(rows)
    findings = scorer.findings()
    if found is not None:
        described = [_described(one, book) for one in findings]
        found.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return {
        "rows": rows, "series": len(book.names), "alerts": alerts, "findings": len(findings),
        "unreadable": book.unreadable, "first_unreadable_line": book.first_unreadable,
    }  # fmt: skip


@contextmanager
def _reading(path: Path) -> Iterator[TextIO]:
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        yield lines


def _rows(chunk: Chunk, said: Said, names: np.ndarray[Any, Any]) -> Iterator[tuple[str, str, str, int, str]]:
    scores = [f"{one:.6f}" for one in said.score.tolist()]
    alerts = (said.score >= ALERT).astype(int).tolist()
    return zip(chunk.times, chunk.names, scores, alerts, names[said.kind + 1].tolist(), strict=True)


def _described(one: Found, book: Book) -> dict[str, Any]:
    name, quantity = book.names[one.series]
    return {
        "series": name, "quantity": quantity, "kind": one.kind, "detector": one.detector,
        "start": _stamp(one.start_us), "end": None if one.end_us is None else _stamp(one.end_us),
        "raised_at": _stamp(one.raised_us), "severity": one.severity, "evidence": one.evidence,
    }  # fmt: skip


def _stamp(time_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat().replace("+00:00", "Z")
