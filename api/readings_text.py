"""Readings as they go over the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo

from api.times import texts_of
from api.views import ReadingView
from ingest.nouns import Columns, Flag
from store.nouns import SeriesInfo

FLAG_NAMES = [[flag.name.lower() for flag in Flag if flag & bits and flag.name] for bits in range(256)]
"""The names of all combinations of flags."""


def reading_views(
    rows: Columns, infos: Mapping[int, SeriesInfo], unit_of: Callable[[str], str], zone: tzinfo = UTC
) -> list[ReadingView]:
    """Each reading with its device, quantity and unit, its time in `zone`."""
    units = {info.quantity: unit_of(info.quantity) for info in infos.values()}
    columns = zip(
        rows.series.tolist(),
        texts_of(rows.time_us, zone),
        rows.value.tolist(),
        rows.flags.tolist(),
        strict=True,
    )
    return [
        ReadingView(
            s, infos[s].device, infos[s].quantity, units[infos[s].quantity], time, value, FLAG_NAMES[flags]
        )
        for s, time, value, flags in columns
    ]
