"""Lives: a device is the same one wherever it hangs, so that its condition is judged over all its places at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from detect.examining import Judged, Span
from detect.hours.examiner import HourExaminer, Hourly
from detect.nouns import Finding, Kind, Severity, Watch
from detect.streams.nouns import HourDetector
from ingest.nouns import US_PER_HOUR, SeriesKey

Series = Mapping[int, SeriesKey]

OF_RADIO = frozenset({Kind.WEAK_RADIO, Kind.LOST_MESSAGES, Kind.GAP_PATTERN})
"""What a weak link brings: one cause for all behind a gateway, for one visit mends it."""


def lives(watches: Sequence[Watch]) -> list[Watch]:
    """One watch for each device that is heard live, from the first of its own to the last; its place is the last one."""
    found: dict[str, Watch] = {}
    for watch in sorted(watches, key=lambda w: w.valid_from_us):
        if watch.live:
            first = found.get(watch.device, watch)
            found[watch.device] = replace(watch, valid_from_us=first.valid_from_us, limits=(), goods=())
    return list(found.values())


class LifeExaminer:
    """What a detector of hours says of devices over their whole lives, under the cause that tickets go by."""

    def __init__(
        self, detector: HourDetector, readings: Hourly, every_us: int = US_PER_HOUR
    ) -> None:  # fmt: skip
        self._hours = HourExaminer(detector, readings, Severity.WARNING, every_us)
        self._gateways: dict[str, str] = {}
        self.detector, self.every_us = detector.name, every_us

    def expect(self, watches: Sequence[Watch], series: Series) -> None:
        """See Examiner."""
        self._gateways = {watch.device: watch.gateway for watch in watches}
        self._hours.expect(lives(watches), series)

    def examine(self, touched: Mapping[int, Span], as_of_us: int) -> list[Judged]:
        """See Examiner."""
        judged = self._hours.examine(touched, as_of_us)
        return [one._replace(findings=[self._caused(found) for found in one.findings]) for one in judged]

    def _caused(self, found: Finding) -> Finding:
        device = str(found.evidence["device"])
        radio = f"gateway:{self._gateways[device]}:radio"
        return replace(found, cause=radio if found.kind in OF_RADIO else f"device:{device}:sensor")


def one_each(series: Series) -> Series:
    """One series of each device, for how often it speaks: its temperature, its humidity, or else the first by name."""
    first = ("temperature", "relative_humidity")
    found: dict[str, tuple[tuple[bool, bool, str], int]] = {}
    for number, key in series.items():
        rank = (key.quantity != first[0], key.quantity != first[1], key.quantity)
        if key.device not in found or rank < found[key.device][0]:
            found[key.device] = rank, number
    return {number: series[number] for _, number in sorted(found.values())}
