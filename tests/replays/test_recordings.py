"""Real recordings replayed through a whole installation: every line, every value, and what was found in them."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from simulators.replay import Order, ReplayReport
from tests.replays.conftest import recording
from tests.replays.questions import (
    Installation,
    account,
    at_us,
    findings,
    ledger,
    readings,
    registry_toml,
    send,
    tickets,
)

KNOWN_SINCE_US = 1_514_764_800_000_000
"""2018-01-01: before both recordings begin."""
HAST = "hast_lora/Sensor_data_raw_to_2024-01.csv.gz"
KAGGLE = "iot_temp_kaggle/IOT-temp.csv.gz"
ORDERS: dict[str, Order] = {
    "kaggle-file": "file",
    "kaggle-reversed": "reversed",
    "kaggle-shuffled": "shuffled",
}
LORA, PLACED, HEALTHY = "hast", "hast-placed", "hast-healthy"
ERROR_ROW = ", 65535, "
GOODS = """
[[profile]]
key = "paint-by-air"
unwatched = "1 h"
band = [
  { band = "frost", quantity = "temperature", side = "low", limit = 4.0, severity = "critical" },
  { band = "low", quantity = "temperature", side = "low", limit = 5.0, on_delay = "30 min", severity = "warning" },
  { band = "high", quantity = "temperature", side = "high", limit = 35.0, on_delay = "30 min" },
]
[[profile]]
key = "adhesive-by-air"
unwatched = "1 h"
band = [
  { band = "frost", quantity = "temperature", side = "low", limit = 0.0, severity = "critical" },
  { band = "low", quantity = "temperature", side = "low", limit = 5.0, on_delay = "30 min" },
  { band = "high", quantity = "temperature", side = "high", limit = 30.0, on_delay = "1 h", severity = "warning" },
]
"""
"""Goods that are judged by the air beside them, so that every finding rests on readings of the log itself."""
NODES, SIDES = ("node-3", "node-5", "node-10", "node-20"), ("thermometer-In", "thermometer-Out")


class Replayed(NamedTuple):
    """An installation that has judged a recording, and what the sender says of it, by gateway."""

    installation: Installation
    file: Path
    reports: dict[str, ReplayReport]


@pytest.fixture(scope="module")
def started(installation: Installation) -> Installation:
    """The nodes stand among water-borne paint, the thermometers among adhesives."""
    installation.prepare(
        "format = 1\n"
        + GOODS
        + registry_toml((PLACED, HEALTHY), NODES, "paint-by-air", "1 h")
        + registry_toml(tuple(ORDERS), SIDES, "adhesive-by-air", "15 min"),
        KNOWN_SINCE_US,
    )
    installation.start()
    return installation


@pytest.fixture(scope="module")
def hast(started: Installation, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The LoRa log: from nodes without a place, from nodes among goods, and from these without its error rows."""
    file = recording(HAST)
    healthy = tmp_path_factory.mktemp("logs") / "healthy.csv"
    with gzip.open(file, "rt") as lines:
        healthy.write_text("".join(line for line in lines if ERROR_ROW not in line))
    reports = {name: send(started, file, name, "hast_lora") for name in (LORA, PLACED)}
    reports[HEALTHY] = send(started, healthy, HEALTHY, "hast_lora")
    started.settle()
    return Replayed(started, file, reports)


@pytest.fixture(scope="module")
def kaggle(started: Installation) -> Replayed:
    """The disordered thermometers, in three orders."""
    file = recording(KAGGLE)
    reports = {name: send(started, file, name, "iot_temp_kaggle", order) for name, order in ORDERS.items()}
    started.settle()
    return Replayed(started, file, reports)


@pytest.mark.slow
def test_every_line_and_value_of_the_lora_log_is_accounted_for(hast: Replayed) -> None:
    """Comments, headers, time requests and messages; kept, duplicate, conflicting and refused values."""
    report = hast.reports[LORA]
    assert report.kinds == {"message": 61_033, "comment": 110, "header": 76, "time_request": 4_409}
    assert (report.lines, report.unreadable) == (65_628, {})

    expected = account(hast.file, "hast_lora")
    said = ledger(hast.installation, LORA)
    assert report.values == said["received"] == expected["received"] == 6 * 61_033
    assert {name: said[name] for name in ("kept", "duplicate", "conflicting")} == {
        "kept": expected["kept"], "duplicate": expected["duplicate"], "conflicting": expected["conflicting"],
    }  # fmt: skip
    assert {name: n for name, n in said.items() if name.startswith("rejected")} == {
        "rejected:clock": expected["rejected"]
    }
    assert ledger(hast.installation, PLACED) == said


@pytest.mark.slow
def test_the_lora_log_raises_sensor_work_only(hast: Replayed) -> None:
    """Two nodes that answered 655 % and one id that two nodes share: three tickets, nothing about goods."""
    found = findings(hast.installation, LORA)
    raised = tickets(hast.installation, LORA)

    assert {(f.kind, f.subject.split(":")[1]) for f in found} == {
        ("sentinel", "GW/node-5"), ("sentinel", "GW/node-20"), ("shared_identity", "GW/node-10"),
    }  # fmt: skip
    assert sorted((t["kind"], t["cause"]) for t in raised) == [
        ("sensor", "device:hast/node-10:identity"),
        ("sensor", "device:hast/node-20:sensor"),
        ("sensor", "device:hast/node-5:sensor"),
    ]
    assert sum(f.samples for f in found if f.kind == "sentinel") == len({
        (row["device"], row["time"])
        for device in ("node-5", "node-20")
        for row in readings(hast.installation, f"{LORA}/{device}", "relative_humidity")
        if "sentinel" in row["flags"]
    })  # fmt: skip


@pytest.mark.slow
def test_error_rows_of_the_lora_log_make_no_excursion(hast: Replayed) -> None:
    """Among goods, the same excursions begin, end and peak as without the error rows.

    Area and samples are left out: an error row also says -0.01 °C, which no receiver can tell from a temperature, and
    one of these fell into a frost of a day.
    """
    told, healthy = (
        Counter(
            one._replace(area=None, samples=0)
            for one in findings(hast.installation, gateway).elements()
            if one.kind in {"too_high", "too_low"}
        )
        for gateway in (PLACED, HEALTHY)
    )

    assert told == healthy
    assert told
    assert all(f.peak is not None and abs(f.peak) < 60 for f in told)


@pytest.mark.slow
def test_goods_among_the_nodes_have_few_tickets(hast: Replayed) -> None:
    """Hundreds of findings of three months: one ticket a cause, and hardly more work about sensors than without goods.

    Among goods readings are also judged as they come: two nodes a kelvin apart under one id are a noisy series.
    """
    raised = tickets(hast.installation, PLACED)
    causes = [t["cause"] for t in raised]

    assert len(findings(hast.installation, PLACED)) > 300
    assert len(raised) <= 12
    assert len(set(causes)) == len(causes)
    assert {c for c in causes if c.endswith((":identity", ":sensor"))} == {
        f"device:{PLACED}/node-10:sensor",
        *(t["cause"].replace(LORA, PLACED) for t in tickets(hast.installation, LORA)),
    }


@pytest.mark.slow
@pytest.mark.parametrize("gateway", ORDERS)
def test_the_disordered_log_is_accounted_for_in_any_order(kaggle: Replayed, gateway: str) -> None:
    """Kept, duplicate and conflicting are the same in the order of the file, backwards and shuffled."""
    assert ledger(kaggle.installation, gateway) == {
        "received": 97_606, "kept": 31_338, "duplicate": 60_338, "conflicting": 5_930,
    }  # fmt: skip
    assert kaggle.reports[gateway].values == 97_606
    assert kaggle.reports[gateway].resent_values == 0


@pytest.mark.slow
def test_disorder_makes_no_excursion(kaggle: Replayed) -> None:
    """The three orders find the same; each excursion holds nothing but undisputed readings beyond its limit."""
    first, *others = (findings(kaggle.installation, gateway) for gateway in ORDERS)
    for other in others:
        assert (first - other, other - first) == (Counter(), Counter())

    excursions = [f for f in first if f.kind == "too_high"]
    assert excursions
    for side in SIDES:
        rows = [
            (at_us(row["time"]), row["value"])
            for row in readings(kaggle.installation, f"kaggle-shuffled/{side}", "temperature")
            if not row["flags"]
        ]
        for one in excursions:
            if side in one.subject and one.end is not None:
                within = [value for time_us, value in rows if at_us(one.start) <= time_us < at_us(one.end)]
                assert len(within) == one.samples
                assert within[0] > 30
                assert min(within) > 29.5
                assert max(within) == one.peak
