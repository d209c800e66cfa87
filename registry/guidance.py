"""What to do: guidance cards by goods, climate, control, season and trouble. Their words are in `texts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from registry import fields
from registry.climate import Climate
from registry.nouns import ClimateControl, ClimateZone
from registry.rows import Rows
from registry.seasons import Season
from registry.shipped import shipped
from registry.tables import Field

_ROW: Mapping[str, Field] = {
    "key": Field(fields.key, required=True),
    "steps": Field(fields.count, required=True),
    "goods": Field(fields.keys),
    "climate": Field(fields.several(fields.choice(ClimateZone)), attribute="zones"),
    "damp": Field(fields.flag),
    "control": Field(fields.several(fields.choice(ClimateControl)), attribute="controls"),
    "season": Field(fields.several(fields.choice(Season)), attribute="seasons"),
    "trouble": Field(fields.keys, attribute="troubles"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """For what guidance is sought; None = not known, which rules nothing out."""

    goods: str | None = None
    """Key of a default profile."""
    climate: Climate | None = None
    control: ClimateControl | None = None
    seasons: tuple[Season, ...] = ()
    trouble: str | None = None
    """A band of the goods' profile, "unwatched", or a kind of trouble with a sensor; None = nothing has happened yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Some steps for a case."""

    key: str = ""
    steps: int = 0
    goods: tuple[str, ...] = ()
    zones: tuple[ClimateZone, ...] = ()
    damp: bool | None = None
    controls: tuple[ClimateControl, ...] = ()
    seasons: tuple[Season, ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Message code of the heading."""
        return f"guidance.{self.key}.title"

    @property
    def step_codes(self) -> tuple[str, ...]:
        """Message codes of the steps, in order."""
        return tuple(f"guidance.{self.key}.{number}" for number in range(1, self.steps + 1))

    def fits(self, case: Case) -> bool:
        """Whether to say it: the remedy when there is trouble, else what the season calls for."""
        if case.goods is not None and self.goods and case.goods not in self.goods:
            return False
        if case.trouble is not None:
            return case.trouble in self.troubles  # a remedy is not held back by date or climate: goods travel
        in_season = bool(set(self.seasons) & set(case.seasons)) or not (self.seasons or self.troubles)
        return in_season and self._of_place(case)

    def _of_place(self, case: Case) -> bool:
        """Whether nothing known about the place speaks against it."""
        climate, control = case.climate, case.control
        return (
            (climate is None or not self.zones or climate.zone in self.zones)
            and (climate is None or self.damp in (None, climate.damp))
            and (control is None or not self.controls or control in self.controls)
        )


def cards_for(case: Case) -> tuple[Card, ...]:
    """The cards that fit, the most particular trouble first (as they stand in the file)."""
    return tuple(card for card in cards() if card.fits(case))


@cache
def cards() -> tuple[Card, ...]:
    """All cards of `registry/guidance.toml`, in order."""
    return shipped("guidance.toml", _read)


def _read(rows: Rows, data: Mapping[str, Any]) -> Iterator[Card]:
    for path, row in rows.of(data, "card"):
        yield Card(**rows.read(path, row, _ROW))
