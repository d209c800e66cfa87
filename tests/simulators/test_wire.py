"""What simulated gateways write is what ingest reads: the two know each other only by the contract of the wire."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingest.decode import decode
from ingest.nouns import US_PER_SECOND
from simulators.logs import disordered_log, lora_log
from simulators.mapping import load as load_mapping
from simulators.replay import payload_of, read_log
from simulators.scenario import Gateway
from simulators.wire import encode
from simulators.world import Reading

NOW_S = 1_795_307_000.0
READINGS = [
    Reading(NOW_S - 60.125, "gw", "hall-001", {"temperature": -3.25, "relative_humidity": 91.5}),
    Reading(NOW_S - 30.5, "gw", "hall-002", {"door": 1.0, "battery_voltage": 3.612}),
    Reading(NOW_S, "gw", "floor", {"surface_temperature": 14.0625}),
]
KNOWN = {(r.device, q, v) for r in READINGS for q, v in r.values.items()}


@pytest.mark.parametrize("format", ["native", "senml"])
@pytest.mark.parametrize("times", ["rfc3339", "epoch_s", "epoch_ms"])
@pytest.mark.parametrize("count", [1, 3])
def test_ingest_reads_what_gateways_write(format: str, times: str, count: int) -> None:
    """Devices, quantities and values exactly, times to the stamp's precision and never later than they were."""
    gateway = Gateway("gw", format=format, times=times)  # type: ignore[arg-type]
    decoded = decode("gw", encode(READINGS[:count], gateway), round(NOW_S * US_PER_SECOND))
    assert decoded.reason is None
    assert decoded.rejected == []
    got = set(zip(decoded.devices, decoded.quantities, decoded.values, strict=True))
    assert got == {(r.device, q, v) for r in READINGS[:count] for q, v in r.values.items()}
    precision_us = US_PER_SECOND if (format, times) == ("native", "epoch_s") else 1000
    true_us = {r.device: round(r.time_s * US_PER_SECOND) for r in READINGS}
    for device, time_us in zip(decoded.devices, decoded.times, strict=True):
        assert 0 <= true_us[device] - time_us < precision_us


@pytest.mark.parametrize(("mapping", "write"), [("hast_lora", lora_log), ("iot_temp_kaggle", disordered_log)])
def test_ingest_refuses_of_a_log_what_its_account_says(tmp_path: Path, mapping: str, write: object) -> None:
    """Values refused by ingest, by reason, are those the generated log announces; all others are decoded."""
    file = tmp_path / "log.csv"
    expected = write(file)  # type: ignore[operator]
    records = read_log(file, load_mapping(mapping)).records
    refused: Counter[str] = Counter()
    decoded_values = 0
    for first in range(0, len(records), 50):
        decoded = decode("gw", payload_of(records[first : first + 50]), round(NOW_S * US_PER_SECOND))
        assert decoded.reason is None
        decoded_values += len(decoded.values)
        for rejected in decoded.rejected:
            refused[str(rejected.reason)] += rejected.values
    assert dict(refused) == expected.rejected
    assert decoded_values == expected.values - sum(expected.rejected.values())
