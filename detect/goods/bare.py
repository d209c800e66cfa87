"""Bare: devices beside which no goods ask for anything (any more), so that nothing may stand there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from detect.examining import Judged, Span
from detect.tracks import FOREVER_US
from ingest.nouns import SeriesKey


def subject_of(device: str, quantity: str = "temperature") -> str:
    """Whose findings they are: a series that the device really has."""
    return f"device:{device}:{quantity}"


class Bare:
    """Which devices had limits before, or may have had them before a restart, and have none now; each is told once."""

    def __init__(self, quantity: str = "temperature") -> None:
        self._quantity = quantity
        self._limited: set[str] | None = None
        self._bare: set[str] = set()
        self._devices: dict[int, str] = {}

    def expect(self, limited: Collection[str], series: Mapping[int, SeriesKey]) -> None:
        """Know which devices have limits now."""
        self._devices = {n: key.device for n, key in series.items() if key.quantity == self._quantity}
        before = set(self._devices.values()) if self._limited is None else self._limited
        self._limited = set(limited)
        self._bare = (self._bare | before) - self._limited

    def judged(self, detector: str, touched: Mapping[int, Span]) -> list[Judged]:
        """Nothing is true of those that were touched."""
        found = []
        for number in sorted(touched.keys() & self._devices.keys()):
            device = self._devices[number]
            if device in self._bare:
                self._bare.discard(device)
                span = touched[number]
                found.append(
                    Judged(detector, subject_of(device, self._quantity), span.first_us, FOREVER_US, ())
                )
        return found
