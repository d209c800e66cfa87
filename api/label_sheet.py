"""Labels on paper: QR code, readable id, name and place; on A4 sheets of a grid or one to a page of 60 × 40 mm.

Chinese is set in STSong-Light, one of the PDF standard's Asian fonts: it is not embedded, the viewer or printer brings it
(every system with Chinese does; on Linux `fonts-noto-cjk` or poppler-data with any Chinese font).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import segno
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

_LATIN, _CHINESE = "Helvetica", "STSong-Light"
registerFont(UnicodeCIDFont(_CHINESE))

_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label."""

    code: str
    """In the QR code."""
    id: str
    """The same for people, below it."""
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """How labels lie on a page; all lengths in mm."""

    page: tuple[float, float]
    columns: int
    rows: int
    size: tuple[float, float]
    """Of a label."""
    left: float = 0.0
    top: float = 0.0
    """Margins of the page."""
    gap: tuple[float, float] = (0.0, 0.0)
    """Between columns and between rows."""
    padding: float = 2.0

    def fits(self) -> bool:
        """Whether all labels lie on the page."""
        width = self.left + self.columns * self.size[0] + (self.columns - 1) * self.gap[0]
        height = self.top + self.rows * self.size[1] + (self.rows - 1) * self.gap[1]
        return width <= self.page[0] + 0.01 and height <= self.page[1] + 0.01


A4 = Grid((210, 297), 3, 8, (70, 37), top=0.5)
"""24 labels of 70 × 37 mm to the sheet, without gaps."""
SINGLE = Grid((60, 40), 1, 1, (60, 40), padding=1.5)


def pdf_of(labels: Sequence[Label], grid: Grid, skip: int = 0) -> bytes:
    """The labels as a PDF document, row by row; `skip` places of the first sheet are used up already."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=tuple(side * mm for side in grid.page), invariant=True)
    canvas.setTitle("Keepwell")
    per_page = grid.columns * grid.rows
    for label, place in zip(labels, count(skip), strict=False):
        if place % per_page == 0 and place > skip:
            canvas.showPage()
        x, y = _corner(grid, place % per_page)
        _draw(canvas, label, grid, x, y)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _corner(grid: Grid, place: int) -> tuple[float, float]:
    """The lower left corner of a place on the page, in points from the page's."""
    row, column = divmod(place, grid.columns)
    x = grid.left + column * (grid.size[0] + grid.gap[0])
    y = grid.page[1] - grid.top - row * (grid.size[1] + grid.gap[1]) - grid.size[1]
    return x * mm, y * mm


def _draw(canvas: Canvas, label: Label, grid: Grid, x: float, y: float) -> None:
    """One label: the code at the left, beside it the words, below both the id."""
    pad, foot = grid.padding * mm, 5 * mm
    width, height = grid.size[0] * mm, grid.size[1] * mm
    side = height - 2 * pad - foot
    _draw_code(canvas, label.code, x + pad, y + height - pad - side, side)
    room = width - 2 * pad
    _line(canvas, label.id, x + pad, y + pad + 1 * mm, 9, room)
    left, top = x + pad + side + 1 * mm, y + height - pad
    for words, size in ((label.title, 10.0), *((line, 8.0) for line in label.lines)):
        for line in _wrapped(words, size, x + width - pad - left)[:3]:
            top -= size * 1.25
            if top < y + pad + foot:
                return
            _line(canvas, line, left, top, size, x + width - pad - left)


def _draw_code(canvas: Canvas, code: str, x: float, y: float, side: float) -> None:
    """A QR code in a square of `side` points, its quiet zone included."""
    matrix = segno.make(code, micro=False, error="m").matrix
    module = side / (len(matrix) + 2 * _QUIET)
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        for first, length in _runs(cells):
            left = x + (first + _QUIET) * module
            path.rect(left, y + side - (row + 1 + _QUIET) * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(cells: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first, length) of each stretch of dark modules: drawn as one, no light shines between them."""
    first = None
    for at, dark in enumerate([*cells, 0]):
        if dark and first is None:
            first = at
        elif not dark and first is not None:
            yield first, at - first
            first = None


def _line(canvas: Canvas, words: str, x: float, y: float, size: float, room: float) -> None:
    """One line, set smaller where it would not fit."""
    font = _font(words)
    if font is _CHINESE:  # its middle dot, as on number plates, is the katakana one
        words = words.replace("·", "・")
    needed = stringWidth(words, font, size)
    canvas.setFont(font, size if needed <= room else size * room / needed)
    canvas.drawString(x, y, words)


def _wrapped(words: str, size: float, room: float) -> list[str]:
    """The words in lines of at most `room` points, broken at spaces, or within a word that is longer (or Chinese)."""
    font, lines, line = _font(words), [], ""
    for char in words:
        if line and stringWidth(line + char, font, size) > room:
            head, space, tail = line.rpartition(" ")
            lines.append(head if space else line)
            line = tail if space else ""
        line += char
    return [text for text in (*lines, line.strip()) if text]


def _font(words: str) -> str:
    return _LATIN if all(ord(char) < 256 for char in words) else _CHINESE
