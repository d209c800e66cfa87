"""Standing: what one detector says at rows, gathered into findings while it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from detect.nouns import Json, Kind, Severity
from detect.scoring.nouns import Followed, Found
from detect.streams.nouns import NOTHING, Verdict

ADVICE = frozenset({Kind.ANOMALY, Kind.SUDDEN_CHANGE, Kind.SPIKE})
"""What a person may want to see, but what asks for no work (a single spike does not); everything else here is work on a sensor."""


class Open(NamedTuple):
    """What stands on a series, and the last row at which it did."""

    kind: int
    start_us: int
    raised_us: int
    last_us: int
    evidence: dict[str, Json]


class Standing:
    """Gathers the verdicts of one detector; a finding lasts while its kind stands row after row."""

    def __init__(self, name: str, kinds: tuple[Kind, ...]) -> None:
        self.name, self.kinds = name, kinds
        self._open: dict[int, Open] = {}
        self._ended: list[Found] = []

    def note(
        self, rows: Followed, verdict: Verdict, evidence: Mapping[int, dict[str, Json]] | None = None
    ) -> None:
        """Take up what it said at further rows. `evidence`: what stands behind it, by row, where something new stands."""
        order = np.argsort(rows.series, kind="stable")
        series, kind = rows.series[order], verdict.kind[order]
        first = np.flatnonzero((np.diff(series, prepend=-1) != 0) | (np.diff(kind, prepend=-2) != 0))
        last = np.append(first[1:], len(order)) - 1
        concerned = np.isin(series[first], [*self._open, *np.unique(series[kind != NOTHING]).tolist()])
        for a, b in zip(first[concerned].tolist(), last[concerned].tolist(), strict=True):
            row, final = int(order[a]), int(order[b])
            self._run(
                int(series[a]), int(kind[a]), int(rows.time_us[final]),
                Open(int(kind[a]), int(verdict.since_us[row]), int(rows.time_us[row]), int(rows.time_us[final]),
                     {"value": float(rows.value[row]), **((evidence or {}).get(row) or {})}),
            )  # fmt: skip

    def _run(self, series: int, kind: int, last_us: int, begun: Open) -> None:
        """One stretch of rows of a series with the same kind."""
        before = self._open.get(series)
        if before is not None and before.kind == kind:
            self._open[series] = before._replace(last_us=last_us)
            return
        if before is not None:
            self._ended.append(self._told(series, self._open.pop(series), ended=True))
        if kind != NOTHING:
            self._open[series] = begun

    def found(self) -> list[Found]:
        """What has ended, and what still stands."""
        return [*self._ended, *(self._told(series, one, ended=False) for series, one in self._open.items())]

    def _told(self, series: int, one: Open, *, ended: bool) -> Found:
        kind, end_us = self.kinds[one.kind], one.last_us if ended else None
        severity = Severity.ADVICE if kind in ADVICE else Severity.WARNING
        return Found(series, self.name, kind, one.start_us, end_us, one.raised_us, severity, one.evidence)
