"""What devices fall short of: each kind of gap, and none where all is as the profile asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from registry import nouns as r
from registry.gaps import Heard, asked, asked_intervals, gaps

MIN, DAY = 60_000_000, 86_400_000_000
NOW = 1_795_248_000_000_000
ASKED = r.ProfileVersion(interval_us=30 * MIN, accuracy=(("temperature", 0.5), ("relative_humidity", 5.0)))
GOOD = r.Calibration(
    key="c1", device="a", quantity="temperature", done_us=NOW - DAY, due_us=NOW + DAY, deviation=0.1, uncertainty=0.2
)  # fmt: skip


def world(calibrations: tuple[r.Calibration, ...] = (GOOD,), **device: Any) -> r.RegistrySnapshot:
    """A probe in a cold room."""
    probe = {"key": "a", "gateway": "g", "device": "a", "quantities": ("temperature",)} | device
    return r.RegistrySnapshot(
        profiles=(r.Profile(key="cold", versions=(replace(ASKED, valid_to_us=NOW + DAY),)),),
        zones=(r.Zone(key="room", profile="cold"),),
        gateways=(r.Gateway(key="g"),),
        devices=(r.Device(**probe),),
        calibrations=calibrations,
        placements=(
            r.Placement(subject_kind=r.SubjectKind.DEVICE, subject="a", place_kind=r.PlaceKind.ZONE, place="room"),
        ),
    )  # fmt: skip


def found(snapshot: r.RegistrySnapshot, **heard: Any) -> list[tuple[str, str, float | None, float | None]]:
    """Kind, quantity, required and actual of each gap."""
    told = gaps(snapshot, asked(snapshot, NOW), NOW, Heard(**heard))
    assert all((gap.place, gap.profile) == ("room", "cold") for gap in told)
    return [(str(gap.kind), gap.quantity, gap.required, gap.actual) for gap in told]


def test_nothing_where_all_is_as_asked() -> None:
    """Set, measured and calibrated well enough; and one that hangs nowhere is asked for nothing."""
    fine = world(interval_us=10 * MIN)
    assert found(fine, interval_us={"g/a": 31 * MIN}) == []
    assert found(replace(fine, placements=()), interval_us={"g/a": DAY}) == []
    assert asked_intervals(asked(fine, NOW)) == {"g/a": 30 * MIN}
    assert asked_intervals(asked(fine, NOW + 2 * DAY)) == {}


def test_too_seldom() -> None:
    """As it is set, as its model speaks, as it really does."""
    assert found(world(interval_us=40 * MIN)) == [("interval", "", 30 * MIN, 40 * MIN)]
    slow = replace(world(model="slow"), device_models=(r.DeviceModel(key="slow", interval_us=60 * MIN),))
    assert found(slow) == [("interval", "", 30 * MIN, 60 * MIN)]
    really = found(world(interval_us=10 * MIN), interval_us={"g/a": 60 * MIN})
    assert really == [("interval_measured", "", 30 * MIN, 60 * MIN)]


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        ({"deviation": 0.4, "uncertainty": 0.2}, [("accuracy", 0.6000000000000001)]),
        ({"deviation": -0.6, "uncertainty": None}, [("accuracy", 0.6)]),
        ({"due_us": NOW}, [("calibration_overdue", 0.30000000000000004)]),
        ({"done_us": NOW + 1}, [("accuracy_unknown", None), ("calibration_missing", None)]),
        ({"deviation": None}, [("accuracy_unknown", None)]),
    ],
)
def test_by_its_certificate(certificate: dict[str, Any], expected: list[tuple[str, float | None]]) -> None:
    """The error of the raw value is its deviation and the uncertainty of that."""
    told = found(world((replace(GOOD, **certificate),), interval_us=10 * MIN))
    assert [(kind, actual) for kind, _, _, actual in told] == expected


def test_by_its_model() -> None:
    """Without a certificate the model's accuracy counts; what neither it nor anybody measures is not asked."""
    told = found(world((), model="am2302", quantities=()))
    assert told == [
        ("calibration_missing", "relative_humidity", 5.0, 5.0),
        ("calibration_missing", "temperature", 0.5, 0.5),
    ]
    told = found(world((), model="bme280", quantities=("temperature",)))
    assert ("accuracy", "temperature", 0.5, 1.0) in told
    unknown = world(interval_us=10 * MIN)
    assert found(unknown, quantities={"g/a": frozenset({"relative_humidity"})}) == [
        ("accuracy_unknown", "relative_humidity", 5.0, None),
        ("calibration_missing", "relative_humidity", 5.0, None),
    ]
