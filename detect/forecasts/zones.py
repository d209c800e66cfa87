"""Zones as forecasts see them: which devices tell of a zone, which limits hold there now, and how its goods lag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detect.forecasts.passing import FORETOLD
from detect.nouns import SOURCES, Limit, Watch
from ingest.nouns import SeriesKey

TEMPERATURE, HUMIDITY = "temperature", "relative_humidity"


@dataclass(frozen=True, slots=True)
class Probe:
    """A device by the numbers of its series; None where it does not measure that."""

    temperature: int | None
    humidity: int | None


@dataclass(frozen=True, slots=True)
class Zone:
    """What is known of a zone at a moment."""

    key: str
    devices: tuple[str, ...]
    probes: tuple[Probe, ...]
    limits: tuple[tuple[Limit, int], ...]
    """Each limit with the lag (µs) of the goods that it is about; a limit of goods in several forms is there for each."""

    @property
    def series(self) -> list[int]:
        """The numbers of all its series."""
        every = [n for probe in self.probes for n in (probe.temperature, probe.humidity)]
        return [number for number in every if number is not None]


def probe_of(device: str, numbers: Mapping[SeriesKey, int]) -> Probe:
    """The series of a device."""
    return Probe(numbers.get(SeriesKey(device, TEMPERATURE)), numbers.get(SeriesKey(device, HUMIDITY)))


def zones_at(watches: Iterable[Watch], numbers: Mapping[SeriesKey, int], at_us: int) -> dict[str, Zone]:
    """All zones in which devices hang at a moment and speak live."""
    there: dict[str, list[Watch]] = {}
    for watch in watches:
        if watch.live and watch.valid_from_us <= at_us < (watch.valid_to_us or at_us + 1):
            there.setdefault(watch.zone, []).append(watch)
    return {zone: _zone(zone, own, numbers) for zone, own in sorted(there.items())}


def _zone(key: str, watches: list[Watch], numbers: Mapping[SeriesKey, int]) -> Zone:
    devices = tuple(sorted({watch.device for watch in watches}))
    probes = tuple(probe_of(device, numbers) for device in devices)
    limits = {pair: None for watch in watches for pair in _limits(watch)}
    heard = tuple(probe for probe in probes if probe.temperature is not None)
    return Zone(key, devices, heard, tuple(sorted(limits, key=repr)))


def _limits(watch: Watch) -> Iterable[tuple[Limit, int]]:
    """What can be foretold; of goods that still remember another place nothing is said."""
    for limit in watch.limits:
        if limit.quantity not in FORETOLD or limit.budget_us or limit.off:
            continue
        profile = limit.band.rsplit("/", 1)[0]
        derived = limit.quantity in SOURCES
        lags = {goods.lag_us for goods in watch.goods if goods.profile == profile and goods.since_us is None}
        for lag_us in sorted(lags) if derived and lags else [0]:
            yield limit, lag_us
