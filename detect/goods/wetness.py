"""Hours of wetness (ISO 9223): time with humidity above 80 % and temperature above 0 °C, within a rolling window of days.

A reading holds until the next one of its series, but no longer than the series may be silent: a pause adds no more than
that, neither to the hours nor to what is covered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from detect.budgets import Counted, before, spells, used_by_day, window_days
from detect.examining import Judged, Span
from detect.excursions import trusted
from detect.goods.bare import Bare, subject_of
from detect.nouns import TIME_OF_WETNESS, Finding, Kind, Limit, Watch
from detect.ports import Rows
from detect.reconcile import NEW
from detect.tracks import FOREVER_US, compile_plan
from ingest.nouns import US_PER_DAY, US_PER_HOUR, Columns, SeriesKey

DETECTOR, VERSION = "wetness", "1"
WET_RH_PCT, WET_C = 80.0, 0.0
HOURS_A_YEAR = 8766.0
_CLASSES = ((10.0, "τ1"), (250.0, "τ2"), (2500.0, "τ3"), (5500.0, "τ4"))
Ints = NDArray[np.int64]


class Log(Protocol):
    """Findings as they were recorded."""

    def stored(self, subjects: Sequence[str], from_us: int) -> list[Finding]:
        """The unretracted findings about these subjects that are open or end at or after `from_us`."""


def wet(humidity: Columns, air: Columns, gap_us: int, to_us: int) -> Counted:
    """What trusted readings of one air (each in order of time) cover up to a moment, and where it was wet."""
    times = np.union1d(humidity.time_us, air.time_us)
    if not len(humidity) or not len(air):
        return Counted(times[:0], times[:0], np.zeros(0, np.bool_))
    said = [rows.time_us.searchsorted(times, "right") - 1 for rows in (humidity, air)]
    heard = (said[0] >= 0) & (said[1] >= 0)
    until = np.append(times[1:], FOREVER_US)
    for rows, at in zip((humidity, air), said, strict=True):
        until = np.minimum(until, rows.time_us[at] + gap_us)
    until = np.minimum(until, to_us)
    known = heard & (until > times)
    is_wet = (humidity.value[said[0]] > WET_RH_PCT) & (air.value[said[1]] > WET_C)
    return Counted(times[known], until[known], is_wet[known])


def iso_class(hours: float) -> str:
    """The class of ISO 9223 for so many hours of wetness a year."""
    return next((name for most, name in _CLASSES if hours <= most), "τ5")


def hours_a_year(wet_us: int, covered_us: int) -> float | None:
    """Hours of wetness a year, if it went on like this; None where nothing is covered."""
    return HOURS_A_YEAR * wet_us / covered_us if covered_us else None


class Cell(NamedTuple):
    """One device under one limit during one stay."""

    device: str
    humidity: int
    air: int
    """Series."""
    zone: str
    profile: str
    limit: Limit
    """With the hours as its budget."""
    gap_us: int
    from_us: int
    to_us: int


@dataclass(slots=True)
class _Account:
    """What a cell has used, per day (since 1970)."""

    known: bool = False
    wet: dict[int, int] = field(default_factory=dict)
    covered: dict[int, int] = field(default_factory=dict)
    spells: list[tuple[int, int | None]] = field(default_factory=list)


class Wetness:
    """The examiner. Findings are about `device:…:relative_humidity`; they begin at the moment the hours are passed."""

    detector = DETECTOR
    every_us = US_PER_HOUR

    def __init__(self, readings: Rows, log: Log) -> None:
        self._readings, self._log = readings, log
        self._accounts: dict[Cell, _Account] = {}
        self._cells: dict[str, list[Cell]] = {}
        self._devices: dict[int, str] = {}
        self._bare = Bare("relative_humidity")

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know who is judged; what is known of those that stay is kept."""
        air = {key.device: n for n, key in series.items() if key.quantity == "temperature"}
        damp = {n: key.device for n, key in series.items() if key.quantity == "relative_humidity"}
        both = {n: device for n, device in damp.items() if device in air}
        named = [(n, SeriesKey(device, TIME_OF_WETNESS)) for n, device in both.items()]
        plan = compile_plan(watches, named, lambda limit: limit.quantity == TIME_OF_WETNESS)
        self._cells = {}
        for track in plan.tracks:
            device = both[track.series]
            hours = replace(track.limit, budget_us=round(track.limit.limit * US_PER_HOUR))
            self._cells.setdefault(device, []).extend(
                Cell(device, track.series, air[device], track.zone, track.profile, hours, track.max_gap_us, *span)
                for span in track.intervals
            )  # fmt: skip
        self._devices = {n: d for d in self._cells for n in (air[d], self._cells[d][0].humidity)}
        every = [cell for cells in self._cells.values() for cell in cells]
        self._accounts = {cell: self._accounts.get(cell, _Account()) for cell in every}
        self._bare.expect(self._cells, series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Judge again those of which something came; and, as days go by, those whose hours are used up."""
        first: dict[str, int] = {}
        for number in touched.keys() & self._devices.keys():
            device = self._devices[number]
            first[device] = min(first.get(device, FOREVER_US), touched[number].first_us)
        if not touched:
            open_ones = {cell.device for cell, one in self._accounts.items() if _stands(one)}
            first = {device: as_of_us for device in open_ones}
        bare = self._bare.judged(DETECTOR, touched)
        return bare + [self._judged(device, first[device], as_of_us) for device in sorted(first)]

    def _judged(self, device: str, first_us: int, as_of_us: int) -> Judged:
        cells = self._cells[device]
        first_day = max(first_us - max(cell.gap_us for cell in cells), 0) // US_PER_DAY
        found = [f for cell in cells for f in self._findings(cell, first_day, as_of_us)]
        return Judged(
            DETECTOR, subject_of(device, "relative_humidity"), first_day * US_PER_DAY, FOREVER_US, found
        )

    def _findings(self, cell: Cell, first_day: int, as_of_us: int) -> list[Finding]:
        """What is true of a cell from a day on."""
        account, today = self._accounts[cell], min(as_of_us, cell.to_us - 1) // US_PER_DAY
        first_day = max(first_day, cell.from_us // US_PER_DAY)
        if first_day > today:
            return []
        begun_us = self._begun_us(cell, first_day)
        load_day = first_day if account.known else first_day - window_days(cell.limit)
        found = self._read(cell, load_day * US_PER_DAY, as_of_us)
        _count(account, found, load_day)
        told = spells(account.wet, found, cell.limit, first_day, today, begun_us)
        earlier = [s for s in account.spells if s[0] < first_day * US_PER_DAY and s[0] != begun_us]
        account.spells = earlier + told
        return [_finding(cell, account, *spell, as_of_us) for spell in told]

    def _read(self, cell: Cell, from_us: int, as_of_us: int) -> Counted:
        """What readings cover of the stay from a moment on."""
        from_us, to_us = max(from_us, cell.from_us, 0), min(as_of_us, cell.to_us)
        ahead_us = min(to_us, as_of_us)
        both = [
            trusted(self._readings.range([n], max(from_us - cell.gap_us, cell.from_us, 0), ahead_us))
            for n in (cell.humidity, cell.air)
        ]
        found = wet(both[0], both[1], cell.gap_us, to_us)
        inside = found.end_us > from_us
        return Counted(
            np.maximum(found.start_us, from_us)[inside], found.end_us[inside], found.beyond[inside]
        )

    def _begun_us(self, cell: Cell, first_day: int) -> int | None:
        """Since when the hours were used up that still were at the beginning of a day; from the record if not known here."""
        account, at_us = self._accounts[cell], first_day * US_PER_DAY
        if account.known:
            standing = [s for s, end_us in account.spells if s < at_us and (end_us is None or end_us > at_us)]
        else:
            stored = self._log.stored([subject_of(cell.device, "relative_humidity")], at_us)
            standing = [
                f.start_us
                for f in stored
                if (f.detector, f.band, f.zone) == (DETECTOR, cell.limit.band, cell.zone)
                and cell.from_us <= f.start_us < at_us
                and (f.end_us is None or f.end_us > at_us)
            ]
        return min(standing, default=None)


def _stands(account: _Account) -> bool:
    return any(end_us is None for _, end_us in account.spells)


def _count(account: _Account, found: Counted, from_day: int) -> None:
    """Count the days from one on anew."""
    every = Counted(found.start_us, found.end_us, np.ones(len(found.start_us), np.bool_))
    for days, anew in ((account.wet, found), (account.covered, every)):
        for day in [day for day in days if day >= from_day]:
            del days[day]
        days.update({day: us for day, us in used_by_day(anew).items() if day >= from_day})
    account.known = True


def _finding(cell: Cell, account: _Account, start_us: int, end_us: int | None, as_of_us: int) -> Finding:
    """Used-up hours as a finding; its coverage is that of the window until then."""
    limit, days = cell.limit, window_days(cell.limit)
    if end_us is None and cell.to_us <= as_of_us:
        end_us = cell.to_us
    # Figures are those of the last whole day, lest they change with every look.
    day = (as_of_us if end_us is None else end_us - 1) // US_PER_DAY
    wet_us, covered_us = before(account.wet, day, days + 1), before(account.covered, day, days + 1)
    year = hours_a_year(wet_us, covered_us)
    from_us = max((start_us // US_PER_DAY - days + 1) * US_PER_DAY, cell.from_us)
    covered = sum(account.covered.get(d, 0) for d in range(from_us // US_PER_DAY, start_us // US_PER_DAY))
    whole_us = start_us // US_PER_DAY * US_PER_DAY - from_us
    return Finding(
        id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.WETNESS,
        subject=subject_of(cell.device, "relative_humidity"), band=limit.band, zone=cell.zone,
        cause=f"zone:{cell.zone}:{TIME_OF_WETNESS}:budget", severity=limit.severity, start_us=start_us,
        end_us=end_us, peak=None, area=None, coverage=round(covered / whole_us, 4) if whole_us > 0 else 1.0,
        samples=0, received_us=as_of_us,
        evidence={
            "limit": limit.limit, "quantity": TIME_OF_WETNESS, "profile": cell.profile, "device": cell.device,
            "window_us": days * US_PER_DAY, "wet_us": wet_us, "covered_us": covered_us,
            "hours_a_year": None if year is None else round(year), "iso_class": None if year is None else iso_class(year),
        },
    )  # fmt: skip
