"""Answers as CSV (RFC 4180) that a spreadsheet opens as data and never as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from starlette.responses import Response

_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
"""Beginnings that spreadsheets take for a formula, with their full-width forms."""


def cell(value: object) -> object:
    """One value as it may stand in a cell: numbers as they are, text that would be a formula behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_DANGEROUS):
        return "'" + value
    return value


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Header and rows as CSV text with CRLF line ends."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def csv_answer(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], link: Mapping[str, str]
) -> Response:
    """The rows as a file to download, UTF-8 with the mark by which spreadsheets know it."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        **link,
    }
    return Response("\ufeff" + table(header, rows), 200, headers, "text/csv; charset=utf-8")
