"""The bytes of a file as grids of cells: a workbook's sheets, or a CSV under each separator it might have."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ingest.logger.nouns import MOST_COLUMNS, MOST_ROWS, Cell, Grid, Missing, Row, UnreadableFileError

_TWO_HIGH_BYTES = re.compile(rb"[\xa1-\xff]{2}")
_ZIP = b"PK\x03\x04"
_MOST_UNPACKED = 256 << 20
_SEPARATORS = {"semicolon": ";", "tab": "\t", "comma": ",", "bar": "|"}
_BLANKS = "\u00a0\u2007\u202f\u3000"
_AS_SPACE = str.maketrans(dict.fromkeys(_BLANKS, " "))


def grids_of(content: bytes) -> Iterator[Grid]:
    """The grids of a file, the likeliest first.

    Raises:
        UnreadableFileError: it is neither a workbook nor text, or too long.
    """
    if content.startswith(_ZIP):
        yield from _sheets(content)
        return
    text, encoding = _decoded(content)
    for name, separator in _SEPARATORS.items():
        if separator in text:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            yield Grid(name, encoding, _taken(tuple(row[:MOST_COLUMNS]) for row in rows))


def _taken(rows: Iterable[Row]) -> list[Row]:
    try:
        found = list(islice(rows, MOST_ROWS + 1))
    except csv.Error as error:
        raise UnreadableFileError(Missing.NOT_A_TABLE) from error
    if len(found) > MOST_ROWS:
        raise UnreadableFileError(Missing.TOO_MANY_ROWS, limit=MOST_ROWS)
    return found


def _sheets(content: bytes) -> Iterator[Grid]:
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
            raise UnreadableFileError(Missing.TOO_MANY_ROWS, limit=MOST_ROWS)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise UnreadableFileError(Missing.NOT_A_TABLE) from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # many loggers write a wrong one
            rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
            yield Grid(sheet.title, "xlsx", _taken(tuple(map(_cell, row)) for row in rows))
    finally:
        book.close()


def _cell(value: object) -> Cell:
    """A cell of a workbook; what is neither number, time nor text is shown as one."""
    if value is None or isinstance(value, str | float | int | datetime | date | time | timedelta):
        return value
    return str(value)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8, UTF-16 by its mark, GB 18030, or Windows' western one."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text.translate(_AS_SPACE), encoding.removesuffix("-sig")
    raise UnreadableFileError(Missing.NOT_A_TABLE)


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030", "cp1252") if _looks_chinese(content) else ("utf-8-sig", "cp1252")


def _looks_chinese(content: bytes) -> bool:
    """GB 2312 writes a character as two high bytes; a western text has its ° and é one by one.

    Without this "(°C)" of a western logger would become "(癈)".
    """
    return _TWO_HIGH_BYTES.search(content) is not None
