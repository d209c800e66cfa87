"""The numbers of series: every (device, quantity) ever seen goes by one number for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ingest import quantities
from ingest.nouns import NewSeries, Reason, SeriesKey
from ingest.sentinels import ModelSentinels


class UnknownDevices(StrEnum):
    """What is done with a device that the registry does not know."""

    ACCEPT = "accept"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class KnownDevices:
    """What the registry says about devices, as ingest needs it."""

    identities: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(gateway, device) → full name, for devices that are shared or moved."""
    devices: Set[str] = frozenset()
    """Full names of all devices, used when unknown ones are refused."""
    sentinels: Mapping[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)
    """(full name, quantity) → codes for "no value" of the device's model."""


@dataclass(frozen=True, slots=True)
class SeriesSettings:
    """Limits that keep one gateway from filling the house with names."""

    unknown_devices: UnknownDevices = UnknownDevices.ACCEPT
    max_quantities_per_device: int = 64
    max_series_per_gateway: int = 50_000


class SeriesNumbers:
    """Looks numbers up, and gives new ones out.

    New series are collected in `fresh` until the batch that carries them is committed (`settle`).
    """

    def __init__(
        self,
        known: Iterable[NewSeries],
        settings: SeriesSettings,
        registry: Callable[[], KnownDevices] = KnownDevices,
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._known_devices = registry()
        self._by_key: dict[SeriesKey, int] = {}
        self._keys: dict[int, SeriesKey] = {}
        self._by_gateway: dict[str, dict[tuple[str, str], int]] = {}
        self._per_device: dict[str, int] = {}
        self._codes = np.zeros(1024, np.int16)
        self._sentinels = ModelSentinels()
        self._unlearnt = True
        """There are series whose model's sentinels are not taken up yet."""
        self.fresh: list[NewSeries] = []
        for series in known:
            self._enter(series)
        self._next = max(self._by_key.values(), default=0) + 1

    def of_gateway(self, gateway: str) -> dict[tuple[str, str], int]:
        """The numbers of one gateway by (device as the gateway says it, quantity), as far as they were asked for."""
        return self._by_gateway.setdefault(gateway, {})

    def number(self, gateway: str, device: str, quantity: str) -> int | Reason:
        """The number of a series, a new one if need be, or the reason why it may not have one."""
        numbers = self.of_gateway(gateway)
        if (found := numbers.get((device, quantity))) is not None:
            return found
        full = self._known_devices.identities.get((gateway, device)) or (
            f"{gateway}/{device}" if device else gateway
        )
        key = SeriesKey(full, quantity)
        if key not in self._by_key and (refusal := self._refusal(gateway, full)):
            return refusal
        if key not in self._by_key:
            self._give_out(gateway, key)
        numbers[device, quantity] = self._by_key[key]
        return self._by_key[key]

    def key_of(self, number: int) -> SeriesKey:
        """What goes by a number that was given out."""
        return self._keys[number]

    def flags(self, series: NDArray[np.int32], value: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Flag.SENTINEL or Flag.IMPOSSIBLE or 0 per value, all (n,), by the series' quantity and its device's model."""
        if self._unlearnt:
            self._learn_sentinels()
        flags = quantities.flags_of(self._codes[series], value)
        self._sentinels.mark(series, value, flags)
        return flags

    def refresh(self) -> None:
        """Read the registry again; names already given out are looked up anew."""
        known = self._registry()
        if known != self._known_devices:
            self._known_devices = known
            self._by_gateway.clear()
            self._unlearnt = True

    def settle(self) -> None:
        """The batch that carries the fresh series is committed."""
        self.fresh = []

    def _refusal(self, gateway: str, full: str) -> Reason | None:
        refuse = self._settings.unknown_devices is UnknownDevices.REFUSE
        if refuse and full not in self._known_devices.devices:
            return Reason.UNKNOWN_DEVICE
        if self._per_device.get(full, 0) >= self._settings.max_quantities_per_device:
            return Reason.TOO_MANY_SERIES
        if len(self.of_gateway(gateway)) >= self._settings.max_series_per_gateway:
            return Reason.TOO_MANY_SERIES
        return None

    def _give_out(self, gateway: str, key: SeriesKey) -> None:
        series = NewSeries(self._next, gateway, key.device, key.quantity)
        self._next += 1
        self.fresh.append(series)
        self._enter(series)
        self._unlearnt |= key in self._known_devices.sentinels

    def _learn_sentinels(self) -> None:
        self._unlearnt = False
        told = self._known_devices.sentinels
        self._sentinels.learn({
            self._by_key[SeriesKey(*name)]: codes
            for name, codes in told.items()
            if SeriesKey(*name) in self._by_key
        })

    def _enter(self, series: NewSeries) -> None:
        key = SeriesKey(series.device, series.quantity)
        self._by_key[key] = series.id
        self._keys[series.id] = key
        self._per_device[key.device] = self._per_device.get(key.device, 0) + 1
        if series.id >= len(self._codes):
            self._codes = np.resize(self._codes, 2 * series.id)
        self._codes[series.id] = quantities.code_of(series.quantity)
