"""Logger files as they go over the wire: the file as a whole, and its cells one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from heapq import merge

import numpy as np

from api.logger_fates import Fate, Fates, counts, values_to_send
from api.readings_text import FLAG_NAMES
from api.times import text_of
from api.views_loggers import (
    LoggerColumnView,
    LoggerCountsView,
    LoggerFileLine,
    LoggerFileView,
    LoggerSeriesView,
    LoggerValueView,
    RefusedCountView,
)
from ingest.logger.nouns import FileState, LoggerFile, Refused
from ingest.quantities import code_of, flags_of
from store.repositories.logger_files import StoredFile
from texts import Language, render

REFUSED = "refused"


def file_line(stored: StoredFile) -> LoggerFileLine:
    """A file in a list."""
    return LoggerFileLine(
        stored.id, stored.name, stored.size, stored.sha256, text_of(stored.uploaded_us), stored.uploaded_by,
        str(stored.state),
    )  # fmt: skip


def file_view(
    stored: StoredFile, file: LoggerFile, fates: Fates, unit_of: Callable[[str], str], lang: Language
) -> LoggerFileView:
    """A file with what becomes of it."""
    line = file_line(stored)
    return LoggerFileView(
        **{name: getattr(line, name) for name in line.__struct_fields__},
        table=file.grid,
        encoding=file.encoding,
        header_row=file.header.row,
        rows=file.rows,
        columns=[
            LoggerColumnView(c.letter, c.title, str(c.role), c.quantity, c.unit) for c in file.header.columns
        ],
        time_zone=file.zone,
        day_first=file.day_first,
        decimal=file.decimal,
        notes=[render(code, {}, lang) for code in _notes(stored, file)],
        series=list(_series(file, unit_of)),
        counts=_counts(stored, file, fates),
        refused=_refused(file, lang),
        sent=stored.sent,
        to_send=values_to_send(file),
    )


def value_views(
    file: LoggerFile, fates: Fates, wanted: str | None, after_row: int, limit: int, lang: Language
) -> tuple[list[LoggerValueView], int | None]:
    """The cells of whole rows behind `after_row`, at least `limit` of them while there are, and the last row if more follow."""
    every = merge(_kept(file, fates, wanted, after_row), _not(file, wanted, after_row, lang), key=_row)
    out: list[LoggerValueView] = []
    for one in every:
        if len(out) >= limit and one.row != out[-1].row:
            return out, out[-1].row
        out.append(one)
    return out, None


def _row(view: LoggerValueView) -> int:
    return view.row


def _notes(stored: StoredFile, file: LoggerFile) -> Iterator[str]:
    if file.unit_assumed:
        yield "logger.note.unit_assumed"
    if any(one.target is None for one in file.refused):
        yield "logger.note.unknown_devices"
    if stored.state is FileState.CANCELLED and stored.sent:
        yield "logger.note.cancelled_midway"
    if stored.state is FileState.FAILED:
        yield "logger.note.failed"


def _series(file: LoggerFile, unit_of: Callable[[str], str]) -> Iterator[LoggerSeriesView]:
    for number, one in enumerate(file.series):
        times = file.time_us[file.of_series == number]
        yield LoggerSeriesView(
            one.target.full_name, one.quantity, unit_of(one.quantity), len(times),
            text_of(int(times.min())), text_of(int(times.max())),
        )  # fmt: skip


def _counts(stored: StoredFile, file: LoggerFile, fates: Fates) -> LoggerCountsView:
    became = stored.became or counts(fates)
    refused = sum(one.values for one in file.refused)
    return LoggerCountsView(
        len(file.value) + refused, became.get("kept", 0), became.get("duplicate", 0),
        became.get("conflicting", 0), became.get("waiting", 0), refused,
    )  # fmt: skip


def _refused(file: LoggerFile, lang: Language) -> list[RefusedCountView]:
    n: Counter[str] = Counter()
    for one in file.refused:
        n[one.reason.value] += one.values
    return [RefusedCountView(reason, n[reason], render(f"reject.{reason}", {}, lang)) for reason in sorted(n)]


def _kept(file: LoggerFile, fates: Fates, wanted: str | None, after_row: int) -> Iterator[LoggerValueView]:
    """The cells that can be read, in order of rows."""
    if wanted == REFUSED:
        return
    chosen = file.row > after_row
    if wanted is not None:
        chosen &= fates == Fate[wanted.upper()]
    for i in np.flatnonzero(chosen).tolist():
        series = file.series[int(file.of_series[i])]
        value = file.value[i : i + 1]
        flags = int(flags_of(np.array([code_of(series.quantity)], np.int16), value)[0])
        yield LoggerValueView(
            int(file.row[i]), f"{series.column.letter} {series.column.title}", Fate(int(fates[i])).name.lower(),
            series.target.full_name, series.quantity, text_of(int(file.time_us[i])), float(value[0]),
            FLAG_NAMES[flags], "", "",
        )  # fmt: skip


def _not(file: LoggerFile, wanted: str | None, after_row: int, lang: Language) -> Iterator[LoggerValueView]:
    """The cells that are refused, in order of rows."""
    if wanted not in {None, REFUSED}:
        return
    for one in file.refused:
        if one.row > after_row:
            yield _refusal(one, lang)


def _refusal(one: Refused, lang: Language) -> LoggerValueView:
    time = one.record.get("time")
    quantities = [name for name in one.record if name not in {"time", "unit"}]
    sentence = render(f"reject.{one.reason}", {}, lang)
    return LoggerValueView(
        one.row, one.column, REFUSED, one.target.full_name if one.target else None, " ".join(quantities),
        text_of(time) if isinstance(time, int) and one.reason != "clock" else None, None, [], one.reason.value,
        f"{sentence} ({one.says})",
    )  # fmt: skip
