"""Other names of quantities: taken for the quantity where there is no doubt, and nowhere else."""

from __future__ import annotations

import json

import pytest

from ingest.decode import decode
from ingest.quantities import unit_of
from ingest.quantity_names import canonical

RECEIVED_US = 1_795_300_000_000_000


def said(record: object) -> list[tuple[str, float]]:
    """(quantity, value) of what a message keeps."""
    decoded = decode("gw", json.dumps(record).encode(), RECEIVED_US)
    return list(zip(decoded.quantities, decoded.values, strict=True))


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("humidity", "relative_humidity"), ("RH", "relative_humidity"), ("Relative Humidity", "relative_humidity"),
        ("temp", "temperature"), ("Temperature", "temperature"), ("温度", "temperature"), ("CO2", "co2"),
        ("battery", None), ("t", None), ("humidity_raw", None), ("", None), ("x" * 100_000, None),
    ],
)  # fmt: skip
def test_which_names_are_known(name: str, quantity: str | None) -> None:
    """What has one meaning wherever it is used; a quantity's own name in other letters, too."""
    assert canonical(name) == quantity
    assert quantity is None or unit_of(quantity) is not None


@pytest.mark.parametrize(
    ("record", "kept"),
    [
        ({"humidity": 61}, [("relative_humidity", 61.0)]),
        ({"Temperature": 1, "rh": 2}, [("temperature", 1.0), ("relative_humidity", 2.0)]),
        # Two sensors in one record are two series, whichever way round they stand.
        ({"temp": 35, "temperature": 4}, [("temp", 35.0), ("temperature", 4.0)]),
        ({"temperature": 4, "temp": 35}, [("temperature", 4.0), ("temp", 35.0)]),
        ({"temp": 35, "air_temperature": 4}, [("temp", 35.0), ("air_temperature", 4.0)]),
        ({"temp": 70.16, "unit": {"temp": "degF"}}, [("temperature", pytest.approx(21.2))]),
        ([{"bn": "p/", "n": "humidity", "u": "%RH", "v": 30}], [("relative_humidity", 30.0)]),
        (
            [{"bn": "p/", "n": "humidity", "v": 30}, {"n": "relative_humidity", "v": 31}],
            [("humidity", 30.0), ("relative_humidity", 31.0)],
        ),
    ],
)
def test_native_messages_and_senml(record: object, kept: list[tuple[str, float]]) -> None:
    """One way for plain, patient and SenML decoding."""
    assert said(record) == kept
    if isinstance(record, dict) and "unit" not in record:
        assert said({**record, "none": None}) == kept  # the patient way
