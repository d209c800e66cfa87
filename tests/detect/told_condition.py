"""One real finding of every kind that is about the condition of devices, as their examiners deliver it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from detect.condition.all import examiners
from detect.examining import Span
from detect.nouns import Finding, Watch
from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, SeriesKey
from store.nouns import LedgerLine, SeriesInfo, StoredDeadLetter
from tests.detect.memory import MemoryLog, MemoryReadings

T0 = 1_700_006_400_000_000
DAYS = 30
END_US = T0 + DAYS * US_PER_DAY
DETECTORS = (
    "battery_voltage", "weak_rssi", "message_counter", "gap_pattern", "clock", "mains",
)  # fmt: skip
NAMES = ("battery_voltage", "rssi", "frame_counter", "temperature", "mains_power")
DEVICES = ("g/a", "g/b")
"""One that does everything badly, and one whose counter falls back again and again."""


class Kept(MemoryReadings):
    """Readings, and what was refused of a gateway for its clock."""

    def ledger(self, gateway: str | None, start_us: int, end_us: int) -> list[LedgerLine]:
        hour_us = END_US - US_PER_HOUR
        counts = (("values_received", "", 40), ("values_rejected", "clock", 40))
        return [LedgerLine("g", hour_us, *count) for count in counts if start_us <= hour_us < end_us]

    def dead_letters(self, gateway: str | None, before_id: int | None, limit: int) -> list[StoredDeadLetter]:
        return []


def findings() -> list[Finding]:
    """What the examiners say at the end of a month."""
    keys = [(device, name) for device in DEVICES for name in NAMES]
    readings = Kept([SeriesInfo(n, "g", device, name) for n, (device, name) in enumerate(keys, start=1)])
    readings.add([row for n, key in enumerate(keys, start=1) for row in _rows(n, *key)], END_US)
    watches = [Watch(d, "g", "z1", T0, None, 15 * US_PER_MINUTE, (), US_PER_DAY, ()) for d in DEVICES]
    series = {info.id: info for info in readings.series()}
    touched = {number: Span(T0, END_US - 1) for number in series}
    found = []
    for examiner in examiners(readings, MemoryLog(), dict, lambda: {"g": "harbour"}):
        examiner.expect(watches, {n: SeriesKey(info.device, info.quantity) for n, info in series.items()})
        for part in (touched, {}):
            found += [one for judged in examiner.examine(part, END_US) for one in judged.findings]
    return found


def _rows(number: int, device: str, quantity: str) -> Sequence[tuple[int, int, float, int]]:
    """A quarter of an hour apart; from the twentieth day on a third is lost."""
    random = Random(number)
    slots = [n for n in range(DAYS * 96) if n < 20 * 96 or random.random() > 0.35]
    say: dict[str, Callable[[int], float]] = {
        "battery_voltage": lambda n: 2.75 - 0.45 * n / (DAYS * 96),
        "rssi": lambda n: -72.0 if n < 20 * 96 else -88.0,
        "frame_counter": lambda n: float(n if device == "g/a" else n % 20),
        "temperature": lambda n: 20.0,
        "mains_power": lambda n: float(n < 29 * 96),
    }
    return [(number, T0 + n * 15 * US_PER_MINUTE, say[quantity](n), 0) for n in slots]
