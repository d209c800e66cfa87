"""The condition of devices over HTTP: batteries with their end, radio, losses, clocks; and who may see whose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from detect.nouns import Kind, Severity
from registry import nouns as r
from tests.api.conftest import HOUR, NOW, finding, raise_findings
from tests.api.test_requirements import enter

DAYS = 20


def falling(from_v: float, to_v: float) -> list[tuple[int, float]]:
    """A battery that fell evenly, an hour apart, until now."""
    volts = np.linspace(from_v, to_v, DAYS * 24)
    return [(NOW - (len(volts) - n) * HOUR, round(v, 4)) for n, v in enumerate(volts.tolist())]


def at(text: str) -> float:
    """A time as it is sent, in µs."""
    return datetime.fromisoformat(text).timestamp() * 1e6


def test_a_battery_with_its_end(world: Any) -> None:
    """Volts, fall, cut-off, and the end between P10 and P90; beside it what goes on and when it was heard last."""
    world.add_readings("g1/p1", falling(2.7, 2.4), "battery_voltage")
    found = world.get("/devices/p1/condition", "viewer").json()
    battery = found["battery"]
    assert (battery["taken_for"], battery["cut_off"]) == ("two_cells", 2.3)
    assert abs(battery["voltage_v"] - 2.407) < 0.005
    assert abs(battery["fall_per_day"] - 0.3 / DAYS) < 0.002
    end = battery["end_of_life"]
    straight_us = NOW + 0.1 / 0.3 * DAYS * 24 * HOUR
    assert at(end["p10"]) <= at(end["p50"]) <= straight_us <= at(end["p90"])
    assert {one["kind"] for one in found["standing"]} == {"sentinel"}
    assert (found["place"], found["site"], found["gateway"]) == ("z1", "depot", "g1")
    assert found["last_seen"] == "2026-11-21T09:59:00Z"


def test_a_registered_curve_tells_per_cent_and_the_end(world: Any) -> None:
    """By the model's discharge curve it is half full, and ends lower."""
    model = r.DeviceModel(key="own", battery=((1.8, 0.0), (2.4, 50.0), (3.0, 100.0)))
    enter(world, model, r.Device(key="p1", gateway="g1", device="p1", model="own"))
    world.add_readings("g1/p1", falling(2.7, 2.4), "battery_voltage")
    battery = world.get("/devices/p1/condition").json()["battery"]
    assert (battery["taken_for"], battery["cut_off"]) == ("curve", 1.8)
    assert abs(battery["level_pct"] - 50) < 1.5


def test_its_model_interval_and_the_certificate_that_ends_first(world: Any) -> None:
    """Of each quantity the newest certificate counts, and of these the one that ends first; before any there is none."""
    assert world.get("/devices/p1/condition").json()["calibration_due"] is None
    enter(world, r.Device(key="p1", gateway="g1", device="p1", model="own", interval_us=600_000_000))
    of = {"temperature": [(-900, -100), (-50, 300)], "relative_humidity": [(-40, 30)]}
    for quantity, certificates in of.items():
        for n, (done, due) in enumerate(certificates):
            times = {"done_us": NOW + done * 24 * HOUR, "due_us": NOW + due * 24 * HOUR}
            enter(world, r.Calibration(key=f"{quantity}-{n}", device="p1", quantity=quantity, **times))
    found = world.get("/devices/p1/condition").json()
    assert (found["model"], found["interval_s"]) == ("own", 600.0)
    assert at(found["calibration_due"]) == NOW + 30 * 24 * HOUR


def test_radio_losses_mains_and_clock(world: Any) -> None:
    """What a device tells of its link, and what is known of its clock."""
    times = [NOW - (72 - n) * HOUR for n in range(72)]
    world.add_readings("g1/p1", [(t, -101.0) for t in times], "rssi")
    world.add_readings("g1/p1", [(t, float(2 * n)) for n, t in enumerate(times)], "frame_counter")
    world.add_readings("g1/p1", [(t, 0.0) for t in times], "mains_power")
    raise_findings(
        world,
        finding("f-clock", "", NOW - HOUR, None, Kind.CLOCK_FAULT, subject="device:g1/p1", cause="device:g1/p1:clock",
                severity=Severity.WARNING, evidence={"device": "g1/p1", "fault": "behind", "offset_us": -3_600_000_000, "rejected": 0}),
    )  # fmt: skip
    found = world.get("/devices/p1/condition").json()
    assert (found["rssi_dbm"], found["mains_power"], found["clock_offset_s"]) == (-101.0, False, -3600.0)
    assert abs(found["lost_share"] - 0.5) < 0.02
    assert found["restarts"] == 0
    assert found["battery"] is None


def test_the_battery_that_ends_first_is_first(world: Any) -> None:
    """Sorted by the end of life, page by page; devices without one are behind; filters narrow it down."""
    world.add_readings("g1/p1", falling(2.9, 2.7), "battery_voltage")
    world.add_readings("g2/p2", falling(2.7, 2.4), "battery_voltage")
    enter(world, r.Device(key="a-new-one", gateway="g1", device="x"))
    first = world.get("/devices/conditions", "engineer", params={"limit": 2}).json()
    assert [item["device"] for item in first["items"]] == ["p2", "p1"]
    rest = world.get("/devices/conditions", "engineer", params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["device"] for item in rest["items"]] == ["a-new-one"]
    assert rest["next"] is None
    for asked, expected in (
        ({"gateway": "g2"}, ["p2"]), ({"place": "z1"}, ["p1"]), ({"site": "own2"}, []), ({"standing": "true"}, ["p1"]),
    ):  # fmt: skip
        items = world.get("/devices/conditions", params=asked).json()["items"]
        assert [item["device"] for item in items] == expected


def test_what_was_noticed_about_a_device(world: Any) -> None:
    """About the device and about each of its quantities, and nothing about one whose name begins alike."""
    for n, subject in enumerate((
        "device:g1/p1",
        "device:g1/p1:temperature",
        "device:g1/p10",
        "device:g1/p_",
    )):
        raise_findings(
            world, finding(f"f-{n}", "", NOW - n * HOUR, None, Kind.STUCK, subject=subject, cause=subject)
        )
    found = world.get("/findings", params={"device": "g1/p1", "kind": "stuck"}).json()["items"]
    assert [one["id"] for one in found] == ["f-0", "f-1"]
    found = world.get("/findings", params={"device": "g1/p_", "kind": "stuck"}).json()["items"]
    assert [one["id"] for one in found] == ["f-3"]


def test_who_may_see_whose(world: Any) -> None:
    """The keeper of the site sees its devices and no others; customers and carriers see none; what is not there is not found."""
    world.add_readings("g1/p1", falling(2.7, 2.4), "battery_voltage")
    assert [i["device"] for i in world.get("/devices/conditions", "yard").json()["items"]] == ["p1", "p2"]
    assert world.get("/devices/conditions", "keeper").json()["items"] == []
    assert world.get("/devices/p1/condition", "yard").status_code == 200
    assert world.get("/devices/p1/condition", "keeper").status_code == 404
    for who in ("c1", "driver", "carrier", "g1"):
        assert world.get("/devices/conditions", who).status_code == 403
        assert world.get("/devices/p1/condition", who).status_code == 403
    assert world.get("/devices/nobody/condition").status_code == 404
