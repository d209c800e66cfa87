"""The nouns of quality: a table of figures, as the documentation shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under headings. Each row has as many cells as there are columns."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float | int | None]]
    notes: str = ""
    """What a reader must know to judge the figures: what counts as an event, what was left out."""
    bars: Sequence[tuple[str, bool]] = ()
    """What was promised, and whether it was held."""
