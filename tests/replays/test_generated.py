"""Generated logs with the defects of real ones, replayed through a whole installation: exactly known counts, always run."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from simulators.logs import Expected, disordered_log, lora_log
from simulators.replay import Order, ReplayReport
from tests.replays.questions import (
    GOODS,
    Installation,
    findings,
    ledger,
    readings,
    registry_toml,
    send,
    tickets,
)

KNOWN_SINCE_US = 1_695_000_000_000_000
"""Before both logs begin."""
ORDERS: dict[str, Order] = {
    "minutes-file": "file",
    "minutes-reversed": "reversed",
    "minutes-shuffled": "shuffled",
}
LORA, PLACED, HEALTHY = "lora", "lora-placed", "lora-healthy"
ERROR_ROW = "65535"
PROFILES = """
format = 1

[[profile]]
key = "hourly"
form = "pail"
unwatched = "4 h"
band = [
  { band = "frost", quantity = "temperature", side = "low", limit = 4.0, deadband = 0.5, on_delay = "10 min", min_samples = 2, severity = "critical" },
  { band = "humid", quantity = "relative_humidity", side = "high", limit = 50.0, deadband = 2.0, on_delay = "1 h", min_samples = 2, severity = "warning" },
]

[[profile]]
key = "by-the-minute"
form = "pail"
unwatched = "15 min"
band = [
  { band = "warm", quantity = "temperature", side = "high", limit = 26.5, deadband = 1.0, on_delay = "5 min", min_samples = 3, severity = "alarm" },
]
"""
"""Limits that the random numbers of the generated logs break now and then."""


class Story(NamedTuple):
    """What was sent, what it holds, and what the sender says of it, by gateway."""

    installation: Installation
    expected: dict[str, Expected]
    reports: dict[str, ReplayReport]


@pytest.fixture(scope="module")
def story(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """All logs replayed into one installation, and judged to the end."""
    folder = tmp_path_factory.mktemp("logs")
    lora, minutes = folder / "lora.log", folder / "minutes.csv"
    loras, thermometers = lora_log(lora), disordered_log(minutes)
    healthy = folder / "healthy.log"
    healthy.write_text("".join(line for line in lora.open() if ERROR_ROW not in line))
    nodes, sides = ("node-3", "node-5", "node-10"), ("thermometer-In", "thermometer-Out")
    installation.prepare(
        PROFILES
        + registry_toml((PLACED, HEALTHY), nodes, "hourly", "1 h")
        + registry_toml(tuple(ORDERS), sides, "by-the-minute", "1 min"),
        KNOWN_SINCE_US,
    )
    installation.start()
    expected = {LORA: loras, PLACED: loras} | dict.fromkeys(ORDERS, thermometers)
    reports = {name: send(installation, lora, name, "hast_lora") for name in (LORA, PLACED)}
    send(installation, healthy, HEALTHY, "hast_lora")
    for name, order in ORDERS.items():
        reports[name] = send(installation, minutes, name, "iot_temp_kaggle", order)
    installation.settle()
    return Story(installation, expected, reports)


@pytest.mark.parametrize("gateway", [LORA, PLACED, *ORDERS])
def test_every_line_and_every_value_is_accounted_for(story: Story, gateway: str) -> None:
    """Lines by kind in the sender's report, values by outcome in the ledger, and both say the same of what was sent."""
    expected, report = story.expected[gateway], story.reports[gateway]
    assert (report.lines, report.kinds, report.unreadable) == (
        expected.lines, expected.kinds, expected.unreadable,
    )  # fmt: skip

    rejected = {f"rejected:{reason}": n for reason, n in expected.rejected.items()}
    assert (
        ledger(story.installation, gateway)
        == {
            "received": report.values,
            "kept": expected.kept,
            "duplicate": expected.duplicate,
            "conflicting": expected.conflicting,
        }
        | rejected
    )
    assert report.values == expected.values


def test_nodes_nobody_placed_raise_sensor_work_only(story: Story) -> None:
    """The dead sensor and the shared id are found out; of goods nothing is said, for none are there."""
    found = findings(story.installation, LORA)
    raised = tickets(story.installation, LORA)

    assert {(f.kind, f.subject.rsplit(":", 1)[0]) for f in found} == {
        ("sentinel", "device:GW/node-5"),
        ("shared_identity", "device:GW/node-10"),
    }
    assert sum(f.samples for f in found if f.kind == "sentinel") == story.expected[LORA].sentinels
    assert {t["kind"] for t in raised} == {"sensor"}
    assert {t["cause"] for t in raised} == {f"device:{LORA}/node-5:sensor", f"device:{LORA}/node-10:identity"}
    assert len(raised) == 2


def test_error_rows_raise_no_excursion_where_goods_are(story: Story) -> None:
    """With goods around the nodes, the log with its error rows finds of goods just what the log without them finds."""
    told, healthy = (
        {f: n for f, n in findings(story.installation, gateway).items() if f.kind in GOODS - {"unwatched"}}
        for gateway in (PLACED, HEALTHY)
    )

    assert told == healthy
    assert {f.kind for f in told} == {"too_high"}
    assert all(f.peak is not None and f.peak <= 100 for f in told)


def test_the_order_of_sending_changes_no_finding(story: Story) -> None:
    """In file order, backwards and shuffled: the same excursions, pauses, peaks and areas."""
    first, *others = (findings(story.installation, gateway) for gateway in ORDERS)

    assert all(other == first for other in others)
    assert {"too_high", "shared_identity"} <= {f.kind for f in first}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_raised_can_be_read(story: Story, language: str) -> None:
    """Every ticket says in the reader's language which device, since when, and how many readings are behind it."""
    words = {
        "en": ("Two devices share one id", "Sensor fault"),
        "zh": ("两个监测终端共用一个编号", "传感器故障"),
    }
    raised = tickets(story.installation, LORA, language)

    assert sorted(t["title"].split(":" if language == "en" else "：")[0] for t in raised) == sorted(
        words[language]
    )
    for ticket in raised:
        assert "{" not in ticket["why"] + ticket["title"]
        assert "2023-11-" in ticket["why"]
        node = ticket["subject"].split(":")[1]
        assert node in ticket["title"]
        assert ticket["why"].count(node) == 1, ticket["why"]


def test_the_kept_readings_are_those_of_the_log(story: Story, tmp_path: Path) -> None:
    """Each minute once, in order of time, whichever way the log was sent; contradicted minutes say so."""
    for side in ("In", "Out"):
        kept = [
            list(readings(story.installation, f"{name}/thermometer-{side}", "temperature")) for name in ORDERS
        ]
        for rows in kept:
            assert [row["time"] for row in rows] == sorted({row["time"] for row in rows})
            assert [(row["time"], row["flags"]) for row in rows] == [(r["time"], r["flags"]) for r in kept[0]]
        undisputed = [[(r["time"], r["value"]) for r in rows if not r["flags"]] for rows in kept]
        assert undisputed[0] == undisputed[1] == undisputed[2]
        assert 0 < len(undisputed[0]) < len(kept[0])
