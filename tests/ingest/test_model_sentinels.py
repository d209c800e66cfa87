"""Sentinels of models: flagged for their devices alone, beside those of the quantity, whenever the registry learns of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.nouns import Flag, NewSeries
from ingest.series import KnownDevices, SeriesNumbers, SeriesSettings
from registry import nouns as r
from registry.models import default_models, sentinels

SENTINEL, IMPOSSIBLE = int(Flag.SENTINEL), int(Flag.IMPOSSIBLE)


def numbers(known: dict[tuple[str, str], tuple[float, ...]]) -> tuple[SeriesNumbers, list[KnownDevices]]:
    """Three series, and the registry to be changed."""
    registry = [KnownDevices(sentinels=known)]
    series = [NewSeries(n, "g", f"g/{n}", "temperature") for n in (1, 2, 3)]
    return SeriesNumbers(series, SeriesSettings(), lambda: registry[0]), registry


def flags(of: SeriesNumbers, *pairs: tuple[int, float]) -> list[int]:
    """The flags of (series, value) pairs."""
    series, values = zip(*pairs, strict=True)
    found: list[int] = of.flags(np.array(series, np.int32), np.array(values)).tolist()
    return found


def test_for_its_devices_alone() -> None:
    """-45 is no temperature of an SHT31, and one of anything else; 130 is a known code instead of impossible."""
    of, _ = numbers({("g/2", "temperature"): (-45.0, 130.0)})
    assert flags(of, (1, -45.0), (2, -45.0), (3, -45.0), (2, -44.9)) == [0, SENTINEL, 0, 0]
    assert flags(of, (1, 130.0), (2, 130.0)) == [IMPOSSIBLE, SENTINEL]


def test_codes_of_the_quantity_stay() -> None:
    """A model that does not name 85 °C does not make it trusted: one reading less, rather than an alarm for a fault."""
    of, _ = numbers({("g/2", "temperature"): (-45.0,)})
    assert flags(of, (1, 85.0), (2, 85.0), (3, -127.0)) == [SENTINEL] * 3


def test_learnt_and_forgotten_with_the_registry() -> None:
    """A model entered, changed and taken away, and a series that comes later."""
    of, registry = numbers({})
    assert flags(of, (1, -45.0)) == [0]
    registry[0] = KnownDevices(sentinels={("g/1", "temperature"): (-45.0,), ("g/9", "temperature"): (-46.0,)})
    of.refresh()
    assert flags(of, (1, -45.0)) == [SENTINEL]
    later = of.number("g", "9", "temperature")
    assert isinstance(later, int)
    assert flags(of, (later, -46.0), (later, -45.0), (1, -46.0)) == [SENTINEL, 0, 0]
    registry[0] = KnownDevices()
    of.refresh()
    assert flags(of, (1, -45.0), (later, -46.0)) == [0, 0]


CODES = st.lists(st.sampled_from([-45.0, -40.1, 50.0, 130.0, 0.0]), max_size=3, unique=True).map(tuple)


@given(
    models=st.dictionaries(st.sampled_from([1, 2, 3]), CODES),
    said=st.lists(
        st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([-45.0, -40.1, 50.0, 0.0, 5.0, 130.0, 85.0])),
        min_size=1,
    ),
)
def test_like_one_by_one(models: dict[int, tuple[float, ...]], said: list[tuple[int, float]]) -> None:
    """All at once is what each value alone is."""
    of, _ = numbers({(f"g/{n}", "temperature"): codes for n, codes in models.items()})
    plain, _ = numbers({})
    expected = [
        SENTINEL if value in models.get(series, ()) else flags(plain, (series, value))[0]
        for series, value in said
    ]
    assert flags(of, *said) == expected


def test_the_catalogue_and_what_devices_make_of_it() -> None:
    """Every model says what it measures; a device takes its model's codes, and an own model wins over the catalogue's."""
    for model in default_models().values():
        assert model.note
        assert model.quantities
        assert all(one.accuracy and one.low is not None and one.high is not None for one in model.quantities)
        assert list(model.battery) == sorted(model.battery)
    devices = (
        r.Device(key="a", gateway="g", device="a", model="SHT31"),
        r.Device(key="b", gateway="g", device="b", model="lht65", known_as="old/b"),
        r.Device(key="c", gateway="g", device="c", model="some text"),
    )
    assert sentinels(r.RegistrySnapshot(devices=devices)) == {
        ("g/a", "temperature"): (-45.0, 130.0),
        ("old/b", "temperature"): (327.67,),
    }
    own = r.DeviceModel(key="lht65", quantities=(r.ModelQuantity(quantity="temperature", sentinels=(1.0,)),))
    found = sentinels(r.RegistrySnapshot(devices=devices, device_models=(own,)))
    assert found["old/b", "temperature"] == (1.0,)
