"""Reports: what was shown, for whose eyes, and whether a saved one can be told from one that was made up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from detect.nouns import Limit, Severity
from keepwell.settings import Settings
from keepwell.wiring.verification import build as verify
from registry import nouns as r
from store import events
from store.canonical import digest_of
from store.repositories.registry import RegistryRepository
from tests.api.conftest import BY, HOUR, MINUTE, T0, T1, World, finding, raise_findings

DAY = {"from": "2026-11-21T07:00:00Z", "to": "2026-11-21T11:00:00Z"}
HIGH = Limit("high", "temperature", "high", 45.0, 1.0, 0, 1, Severity.ALARM)


def rules(world: World, interval_us: int = 30_000_000) -> None:
    """The goods tolerate 45 °C, from half past nine on 50 °C, and want to be measured so often."""
    warmer = replace(HIGH, limit=50.0)
    versions = (
        r.ProfileVersion(limits=(HIGH,), interval_us=interval_us, valid_to_us=T1 + 30 * MINUTE),
        r.ProfileVersion(limits=(warmer,), interval_us=interval_us, valid_from_us=T1 + 30 * MINUTE),
    )
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        registry.put(r.Profile(key="metal", versions=versions), BY)
        registry.put(
            r.Calibration(key="cert-1", device="p1", quantity="temperature", done_us=T0 - HOUR, due_us=T1,
                          certificate="C 1", deviation=0.1), BY)  # fmt: skip


def point(report: dict[str, Any], quantity: str = "temperature") -> dict[str, Any]:
    """The measuring point of a quantity."""
    (found,) = [one for one in report["points"] if one["quantity"] == quantity]
    return found


@pytest.mark.parametrize(
    ("who", "low", "high"), [("admin", 0.0, 119.0), ("c1", 0.0, 59.0), ("c2", 60.0, 119.0)]
)
def test_a_place_shows_each_customer_its_own_hour(world: World, who: str, low: float, high: float) -> None:
    """The same place, the same day: readings, excursions, limits and acts are those of one's own goods."""
    rules(world)
    report = world.get("/zones/z1/report", who, params=DAY).json()
    shown = point(report)
    assert (shown["min"], shown["max"]) == (low, high)
    assert shown["min_at"] == {0.0: "2026-11-21T08:00:00Z", 60.0: "2026-11-21T09:00:00Z"}[low]
    assert shown["mean"] == pytest.approx((low + high) / 2)
    assert {"admin": {"f-c1", "f-c2"}, "c1": {"f-c1"}, "c2": {"f-c2"}}[who] == {
        one["id"] for one in report["excursions"]
    }
    spans = {(one["limit"], one["from"], one["to"]) for one in report["limits"]}
    first, second = ("2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z")
    assert ((45.0, first, second) in spans) is (who == "c1")
    assert (50.0 in {limit for limit, _, _ in spans}) is (who != "c1")
    if who != "admin":
        text = json.dumps(report)
        other = {"c1": "l2", "c2": "l1"}[who]
        assert f"lot:{other}" not in text
        assert {one["by"] for one in report["acts"]} <= {""}


def test_a_lot_is_reported_for_its_customer_and_nobody_else(world: World) -> None:
    """Its hour alone, with its record; to another customer, a keeper or a driver it does not exist."""
    rules(world)
    raise_findings(world, finding("f-own", "metal/high", T0 + 50 * MINUTE, T0 + 55 * MINUTE))
    report = world.get("/lots/l1/report", "c1", params=DAY).json()
    assert point(report)["counted"] == [{"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T09:00:00Z"}]
    assert report["exposure"]["lot"] == "l1"
    assert [one["id"] for one in report["excursions"]] == ["f-own"]
    for who in ("c2", "yard", "driver"):
        assert world.get("/lots/l1/report", who, params=DAY).status_code == 404
    assert world.get("/zones/z2/report", "c1", params=DAY).status_code == 404


def test_interval_and_certificates_against_what_is_asked(world: World) -> None:
    """Measured every minute where every half minute is wanted: not met, and each pause is a gap; the certificate ran out."""
    rules(world)
    report = world.get("/zones/z1/report", params=DAY).json()
    shown = point(report)
    assert (shown["interval_s"], shown["required_interval_s"], shown["interval"]) == (60.0, 30.0, "not_met")
    assert shown["gap_from_s"] == 45.0
    assert len(shown["gaps"]) + shown["gaps_left_out"] == 121
    assert len(shown["gaps"]) == 50
    (certificate,) = [one for one in report["calibrations"] if one["quantity"] == "temperature"]
    assert (certificate["certificate"], certificate["standing"]) == ("C 1", "overdue")
    rules(world, 60_000_000)
    shown = point(world.get("/zones/z1/report", params=DAY).json())
    assert shown["interval"] == "met"
    assert [one["duration_s"] for one in shown["gaps"]] == [3600.0, 120.0]


def test_decisions_on_lots_stand_in_the_report(world: World) -> None:
    """Who released the goods, when and why; the customer reads what was decided, not why nor by whom."""
    now = world.now_us
    world.now_us = T1 + 20 * MINUTE
    assert (
        world.post("/lots/l2/status", {"status": "hold", "reason": "too hot"}, "quality").status_code == 200
    )
    world.now_us = now
    decisions = world.get("/zones/z1/report", params=DAY).json()["decisions"]
    assert [(one["lot"], one["before"], one["status"], one["reason"]) for one in decisions] == [
        ("l2", "available", "hold", "too hot")
    ]
    (own,) = world.get("/lots/l2/report", "c2", params=DAY).json()["decisions"]
    assert (own["status"], own["by"], own["reason"]) == ("hold", "", "")
    assert world.get("/lots/l1/report", "c1", params=DAY).json()["decisions"] == []


def test_a_saved_report_is_checked_against_the_log(world: World, tmp_path: Path) -> None:
    """Unchanged and on record: given. A changed figure, a new hash over it, another log: each is told apart."""
    with world.database.writing() as connection:
        events.seal(connection)
    report = world.get("/zones/z1/report", params=DAY).json()
    (kept,) = world.folder.rglob("service*.sqlite")
    assert report["verification"]["sha256"] == digest_of(report)

    def standing(document: dict[str, Any]) -> str:
        path = tmp_path / "report.json"
        path.write_text(json.dumps(document, indent=2), "utf-8")
        found: str = verify(Settings(data=tmp_path), kept, report=path)["report"]["standing"]
        return found

    assert standing(report) == "given"
    reversed_keys = dict(reversed(json.loads(json.dumps(report).replace(".0,", ",")).items()))
    assert standing(reversed_keys) == "given"
    forged = json.loads(json.dumps(report))
    forged["points"][0]["max"] = 8.0
    assert standing(forged) == "altered"
    forged["verification"]["sha256"] = digest_of(forged)
    assert standing(forged) == "not_given"
    elsewhere = json.loads(json.dumps(report))
    elsewhere["verification"]["head_hash"] = "0" * 64
    elsewhere["verification"]["sha256"] = digest_of(elsewhere)
    assert standing(elsewhere) == "foreign"
    elsewhere["verification"]["head"] = 10**6
    elsewhere["verification"]["sha256"] = digest_of(elsewhere)
    assert standing(elsewhere) == "later"


def test_who_took_a_report_is_on_record_for_admins(world: World) -> None:
    """A report is an export: in the history, and shown to those who administer users."""
    world.get("/zones/z1/report", "c1", params=DAY)
    (event,) = world.get("/events", params={"subject": "export:report"}).json()["items"]
    assert event["new"]["about"] == "zone:z1"
    assert world.get("/events", "c1", params={"subject": "export:report"}).json()["items"] == []


def test_an_empty_period_is_refused(world: World) -> None:
    """Ends before it starts, or wholly to come."""
    backwards = {"from": DAY["to"], "to": DAY["from"]}
    for params in (backwards, {"from": "2027-01-01T00:00:00Z", "to": "2027-01-02T00:00:00Z"}):
        assert world.get("/zones/z1/report", params=params).status_code == 422
