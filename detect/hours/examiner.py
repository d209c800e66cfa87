"""An examiner out of a detector that judges series by their hours: reads the hours, gathers findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from detect.examining import Judged, Span
from detect.nouns import Finding, Json, Severity, Watch
from detect.reconcile import NEW
from detect.stays import Stay, stays_of
from detect.streams.episodes import Episode, episodes
from detect.streams.nouns import NOTHING, HourDetector, Hours, Verdict
from ingest.nouns import US_PER_HOUR, SeriesKey
from store.nouns import Buckets

MOST_BUCKETS = 2_000_000
"""So many hours are read with one question."""
WIDER = 8
"""By how much the look back grows each time that nothing was found."""
PIECES = 1_000
"""Into so many time is cut to find the first reading."""


class Hourly(Protocol):
    """As much of the kept readings as is asked here."""

    def aggregate(self, series: Sequence[int], start_us: int, end_us: int, buckets: int) -> Buckets:
        """See `store.nouns.ReadingReader`."""


class _Seen(NamedTuple):
    """What was made of one stay of a series: the rows from where nothing stood on."""

    hours: Hours
    verdict: Verdict
    found: list[Episode]


class HourExaminer:
    """Findings `device:…:quantity` by hours that are over.

    A late reading has all hours from its own on judged again, of its series and of those that share the room.
    """

    def __init__(
        self, detector: HourDetector, readings: Hourly, severity: Severity = Severity.WARNING,
        every_us: int = US_PER_HOUR,
    ) -> None:  # fmt: skip
        self.detector = detector.name
        self.every_us = every_us
        self._judge, self._readings, self._severity = detector, readings, severity
        self._keys: dict[int, SeriesKey] = {}
        self._stays: dict[str, list[Stay]] = {}
        self._rooms: dict[tuple[str, str], list[int]] = {}
        """Zone and quantity → the series that were ever there."""
        self._oldest: dict[tuple[str, str], int] = {}
        """Zone and quantity → the first hour in which anything was heard there, as far as it was asked."""
        self._page = self._wide = _Page(readings, [], 0, 0)

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """Know the devices that are placed and the series that exist."""
        self._stays = stays_of(watches)
        asked = self._judge.quantities
        self._keys = {n: k for n, k in series.items() if k.quantity in asked and k.device in self._stays}
        self._rooms = {}
        for number, key in sorted(self._keys.items()):
            for zone in {stay.zone for stay in self._stays[key.device]}:
                self._rooms.setdefault((zone, key.quantity), []).append(number)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """Judge the hours from the first that was touched to the last that is over."""
        to = as_of_us // US_PER_HOUR
        begins: dict[int, list[int]] = {}
        for number, first in self._touched(touched).items():
            if first < to:
                begins.setdefault(first, []).append(number)
        judged = []
        for first, numbers in begins.items():
            everyone = sorted({p for n in numbers for s in self._stays_of(n) for p in self._room(n, s)})
            self._page = _Page(self._readings, everyone, first - 1 - self._judge.look_back_hours, to)
            seen = {number: self._series(number, first, to) for number in self._room_by_room(numbers)}
            judged += [seen[number] for number in numbers]
        self._page = self._wide = _Page(self._readings, [], 0, 0)
        self._oldest = {}
        return judged

    def _room_by_room(self, numbers: Sequence[int]) -> list[int]:
        """The same series, so that what is read of a room serves all of it."""
        return sorted(numbers, key=lambda number: (self._stays_of(number)[-1].zone, number))

    def _touched(self, touched: Mapping[int, Span]) -> dict[int, int]:
        """Per series the first hour to judge again: the touched ones, and those beside them in a room."""
        first: dict[int, int] = {}
        for number in touched.keys() & self._keys.keys():
            hour = max(touched[number].first_us, 0) // US_PER_HOUR
            for stay in self._stays_of(number):
                if stay.to_us > hour * US_PER_HOUR:
                    first |= {p: min(first.get(p, hour), hour) for p in self._room(number, stay)}
        return dict(sorted(first.items()))

    def _stays_of(self, number: int) -> list[Stay]:
        return self._stays[self._keys[number].device]

    def _room(self, number: int, stay: Stay) -> list[int]:
        return self._rooms[stay.zone, self._keys[number].quantity]

    # ------------------------------------------------------------------ one series

    def _series(self, number: int, first: int, to: int) -> Judged:
        key = self._keys[number]
        subject = f"device:{key.device}:{key.quantity}"
        found: list[Finding] = []
        for stay in self._stays_of(number):
            if stay.to_us > first * US_PER_HOUR and stay.from_us < to * US_PER_HOUR:
                seen = self._seen(number, stay, first, to)
                found += [self._finding(key, stay, seen, one, to) for one in seen.found]
        return Judged(self.detector, subject, first * US_PER_HOUR, to * US_PER_HOUR, found)

    def _seen(self, number: int, stay: Stay, first: int, to: int) -> _Seen:
        """Judge from an hour on at which nothing stood, for an episode can only be told whole."""
        back = self._judge.look_back_hours + 1
        begins = -(-stay.from_us // US_PER_HOUR)
        while True:
            read = max(first - back, begins)
            own = self._hours(number, stay, read, to)
            verdict = self._judge.judge(own, self._peers(number, stay, read, to), stay.interval_us)
            at = int(np.searchsorted(own.hour, first)) - 1
            if at < 0:
                begins = max(begins, self._heard_from(number, stay, to))
                if read <= begins:
                    break
                back *= WIDER
            elif own.hour[at] < first - 1:
                first = int(own.hour[at]) + 1
            elif verdict.kind[at] == NOTHING:
                break
            else:
                first = min(int(own.hour[at]), int(verdict.since_us[at]) // US_PER_HOUR)
        rows = slice(max(at, 0), None)
        cut = Verdict(verdict.score[rows], verdict.kind[rows], verdict.since_us[rows])
        return _Seen(own, verdict, episodes((own.hour[rows] + 1) * US_PER_HOUR, cut))

    def _heard_from(self, number: int, stay: Stay, to: int) -> int:
        """The first hour in which the room of a stay was heard: a room without a past is not looked for in all of time."""
        room = stay.zone, self._keys[number].quantity
        if room not in self._oldest:
            self._oldest[room] = _first_hour(self._readings, self._rooms[room], to)
        return self._oldest[room]

    def _hours(self, number: int, stay: Stay, read: int, to: int) -> Hours:
        """The hours of a series that lie within a stay."""
        page = self._page
        if not page.holds(number, read):
            page = self._wide
            if not page.holds(number, read):
                page = self._wide = _Page(self._readings, self._room(number, stay), read, to)
        hours = page.hours(number)
        begin, end = hours.hour * US_PER_HOUR, (hours.hour + 1) * US_PER_HOUR
        there = (hours.hour >= read) & (begin >= stay.from_us) & (end <= stay.to_us)
        return hours if there.all() else _taken(hours, there)

    def _peers(self, number: int, stay: Stay, read: int, to: int) -> list[Hours]:
        """What the others of its quantity said in the same room."""
        peers = []
        for other in self._room(number, stay):
            if other == number:
                continue
            there = [s for s in self._stays_of(other) if s.zone == stay.zone]
            parts = [self._hours(other, one, read, to) for one in there if one.to_us > read * US_PER_HOUR]
            peers += [_joined(parts)] if parts else []
        return [hours for hours in peers if len(hours.hour)]

    def _finding(self, key: SeriesKey, stay: Stay, seen: _Seen, one: Episode, to: int) -> Finding:
        hours = seen.hours
        at = int(np.searchsorted((hours.hour + 1) * US_PER_HOUR, one.raised_us))
        last_us = (int(hours.hour[-1]) + 1) * US_PER_HOUR
        left = stay.to_us <= to * US_PER_HOUR
        end_us = last_us if one.end_us is None and left else one.end_us
        inside = (hours.hour * US_PER_HOUR >= one.start_us) & (hours.hour * US_PER_HOUR < (end_us or last_us))
        length = (last_us if end_us is None else end_us) - one.start_us
        kind = self._judge.kinds[one.kind]
        evidence: dict[str, Json] = {
            "device": key.device,
            "quantity": key.quantity,
            "raised_us": one.raised_us,
            **self._judge.evidence(hours, at, seen.verdict),
        }
        return Finding(
            id=NEW,
            detector=self.detector,
            detector_version=self._judge.version,
            kind=kind,
            subject=f"device:{key.device}:{key.quantity}",
            band="",
            zone=stay.zone,
            cause=f"device:{key.device}:{key.quantity}:{kind}",
            severity=self._severity,
            start_us=one.start_us,
            end_us=end_us,
            peak=None,
            area=None,
            coverage=min(int(inside.sum()) * US_PER_HOUR / max(length, US_PER_HOUR), 1.0),
            samples=int(hours.samples[inside].sum()),
            received_us=to * US_PER_HOUR,
            evidence=evidence,
        )


class _Page:
    """The hours of some series in [first, to), read with few questions."""

    def __init__(self, readings: Hourly, series: Sequence[int], first: int, to: int) -> None:
        self.first = max(first, 0)
        self._hours: dict[int, Hours] = {}
        many = max(MOST_BUCKETS // max(to - self.first, 1), 1)
        for start in range(0, len(series), many):
            part = series[start : start + many]
            width = to - self.first
            read = readings.aggregate(part, self.first * US_PER_HOUR, to * US_PER_HOUR, width)
            self._hours |= zip(part, _rows(read), strict=True)

    def holds(self, number: int, first: int) -> bool:
        """Whether the hours of a series from `first` on are here."""
        return number in self._hours and first >= self.first

    def hours(self, number: int) -> Hours:
        """Those of one series with readings."""
        return self._hours[number]


def _first_hour(readings: Hourly, series: Sequence[int], to: int) -> int:
    """The first hour in which any of these series has a reading; `to` if none has one before.

    Two questions: in which piece of time, then in which of its hours. No piece ends after `to`, for a view of the past
    leaves out what is not over; the rest that no piece covers lies in the 1970s.
    """
    piece = max(to // PIECES, 1)
    first = _first_heard(readings, series, to % piece, to, piece)
    return to if first is None else _first_heard(readings, series, first, first + piece, 1) or first


def _first_heard(readings: Hourly, series: Sequence[int], first: int, end: int, piece: int) -> int | None:
    """The hour at which the first piece of [first, end) with a reading begins; all in hours."""
    read = readings.aggregate(series, first * US_PER_HOUR, end * US_PER_HOUR, (end - first) // piece)
    heard = np.flatnonzero(read.count.any(axis=0))
    return int(read.start_us[heard[0]]) // US_PER_HOUR if len(heard) else None


def _rows(read: Buckets) -> Iterator[Hours]:
    hour = read.start_us // US_PER_HOUR
    for at in range(len(read.series)):
        every = Hours(hour, read.count[at], read.mean[at], read.minimum[at], read.maximum[at])
        yield _taken(every, read.count[at] > 0)


def _taken(hours: Hours, there: NDArray[np.bool_]) -> Hours:
    hour, samples, mean, low, high = hours
    return Hours(hour[there], samples[there], mean[there], low[there], high[there])


def _joined(parts: Sequence[Hours]) -> Hours:
    """Parts one behind the other."""
    if len(parts) == 1:
        return parts[0]
    return Hours(
        np.concatenate([p.hour for p in parts]),
        np.concatenate([p.samples for p in parts]),
        np.concatenate([p.mean for p in parts]),
        np.concatenate([p.low for p in parts]),
        np.concatenate([p.high for p in parts]),
    )
