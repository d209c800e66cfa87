"""Spending: which series use up which budgets, followed as readings come and told anew where they come late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from detect.budgets import Counted, before, beyond, counted, spells, stretches, used, used_by_day, window_days
from detect.excursions import trusted
from detect.judging import Record, subject_of
from detect.nouns import Finding, FindingChange, Kind, Limit
from detect.ports import Rows
from detect.reconcile import NEW, reconcile
from detect.tracks import FOREVER_US, Plan
from ingest.nouns import US_PER_DAY, Columns, SeriesKey

DETECTOR = "budget"
VERSION = "1"


class Cell(NamedTuple):
    """One series under one budget during one stay."""

    key: SeriesKey
    zone: str
    profile: str
    limit: Limit
    gap_us: int
    from_us: int
    to_us: int


@dataclass(slots=True)
class _Account:
    """What a cell has used; `known` is False until it was reckoned from the store."""

    known: bool = False
    last_us: int = -1
    """Time of the last trusted reading, if that was beyond the limit."""
    last_beyond: bool = False
    days: dict[int, int] = field(default_factory=dict)
    judged_day: int = 0


class Spending:
    """The budgets of one plan. `size`: how many series there are; `fed_us`: series → up to when it was fed."""

    def __init__(
        self, plan: Plan, size: int, keys: Mapping[int, SeriesKey], readings: Rows, fed_us: Callable[[int], int],
        record: Record,
    ) -> None:  # fmt: skip
        self._readings, self._fed_us, self._record = readings, fed_us, record
        self.cells: dict[Cell, int] = {}
        """Cell → its series."""
        self._of_series: dict[int, list[Cell]] = {}
        self._open: set[Cell] = set()
        for track in plan.tracks:
            for from_us, to_us in track.intervals:
                cell = Cell(
                    keys[track.series],
                    track.zone,
                    track.profile,
                    track.limit,
                    track.max_gap_us,
                    from_us,
                    to_us,
                )
                self.cells[cell] = track.series
                self._of_series.setdefault(track.series, []).append(cell)
        self._accounts = {cell: _Account() for cell in self.cells}
        self._front_us = np.full(size, -1, np.int64)
        """Per series: the last trusted reading heard."""
        self._busy = np.zeros(size, np.bool_)
        """Per series: whether even a reading within all limits has something to say."""
        self._most, self._least = np.full(size, np.inf), np.full(size, -np.inf)
        for series, cells in self._of_series.items():
            self._busy[series] = True
            self._most[series] = min((c.limit.limit for c in cells if c.limit.side == "high"), default=np.inf)
            self._least[series] = max(
                (c.limit.limit for c in cells if c.limit.side == "low"), default=-np.inf
            )

    def go_on(self, older: Spending) -> None:
        """Take up what an older one knew of series whose cells stay."""
        was = {frozenset(cells): series for series, cells in older._of_series.items()}
        for series, cells in self._of_series.items():
            there = was.get(frozenset(cells))
            if there is None:
                continue
            self._front_us[series], self._busy[series] = older._front_us[there], older._busy[there]
            for cell in cells:
                self._accounts[cell] = older._accounts[cell]
            self._open |= older._open & set(cells)

    # ------------------------------------------------------------------ readings

    def follow(self, rows: Columns, as_of_us: int) -> list[FindingChange]:
        """Newly kept trusted readings, sorted by series and time."""
        if not self.cells:
            return []
        series = rows.series
        inside = (rows.value <= self._most[series]) & (rows.value >= self._least[series])
        stirring = np.unique(series[~inside | self._busy[series] | (rows.time_us <= self._front_us[series])])
        changes: list[FindingChange] = []
        for number in stirring.tolist():
            if number in self._of_series:
                changes += self._follow(number, rows.take(series == number), as_of_us)
        np.maximum.at(self._front_us, series, rows.time_us)
        return changes

    def _follow(self, series: int, rows: Columns, as_of_us: int) -> list[FindingChange]:
        changes: list[FindingChange] = []
        cells, last_us = self._of_series[series], int(rows.time_us[-1])
        for cell in cells:
            changes += self._hear(cell, rows, as_of_us)
        states = [self._accounts[cell] for cell in cells if cell.from_us <= last_us < cell.to_us]
        self._busy[series] = any(not account.known or account.last_beyond for account in states)
        return changes

    def _hear(self, cell: Cell, rows: Columns, as_of_us: int) -> list[FindingChange]:
        rows = rows.take((rows.time_us >= cell.from_us) & (rows.time_us < cell.to_us))
        if not len(rows):
            return []
        account, front_us = self._accounts[cell], int(self._front_us[self.cells[cell]])
        first_us = int(rows.time_us[0])
        if not account.known or first_us <= front_us:
            return self._recall(cell, first_us, as_of_us)
        times = np.append(account.last_us, rows.time_us)
        was = np.append(account.last_beyond, beyond(rows.value, cell.limit))
        for day, length in used_by_day(stretches(times, was[:-1], cell.gap_us)).items():
            account.days[day] = account.days.get(day, 0) + length
        day = (account.last_us if was[0] else first_us) // US_PER_DAY
        account.last_us, account.last_beyond = int(times[-1]), bool(was[-1])
        return self._judge(cell, day, as_of_us) if self._matters(cell, day, as_of_us) else []

    def _matters(self, cell: Cell, day: int, as_of_us: int) -> bool:
        """Whether what was heard since a day may begin or end a finding."""
        account, today = self._accounts[cell], self._today(cell, as_of_us)
        if cell in self._open or day != today:
            return day != today or account.judged_day != today
        window = window_days(cell.limit)
        return before(account.days, today, window) + account.days.get(today, 0) > cell.limit.budget_us

    def _today(self, cell: Cell, as_of_us: int) -> int:
        front_us = int(self._front_us[self.cells[cell]])
        return min(max(as_of_us, front_us), cell.to_us - 1) // US_PER_DAY

    def doubted(self, series: int, time_us: int, as_of_us: int) -> list[FindingChange]:
        """Something that a series said from a moment on is not as it was."""
        changes: list[FindingChange] = []
        for cell in self._of_series.get(series, []):
            if time_us < cell.to_us:
                changes += self._recall(cell, max(time_us - cell.gap_us, cell.from_us), as_of_us)
        return changes

    def tick(self, as_of_us: int) -> list[FindingChange]:
        """Time passes: at midnight days drop out of windows, and goods leave."""
        due = [
            cell
            for cell in self._open
            if self._accounts[cell].judged_day != self._today(cell, as_of_us) or cell.to_us <= as_of_us
        ]
        return [
            change for cell in due for change in self._judge(cell, self._accounts[cell].judged_day, as_of_us)
        ]

    # ------------------------------------------------------------------ the registry

    def settle(self, open_findings: Iterable[Finding], as_of_us: int) -> list[FindingChange]:
        """Take up what is on record as going on."""
        going = {(f.subject, f.band, f.zone): f.start_us for f in open_findings if f.detector == DETECTOR}
        some = [cell for cell in self.cells if _name(cell) in going and not self._accounts[cell].known]
        return [change for cell in some for change in self._recall(cell, going[_name(cell)], as_of_us)]

    def replaces(self, older: Spending, as_of_us: int) -> list[FindingChange]:
        """Judge again what is expected otherwise than before."""
        changed = {_name(cell) for cell in self.cells.keys() ^ older.cells.keys()}
        return self._anew(changed, as_of_us)

    def judge_everything(self, recorded: Iterable[Finding], as_of_us: int) -> list[FindingChange]:
        """Judge all from the beginning; `recorded`: what stands of the quantities that are this one's matter."""
        names = {(f.subject, f.band, f.zone) for f in recorded if f.detector == DETECTOR}
        return self._anew({*map(_name, self.cells), *names}, as_of_us)

    def _anew(self, names: Iterable[tuple[str, str, str | None]], as_of_us: int) -> list[FindingChange]:
        changes: list[FindingChange] = []
        for name in sorted(names, key=str):
            cells = [cell for cell in self.cells if _name(cell) == name]
            gone = [
                f
                for f in self._recorded(name, 0)
                if not any(c.from_us <= f.start_us < c.to_us for c in cells)
            ]
            changes += self._record.telling.of(reconcile(gone, [], "registry_changed", self._record.new_id))
            for cell in cells:
                changes += self._from_the_beginning(cell, as_of_us)
        return changes

    def again(self, series: int, as_of_us: int) -> list[FindingChange]:
        """Judge all of a series again, because it is made of something else than before."""
        cells = self._of_series.get(series, [])
        return [change for cell in cells for change in self._from_the_beginning(cell, as_of_us)]

    def _from_the_beginning(self, cell: Cell, as_of_us: int) -> list[FindingChange]:
        rows = self._readings.range([self.cells[cell]], max(cell.from_us, 0), cell.to_us, 1)
        return self._recall(cell, int(rows.time_us[0]), as_of_us) if len(rows) else []

    # ------------------------------------------------------------------ judging

    def _recall(self, cell: Cell, first_us: int, as_of_us: int) -> list[FindingChange]:
        """Reckon a cell from the store, as far back as a change at a moment asks for, and judge from there on.

        What was said before a late reading counts until then only: the day before may be another too.
        """
        account, day = self._accounts[cell], (min(first_us, as_of_us) - cell.gap_us) // US_PER_DAY
        rows = self._rows(cell, day)
        account.days = used_by_day(counted(rows.time_us, rows.value, cell.limit, cell.gap_us))
        account.known = True
        account.last_us = int(rows.time_us[-1]) if len(rows) else -1
        account.last_beyond = bool(beyond(rows.value[-1:], cell.limit).any())
        series = self.cells[cell]
        self._front_us[series] = max(int(self._front_us[series]), self._fed_us(series))
        self._busy[series] |= account.last_beyond
        return self._judge(cell, day, as_of_us)

    def _rows(self, cell: Cell, day: int) -> Columns:
        """The readings of a cell from one window before a day on."""
        series = self.cells[cell]
        from_us = max((day - window_days(cell.limit)) * US_PER_DAY - cell.gap_us, cell.from_us, 0)
        to_us = min(cell.to_us, self._fed_us(series) + 1)
        return trusted(self._readings.range([series], from_us, to_us)) if from_us < to_us else Columns.empty()

    def _judge(self, cell: Cell, day: int, as_of_us: int) -> list[FindingChange]:
        """The findings of a cell from a day on, reconciled with those on record."""
        account, today, first_us = self._accounts[cell], self._today(cell, as_of_us), day * US_PER_DAY
        recorded = [
            f for f in self._recorded(_name(cell), first_us) if cell.from_us <= f.start_us < cell.to_us
        ]
        begun = next((f for f in recorded if f.start_us < first_us), None)
        if before(account.days, day, window_days(cell.limit)) > cell.limit.budget_us and begun is None:
            return self._recall(cell, first_us - US_PER_DAY * window_days(cell.limit), as_of_us)
        rows = self._rows(cell, day)
        found = counted(rows.time_us, rows.value, cell.limit, cell.gap_us)
        told = []
        for start_us, end_us in spells(
            account.days, found, cell.limit, day, today, begun.start_us if begun else None
        ):
            leaves_us = cell.to_us if cell.to_us <= as_of_us else None
            end_us = leaves_us if end_us is None else min(end_us, cell.to_us)
            if begun and start_us == begun.start_us:
                told.append(replace(begun, id=NEW, end_us=end_us))
            else:
                told.append(_finding(cell, start_us, end_us, found, as_of_us))
        account.judged_day = today
        (self._open.add if any(f.end_us is None for f in told) else self._open.discard)(cell)
        changes = reconcile(recorded, told, "late_readings", self._record.new_id)
        return self._record.telling.of(changes)

    def _recorded(self, name: tuple[str, str, str | None], from_us: int) -> list[Finding]:
        found = self._record.known.within(name[0], from_us, FOREVER_US)
        return [f for f in found if f.detector == DETECTOR and (f.subject, f.band, f.zone) == name]


def _name(cell: Cell) -> tuple[str, str, str | None]:
    """(subject, band, zone) of its findings."""
    return subject_of(cell.key), cell.limit.band, cell.zone


def _finding(cell: Cell, start_us: int, end_us: int | None, found: Counted, as_of_us: int) -> Finding:
    """A passed budget as a finding; its coverage is that of the window until it was passed."""
    limit = cell.limit
    from_us = max((start_us // US_PER_DAY - window_days(limit) + 1) * US_PER_DAY, cell.from_us)
    covered_us = used(found, from_us, start_us).covered_us
    return Finding(
        id=NEW,
        detector=DETECTOR,
        detector_version=VERSION,
        kind=Kind.BUDGET_USED,
        subject=subject_of(cell.key),
        band=limit.band,
        zone=cell.zone,
        cause=f"zone:{cell.zone}:{limit.quantity}:budget",
        severity=limit.severity,
        start_us=start_us,
        end_us=end_us,
        peak=None,
        area=None,
        coverage=round(covered_us / (start_us - from_us), 4) if start_us > from_us else 1.0,
        samples=0,
        received_us=as_of_us,
        evidence={
            "limit": limit.limit,
            "side": limit.side,
            "quantity": limit.quantity,
            "profile": cell.profile,
            "device": cell.key.device,
            "budget_us": limit.budget_us,
            "window_us": window_days(limit) * US_PER_DAY,
        },
    )
