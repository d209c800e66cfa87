"""Numbers of series: given once, kept for ever, and not given to everybody."""

from __future__ import annotations

import numpy as np

from ingest.nouns import Flag, NewSeries, Reason
from ingest.series import KnownDevices, SeriesNumbers, SeriesSettings, UnknownDevices


def test_a_series_keeps_its_number() -> None:
    """The same name has the same number, also after a restart; fresh ones are told until they are settled."""
    numbers = SeriesNumbers([], SeriesSettings())
    first = numbers.number("g", "a", "temperature")
    assert numbers.number("g", "a", "temperature") == first
    assert numbers.number("g", "", "temperature") != first
    assert [s.device for s in numbers.fresh] == ["g/a", "g"]
    kept = list(numbers.fresh)
    numbers.settle()

    again = SeriesNumbers(kept, SeriesSettings())

    assert again.number("g", "a", "temperature") == first
    assert again.number("g", "b", "temperature") == len(kept) + 1
    assert [s.device for s in again.fresh] == ["g/b"]


def test_a_shared_device_is_one_behind_every_gateway() -> None:
    """What the registry calls shared or moved goes by one full name, from the next look at the registry on."""
    known = [KnownDevices()]
    numbers = SeriesNumbers([], SeriesSettings(), lambda: known[0])
    before = numbers.number("g2", "tag", "temperature")

    known[0] = KnownDevices({("g2", "tag"): "g1/tag"})
    numbers.refresh()

    assert numbers.number("g2", "tag", "temperature") == numbers.number("g1", "tag", "temperature") != before


def test_unknown_devices_are_refused_if_so_set() -> None:
    """Only devices of the registry get a number; one that is entered later gets it then."""
    known = [KnownDevices(devices=frozenset({"g/a"}))]
    settings = SeriesSettings(unknown_devices=UnknownDevices.REFUSE)
    numbers = SeriesNumbers([], settings, lambda: known[0])
    assert isinstance(numbers.number("g", "a", "temperature"), int)
    assert numbers.number("g", "b", "temperature") is Reason.UNKNOWN_DEVICE

    known[0] = KnownDevices(devices=frozenset({"g/a", "g/b"}))
    numbers.refresh()

    assert isinstance(numbers.number("g", "b", "temperature"), int)


def test_nobody_fills_the_house_with_names() -> None:
    """Beyond its limits a device or gateway opens nothing new; what it had goes on."""
    numbers = SeriesNumbers([], SeriesSettings(max_quantities_per_device=2, max_series_per_gateway=3))
    taken = [numbers.number("g", "a", f"q{n}") for n in range(2)]
    assert numbers.number("g", "a", "q2") is Reason.TOO_MANY_SERIES
    assert isinstance(numbers.number("g", "b", "q0"), int)
    assert numbers.number("g", "c", "q0") is Reason.TOO_MANY_SERIES
    assert [numbers.number("g", "a", f"q{n}") for n in range(2)] == taken
    assert isinstance(numbers.number("other", "a", "q0"), int)


def test_flags_follow_the_quantity_of_each_number() -> None:
    """Each number is judged by its quantity, however many there are."""
    known = [
        NewSeries(n, "g", f"g/d{n}", "temperature" if n % 2 else "relative_humidity") for n in range(1, 3000)
    ]
    numbers = SeriesNumbers(known, SeriesSettings())
    flags = numbers.flags(np.array([1, 2, 2999, 2998], np.int32), np.array([102.0] * 4))

    impossible = int(Flag.IMPOSSIBLE)
    assert flags.tolist() == [impossible, 0, impossible, 0]  # 102 % is wet air, 102 °C a fault
