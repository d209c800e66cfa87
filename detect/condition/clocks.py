"""Clocks: gateways whose time stamps are refused, and devices that lag behind their receipt by a constant time.

A time before 2001, or ahead of its receipt, is refused (`clock`) and counted in the ledger by gateway and hour. A time
behind is kept, for it may be buffered; but a device of which fresh readings keep coming that are all equally old does not
catch up, it is wrong. Messages without a time are no fault: their time is that of receipt.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from detect.condition.stamps import FARTHEST_US, fault_of
from detect.examining import Judged, Span
from detect.nouns import Finding, Json, Kind, Severity, Watch
from detect.reconcile import NEW
from detect.tracks import FOREVER_US
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, Reason, SeriesKey
from store.nouns import LedgerLine, StoredDeadLetter

DETECTOR = "clock"
VERSION = "1"
EVERY_US = 10 * US_PER_MINUTE
LEAST = 3
"""So many values refused within an hour are no chance."""
SHARE = 0.05
"""…if they are as much of what came; a gateway that was just switched on sends a few before it knows the time."""
MOST = 0.5
"""Where half of what comes is refused, one hour is enough; else two."""
QUIET_US = 3 * US_PER_HOUR
"""So long without refusals (and with readings that were taken), and it is over."""
BACK_US = 7 * US_PER_DAY
LETTERS = 20
"""So many of its newest dead letters are looked at for what is wrong."""
BEHIND_US = 45 * US_PER_MINUTE
"""A lag below this may be how the device sends."""
LOOKS = 6
SPREAD_US = 15 * US_PER_MINUTE
"""By how much the lags of as many looks may differ: looks are 10 minutes apart."""


class Ledger(Protocol):
    """As much of the readings' book-keeping as is asked here (`store.nouns.ReadingReader`)."""

    def ledger(self, gateway: str | None, start_us: int, end_us: int) -> list[LedgerLine]: ...
    def dead_letters(
        self, gateway: str | None, before_id: int | None, limit: int
    ) -> list[StoredDeadLetter]: ...


class Standing(Protocol):
    """Findings as they were recorded."""

    def open_findings(self) -> list[Finding]: ...


class _Hour(NamedTuple):
    """One hour of receipt of a gateway."""

    hour_us: int
    refused: int
    received: int

    @property
    def bad(self) -> bool:
        """Whether its clock was wrong."""
        return self.refused >= max(LEAST, SHARE * self.received)


class ClockExaminer:
    """Clock faults of gateways, by the ledger, and of devices, by how old their readings are on arrival."""

    detector = DETECTOR
    every_us = EVERY_US

    def __init__(self, ledger: Ledger, log: Standing) -> None:
        self._ledger, self._log = ledger, log
        self._keys: Mapping[int, SeriesKey] = {}
        self._zones: dict[str, str] = {}
        self._lags: dict[str, deque[tuple[int, int]]] = {}
        """Per device, when it was looked at and how old its newest reading was then."""
        self._behind: dict[str, tuple[int, int]] | None = None
        """Per device that lags: since when, and by how much."""
        self._suspects: set[str] = set()
        """Gateways of which something was refused lately."""

    def expect(self, watches: Sequence[Watch], series: Mapping[int, SeriesKey]) -> None:
        """See Examiner."""
        self._keys = series
        self._zones = {watch.device: watch.zone for watch in watches}
        if self._behind is None:
            open_now = [found for found in self._log.open_findings() if found.detector == DETECTOR]
            self._suspects = {
                f.subject.partition(":")[2] for f in open_now if f.subject.startswith("gateway:")
            }
            self._behind = {
                str(f.evidence["device"]): (f.start_us, _whole(f.evidence["offset_us"]))
                for f in open_now
                if f.subject.startswith("device:")
            }

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """See Examiner. The ledger is read in the part of the look that touches nothing."""
        return self._devices(touched, as_of_us) if touched else self._gateways(as_of_us)

    # ------------------------------------------------------------------ refused

    def _gateways(self, as_of_us: int) -> list[Judged]:
        lines = self._ledger.ledger(None, as_of_us - 2 * US_PER_HOUR, as_of_us + US_PER_HOUR)
        self._suspects |= {line.gateway for line in lines if _refused(line)}
        judged = []
        for gateway in sorted(self._suspects):
            hours = self._hours(gateway, as_of_us)
            judged.append(self._judge(gateway, hours, as_of_us))
            if not any(hour.refused for hour in hours):
                self._suspects.discard(gateway)
        return judged

    def _hours(self, gateway: str, as_of_us: int) -> list[_Hour]:
        """The hours of receipt of the last days, and of as many more as a fault in them goes back."""
        back_us = BACK_US
        while True:
            start_us = max(as_of_us - back_us, 0) // US_PER_HOUR * US_PER_HOUR
            by_hour: dict[int, list[LedgerLine]] = {}
            for line in self._ledger.ledger(gateway, start_us, as_of_us + US_PER_HOUR):
                by_hour.setdefault(line.hour_us, []).append(line)
            hours = [_hour(at, lines) for at, lines in sorted(by_hour.items())]
            bad = [hour.hour_us for hour in hours if hour.bad]
            if not bad or bad[0] - start_us > US_PER_DAY or not start_us:
                return hours
            back_us *= 4

    def _judge(self, gateway: str, hours: Sequence[_Hour], as_of_us: int) -> Judged:
        runs: list[list[_Hour]] = []
        for hour in (hour for hour in hours if hour.bad):
            near = runs and hour.hour_us - runs[-1][-1].hour_us <= US_PER_DAY
            runs[-1].append(hour) if near else runs.append([hour])
        sure = [run for run in runs if len(run) > 1 or run[0].refused >= MOST * run[0].received]
        found = [self._of_gateway(gateway, run, as_of_us) for run in sure]
        first_us = min((hour.hour_us for hour in hours), default=as_of_us)
        return Judged(DETECTOR, f"gateway:{gateway}", min(first_us, as_of_us - BACK_US), as_of_us, found)

    def _of_gateway(self, gateway: str, run: Sequence[_Hour], as_of_us: int) -> Finding:
        over_us = run[-1].hour_us + US_PER_HOUR
        ended = as_of_us - over_us >= QUIET_US
        refused = sum(hour.refused for hour in run)
        letters = self._ledger.dead_letters(gateway, None, LETTERS)
        evidence: dict[str, Json] = {"device": gateway, "rejected": refused, **fault_of(letters)}
        subject = f"gateway:{gateway}"
        return _finding(subject, run[0].hour_us, over_us if ended else None, as_of_us, evidence, refused)

    # ------------------------------------------------------------------ behind

    def _devices(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        newest: dict[str, int] = {}
        for number in touched.keys() & self._keys.keys():
            device = self._keys[number].device
            if device not in self._zones:
                continue
            newest[device] = max(newest.get(device, 0), touched[number].last_us)
        found = (
            self._device(device, as_of_us - last_us, as_of_us) for device, last_us in sorted(newest.items())
        )
        return [one for one in found if one]

    def _device(self, device: str, lag_us: int, as_of_us: int) -> Judged | None:
        """Follow one device; None while nothing is known for sure."""
        behind = self._behind if self._behind is not None else {}
        lags = self._lags.setdefault(device, deque(maxlen=LOOKS))
        lags.append((as_of_us, lag_us))
        if lag_us < BEHIND_US:
            del self._lags[device]
            begun = behind.pop(device, None)
            return self._told(device, *begun, as_of_us, as_of_us) if begun else None
        low, high = min(lag for _, lag in lags), max(lag for _, lag in lags)
        if len(lags) < LOOKS or high - low > SPREAD_US or device in behind:
            return None
        behind[device] = begun = (lags[0][0], low)
        return self._told(device, *begun, None, as_of_us)

    def _told(self, device: str, since_us: int, lag_us: int, end_us: int | None, as_of_us: int) -> Judged:
        hours = round(2 * lag_us / US_PER_HOUR) / 2
        # A look comes up to ten minutes after the reading, so that the true lag is a little less than was seen.
        near = -US_PER_MINUTE <= lag_us - hours * US_PER_HOUR <= EVERY_US + US_PER_MINUTE
        whole = near and lag_us <= FARTHEST_US + EVERY_US
        evidence: dict[str, Json] = {
            "device": device, "fault": "time_zone" if whole else "behind", "rejected": 0,
            "offset_us": -round(hours * US_PER_HOUR) if whole else -lag_us,
        }  # fmt: skip
        found = _finding(f"device:{device}", since_us, end_us, as_of_us, evidence, 0, self._zones.get(device))
        return Judged(DETECTOR, f"device:{device}", since_us, FOREVER_US, [found])


def _refused(line: LedgerLine) -> int:
    wrong = line.reason == Reason.CLOCK and line.what in {"values_rejected", "messages_rejected"}
    return line.n if wrong else 0


def _hour(hour_us: int, lines: Sequence[LedgerLine]) -> _Hour:
    """Values count, and messages that were refused as a whole."""
    counted = {"values_received", "messages_rejected"}
    received = sum(line.n for line in lines if line.what in counted)
    return _Hour(hour_us, sum(_refused(line) for line in lines), received)


def _finding(
    subject: str, start_us: int, end_us: int | None, as_of_us: int, evidence: dict[str, Json], samples: int,
    zone: str | None = None,
) -> Finding:  # fmt: skip
    # A gateway of which everything is refused is silent to all others: one cause, told as what it is.
    of_gateway = subject.startswith("gateway:")
    return Finding(
        id=NEW, detector=DETECTOR, detector_version=VERSION, kind=Kind.CLOCK_FAULT, subject=subject, band="",
        zone=zone, cause=f"{subject}:{'silent' if of_gateway else 'clock'}", severity=Severity.WARNING, start_us=start_us, end_us=end_us,
        peak=None, area=None, coverage=1.0, samples=samples, received_us=as_of_us, evidence=evidence,
    )  # fmt: skip


def _whole(value: Json) -> int:
    return -value if isinstance(value, int) else 0
