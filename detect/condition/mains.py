"""Mains: where the power supply is off, by what gateways and devices say of it (`mains_power`, 1 or 0).

All that is without power on a site at once is one cause. A gateway without mains lives on its own battery, if it has one, and falls
silent when that is empty: the finding says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np

from detect.examining import Judged, Span
from detect.excursions import trusted
from detect.nouns import Finding, Json, Kind, Severity, Watch
from detect.reconcile import NEW
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_DAY, US_PER_MINUTE, Columns, SeriesKey

DETECTOR = "mains"
VERSION = "1"
QUANTITY = "mains_power"
EVERY_US = US_PER_MINUTE
LEAST_US = US_PER_MINUTE
"""A shorter interruption is a flicker that nobody can do anything about."""
BACK_US = US_PER_DAY
SILENT_US = 15 * US_PER_MINUTE
"""A gateway that has said nothing for so long since has fallen silent by it."""

Sites = Callable[[], Mapping[str, str]]
"""Gateway or device (full name) → the site it stands on."""


class Rows(Protocol):
    """As much of the kept readings as is asked here."""

    def range(
        self, series: Sequence[int], start_us: int, end_us: int, limit: int | None = None
    ) -> Columns: ...
    def latest(self, series: Sequence[int] | None = None) -> Columns: ...


class Outage(NamedTuple):
    """Readings that say 0 without one between that says 1."""

    from_us: int
    to_us: int | None
    samples: int


class MainsExaminer:
    """Interruptions of mains power, one finding for each series that tells of one."""

    detector = DETECTOR
    every_us = EVERY_US

    def __init__(self, readings: Rows, sites: Sites) -> None:
        self._readings, self._find_sites = readings, sites
        self._sites: Mapping[str, str] = {}
        self._zones: dict[str, str] = {}
        self._keys: dict[int, SeriesKey] = {}
        self._beside: dict[str, list[int]] = {}
        """Gateway → the series behind it."""
        self._off: dict[int, int] = {}
        """Series by which the power is off now, and since when."""

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """See Examiner."""
        self._sites = self._find_sites()
        self._zones = {watch.device: watch.zone for watch in watches}
        self._keys = {
            number: key
            for number, key in series.items()
            if key.quantity == QUANTITY and (key.device in self._zones or "/" not in key.device)
        }
        self._take_up()
        gateways = {_gateway(key.device) for key in self._keys.values()}
        self._beside = {gateway: [] for gateway in gateways}
        for number, key in series.items():
            if _gateway(key.device) in gateways:
                self._beside[_gateway(key.device)].append(number)

    def _take_up(self) -> None:
        """Where the newest word is that the power is off, whoever heard it."""
        if self._keys:
            newest = self._readings.latest(sorted(self._keys))
            off_now = newest.take(newest.value < 0.5)
            self._off = dict(zip(off_now.series.tolist(), off_now.time_us.tolist(), strict=True)) | self._off

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """See Examiner. Where the power is off it is looked at every time, for it may last long enough by now."""
        spans = {n: span for n, span in touched.items() if n in self._keys}
        if not touched:
            spans = {n: Span(us, as_of_us) for n, us in self._off.items() if n in self._keys}
        return [self._series(number, span, as_of_us) for number, span in sorted(spans.items())]

    def _series(self, number: int, span: Span, as_of_us: int) -> Judged:
        rows, start_us = self._rows(number, span.first_us)
        outages = off(rows)
        if outages and outages[-1].to_us is None:
            self._off[number] = outages[-1].from_us
        else:
            self._off.pop(number, None)
        long = [one for one in outages if (one.to_us or as_of_us) - one.from_us >= LEAST_US]
        key = self._keys[number]
        found = [self._finding(key, one, as_of_us) for one in long]
        return Judged(DETECTOR, _subject(key.device), start_us, FOREVER_US, found)

    def _rows(self, number: int, first_us: int) -> tuple[Columns, int]:
        """The trusted readings from before a moment on, beginning with one that says that the power was on."""
        back_us = BACK_US
        while True:
            start_us = max(first_us - back_us, 0)
            rows = trusted(self._readings.range([number], start_us, FOREVER_US))
            before = rows.time_us < first_us
            on = np.flatnonzero(before & (rows.value >= 0.5))
            if len(on):
                return rows.take(slice(int(on[-1]), None)), int(rows.time_us[on[-1]])
            if not start_us:
                return rows, 0
            back_us *= 16

    def _finding(self, key: SeriesKey, one: Outage, as_of_us: int) -> Finding:
        site = self._sites.get(key.device) or self._sites.get(_gateway(key.device))
        silent_us = self._fell_silent_us(_gateway(key.device), as_of_us) if one.to_us is None else None
        evidence: dict[str, Json] = {
            "device": key.device, "quantity": QUANTITY, "site": site, "silence": "silent" if silent_us else "speaks",
        }  # fmt: skip
        if silent_us:
            evidence["silent_since_us"] = silent_us
        return Finding(
            id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.MAINS_LOST,
            subject=_subject(key.device), band="", zone=self._zones.get(key.device),
            cause=f"site:{site}:mains" if site else f"device:{key.device}:mains", severity=Severity.ALARM,
            start_us=one.from_us, end_us=one.to_us, peak=None, area=None, coverage=1.0, samples=one.samples,
            received_us=as_of_us, evidence=evidence,
        )  # fmt: skip

    def _fell_silent_us(self, gateway: str, as_of_us: int) -> int | None:
        """When the gateway spoke last, if that is too long ago."""
        latest = self._readings.latest(self._beside[gateway])
        newest_us = int(latest.time_us.max(initial=0))
        return newest_us if as_of_us - newest_us >= SILENT_US else None


def off(rows: Columns) -> list[Outage]:
    """The interruptions that the readings of one series (in order of time) tell of.

    It begins with the first reading that says 0 and ends with the next that says 1; the last one may go on.
    """
    down = rows.value < 0.5
    edges = np.flatnonzero(np.diff(down, prepend=False)).tolist()
    found = []
    for first, after in pairwise([*edges, len(rows)]):
        if down[first]:
            to_us = int(rows.time_us[after]) if after < len(rows) else None
            found.append(Outage(int(rows.time_us[first]), to_us, after - first))
    return found


def _subject(device: str) -> str:
    """A gateway that tells of itself is watched wherever it stands, a device where it is placed."""
    return f"device:{device}:{QUANTITY}" if "/" in device else f"gateway:{device}"


def _gateway(device: str) -> str:
    return device.partition("/")[0]
