"""How a default profile is fitted to climate and heating or cooling: the rows of `adaptations.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from detect.nouns import Limit
from registry import fields
from registry.climate import Climate
from registry.nouns import ClimateControl, ClimateZone
from registry.rows import Rows
from registry.shipped import shipped
from registry.tables import BAND, Field
from registry.toml_lines import Path

_ROW: Mapping[str, Field] = {
    "goods": Field(fields.keys, required=True),
    "climate": Field(fields.several(fields.choice(ClimateZone)), attribute="zones"),
    "coastal": Field(fields.flag),
    "damp": Field(fields.flag),
    "control": Field(fields.several(fields.choice(ClimateControl)), attribute="controls"),
    "interval": Field(fields.duration, attribute="interval_us"),
    "caution": Field(fields.text),
}
_BAND = {name: field._replace(required=name == "band") for name, field in BAND.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """What is changed when all conditions hold; an empty or missing condition holds always."""

    goods: tuple[str, ...]
    """Keys of default profiles."""
    zones: tuple[ClimateZone, ...] = ()
    coastal: bool | None = None
    damp: bool | None = None
    controls: tuple[ClimateControl, ...] = ()
    interval_us: int | None = None
    caution: str = ""
    """Message code of what no limit can put right."""
    bands: Mapping[str, Mapping[str, Any]]
    """Band → attributes of its `Limit` that change; all of them, if it is a new one."""

    def applies(self, goods: str, climate: Climate, control: ClimateControl) -> bool:
        """Whether these goods in this place are meant."""
        return (
            goods in self.goods
            and (not self.zones or climate.zone in self.zones)
            and self.coastal in (None, climate.coastal)
            and self.damp in (None, climate.damp)
            and (not self.controls or control in self.controls)
        )

    def fitted(self, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
        """The limits as they are in such a place; a band that is not there yet is added."""
        there = {limit.band for limit in limits}
        added = (Limit(band=band, **values) for band, values in self.bands.items() if band not in there)
        return (*(replace(limit, **self.bands.get(limit.band, {})) for limit in limits), *added)


@cache
def adaptations() -> tuple[Adaptation, ...]:
    """All rows of `registry/adaptations.toml`, in order."""
    return shipped("adaptations.toml", _read)


def _read(rows: Rows, data: Mapping[str, Any]) -> Iterator[Adaptation]:
    for path, row in rows.of(data, "adaptation"):
        values = rows.read(path, row, _ROW, ["band"])
        yield Adaptation(**{"goods": (), **values}, bands=MappingProxyType(dict(_bands(rows, path, row))))


def _bands(rows: Rows, path: Path, row: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, band in rows.of(row, "band", path):
        values = rows.read(place, band, _BAND)
        yield str(values.pop("band", "")), values
