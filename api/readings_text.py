"""Readings as they go over the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from math import isnan

import numpy as np

from api.times import texts_of
from api.views import ReadingView
from ingest.nouns import Columns, Flag
from registry.calibrations import Chains, deviations
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


def corrected_views(rows: Columns, views: list[ReadingView], chains: Chains) -> list[ReadingView]:
    """The same readings with their deviations; `chains` by full name of the device, in place of its key."""
    found = np.full(len(rows), np.nan)
    for series in np.unique(rows.series).tolist():
        (at,) = np.nonzero(rows.series == series)
        view = views[int(at[0])]
        chain = chains.get(view.device, {}).get(view.quantity, ())
        found[at] = deviations(chain, rows.time_us[at])
    return [_corrected(view, deviation) for view, deviation in zip(views, found.tolist(), strict=True)]


def _corrected(view: ReadingView, deviation: float) -> ReadingView:
    known = not isnan(deviation)
    return ReadingView(
        view.series, view.device, view.quantity, view.unit, view.time, view.value, view.flags,
        deviation if known else None, round(view.value - deviation, 9) if known else None,
    )  # fmt: skip
