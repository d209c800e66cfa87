"""One unit per quantity, and flags that depend on nothing but quantity and value."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.nouns import Flag
from ingest.quantities import QUANTITIES, code_of, convert, flags_of, quantity_of_unit, unit_of

NAMES = [quantity.name for quantity in QUANTITIES]
SHARED_DATA = Path(os.environ.get("KEEPWELL_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def flag(quantity: str, value: float) -> int:
    """The flag of one reading."""
    return int(flags_of(np.array([code_of(quantity)], np.int16), np.array([value]))[0])


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "expected"),
    [
        ("temperature", 40.1, "degF", 4.5),
        ("temperature", -40.0, "°F", -40.0),
        ("temperature", 273.15, "K", 0.0),
        ("temperature", 4.5, "Cel", 4.5),
        ("temperature", 4.5, "℃", 4.5),
        ("relative_humidity", 0.61, "/", 61.0),
        ("relative_humidity", 61.0, "%RH", 61.0),
        ("battery_level", 98.0, "%EL", 98.0),
        ("pressure", 101_325.0, "Pa", 1013.25),
        ("pressure", 101.325, "kPa", 1013.25),
        ("pressure", 1013.25, "mbar", 1013.25),
        ("battery_voltage", 3_610.0, "mV", 3.61),
        ("energy", 3_600_000.0, "J", 1.0),
        ("speed", 36.0, "km/h", 10.0),
        ("oven", 212.0, "degF", 100.0),
        ("duty", 0.5, "/", 0.5),
    ],
)
def test_conversions(quantity: str, value: float, unit: str, expected: float) -> None:
    """Known values, also of a quantity that is in no table (its kind's unit)."""
    assert convert(quantity, value, unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ("temperature", "V"),
        ("temperature", ""),
        ("temperature", "cel"),
        ("pressure", "%"),
        ("oven", "furlong"),
        ("oven", ""),
    ],
)
def test_a_unit_that_does_not_measure_the_quantity_is_none(quantity: str, unit: str) -> None:
    """Units are never guessed."""
    expected = None if unit or quantity != "oven" else 1.0
    assert convert(quantity, 1.0, unit) == expected


@given(st.sampled_from(NAMES), st.floats(allow_nan=False))
def test_a_quantity_in_its_own_unit_is_not_touched(quantity: str, value: float) -> None:
    """The raw value is kept bit for bit."""
    assert convert(quantity, value, unit_of(quantity) or "") == value


@given(st.floats(-500, 500), st.sampled_from(["degF", "K"]))
def test_conversion_keeps_order_and_can_be_undone(value: float, unit: str) -> None:
    """Back in the foreign unit the value is what it was, to 1e-9."""
    celsius = convert("temperature", value, unit)
    assert celsius is not None
    back = celsius * 9 / 5 + 32 if unit == "degF" else celsius + 273.15

    assert back == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("quantity", "value", "expected"),
    [
        ("temperature", 85.0, Flag.SENTINEL),
        ("temperature", -127.0, Flag.SENTINEL),
        ("temperature", 327.67, Flag.SENTINEL),
        ("temperature", 655.35, Flag.SENTINEL),
        ("temperature", -999.0, Flag.SENTINEL),
        ("temperature", 84.9, 0),
        ("temperature", 85.1, 0),
        ("temperature", -39.46, 0),
        ("temperature", -80.0, 0),
        ("temperature", -196.0, 0),
        ("temperature", 122.153, Flag.IMPOSSIBLE),
        ("temperature", -300.0, Flag.IMPOSSIBLE),
        ("relative_humidity", 655.0, Flag.SENTINEL),
        ("relative_humidity", 655.35, Flag.SENTINEL),
        ("relative_humidity", 6553.5, Flag.SENTINEL),
        ("relative_humidity", 255.0, Flag.SENTINEL),
        ("relative_humidity", float(np.float32(655.35)), Flag.SENTINEL),
        ("relative_humidity", 100.0, 0),
        ("relative_humidity", 104.5, 0),
        ("relative_humidity", 0.0, 0),
        ("relative_humidity", 106.0, Flag.IMPOSSIBLE),
        ("relative_humidity", -3.91901, Flag.IMPOSSIBLE),
        ("relative_humidity", 85.0, 0),
        ("battery_level", 255.0, Flag.SENTINEL),
        ("latitude", 91.0, Flag.IMPOSSIBLE),
        ("door", 1.0, 0),
        ("door", 2.0, Flag.IMPOSSIBLE),
        ("a series of its own", 1e300, 0),
        ("a series of its own", -127.0, 0),
    ],
)
def test_flags_of_known_values(quantity: str, value: float, expected: int) -> None:
    """Sensors' codes and impossible values are told apart; what can be true is left alone."""
    assert flag(quantity, value) == expected


@pytest.mark.parametrize("celsius", [85.0, -127.0])
def test_a_sentinel_is_known_after_conversion(celsius: float) -> None:
    """A gateway that speaks °F or K hides no sentinel."""
    for unit, value in (("degF", celsius * 9 / 5 + 32), ("K", celsius + 273.15)):
        converted = convert("temperature", value, unit)
        assert converted is not None
        assert flag("temperature", converted) == Flag.SENTINEL


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*NAMES, "unknown"]),
            st.floats(allow_nan=False) | st.sampled_from([85.0, -127.0, 655.35, 100.0, 255.0, 0.0]),
        ),
        max_size=30,
    ),
    st.randoms(),
)
def test_a_flag_is_a_function_of_quantity_and_value_alone(
    readings: list[tuple[str, float]], random: object
) -> None:
    """Each reading in company gets the flag it gets alone, one of two or none."""
    codes = np.array([code_of(quantity) for quantity, _ in readings], np.int16)
    values = np.array([value for _, value in readings], np.float64)

    flags = flags_of(codes, values)

    assert flags.dtype == np.uint8
    assert flags.tolist() == [flag(quantity, value) for quantity, value in readings]
    assert set(flags.tolist()) <= {0, Flag.SENTINEL, Flag.IMPOSSIBLE}


def test_the_table_is_sound() -> None:
    """Names differ, bounds are in order, and every quantity a unit stands for is in the table."""
    assert len(set(NAMES)) == len(NAMES)
    assert all(quantity.low < quantity.high for quantity in QUANTITIES)
    assert code_of("unknown") == 0
    assert sorted(map(code_of, NAMES)) == list(range(1, len(NAMES) + 1))
    for unit in ("Cel", "K", "%RH", "%EL", "V", "A", "Pa", "hPa", "lat", "lon", "lx", "/", "dB"):
        quantity = quantity_of_unit(unit)
        assert quantity in NAMES
        assert convert(quantity, 1.0, unit) is not None


def test_real_recordings_of_dying_sensors_are_flagged() -> None:
    """hast_lora: exactly the RH of 12 error rows. Intel lab: the peg at 122.15 °C and every RH below 0."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared recordings are not here")
    with gzip.open(SHARED_DATA / "hast_lora" / "Sensor_data_raw_to_2024-01.csv.gz", "rt") as lines:
        rows = [line.split(",") for line in lines if line[0].isdigit() and line.count(",") == 7]
    with gzip.open(SHARED_DATA / "intel_lab_raw" / "Node22.txt.gz", "rt") as lines:
        motes = [line.split() for line in lines if len(line.split()) == 8]

    lora_rh, lora_t = (np.array([float(row[column]) / 100 for row in rows]) for column in (6, 5))
    mote_t, mote_rh = (np.array([float(mote[column]) for mote in motes]) for column in (4, 5))

    def flags(quantity: str, values: np.ndarray) -> np.ndarray:
        return flags_of(np.full(len(values), code_of(quantity), np.int16), values)

    assert (
        np.flatnonzero(flags("relative_humidity", lora_rh)).tolist() == np.flatnonzero(lora_rh > 655).tolist()
    )
    assert set(flags("relative_humidity", lora_rh[lora_rh > 655])) == {Flag.SENTINEL}
    assert not flags("temperature", lora_t).any()
    assert (flags("temperature", mote_t) == Flag.IMPOSSIBLE).tolist() == (mote_t > 100).tolist()
    assert (flags("relative_humidity", mote_rh) == Flag.IMPOSSIBLE).tolist() == (mote_rh < 0).tolist()
