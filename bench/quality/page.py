"""The tables as the documentation shows them, between two marks in docs/detection.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bench.quality.nouns import Table

BEGIN = "<!-- quality: begin (written by make bench) -->"
END = "<!-- quality: end -->"


def rendered(table: Table) -> str:
    """A table as Markdown, with what was promised below it.

    >>> print(rendered(Table("T", ("a", "b"), [["x", 0.5]], "Note.", [("held", True)])))
    ### T
    <BLANKLINE>
    | a | b |
    |---|---|
    | x | 0.5 |
    <BLANKLINE>
    Note.
    <BLANKLINE>
    * held: yes
    """
    lines = [
        f"### {table.title}",
        "",
        _line(table.columns),
        _line("---" for _ in table.columns).replace(" ", ""),
    ]
    lines += [_line(_cell(cell) for cell in row) for row in table.rows]
    lines += ["", table.notes] if table.notes else []
    lines += (
        ["", *(f"* {bar}: {'yes' if held else '**no**'}" for bar, held in table.bars)] if table.bars else []
    )
    return "\n".join(lines)


def write(page: Path, tables: Iterable[Table]) -> None:
    """Put the tables between the marks.

    Raises:
        ValueError: the page has no marks.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page}: the marks {BEGIN} and {END} are missing")
    inner = "\n\n".join(rendered(table) for table in tables)
    page.write_text(f"{before}{BEGIN}\n\n{inner}\n\n{END}{after}", encoding="utf-8")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: str | float | int | None) -> str:
    if cell is None or cell != cell:
        return "–"
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)
