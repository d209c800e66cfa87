"""Every kind of finding, as the detectors really deliver it, is a title and a reason in both languages."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from detect import calibration, excursions, sensor_faults, silence, spending
from detect.calibration import CalibrationDues, Overdue
from detect.nouns import Finding, Goods, Kind
from tests.detect import cold_rooms, told_air, told_condition, told_forecasts, told_goods, told_sensors
from tests.detect.memory import MemoryLog, MemoryReadings
from tests.detect.test_derived import HUMID, INGOT, LEAD, WARM, WET, watch
from tests.detect.test_derived import SERIES as DAMP_SERIES
from tests.detect.test_storms import heartbeats, installation, speak, standing
from tests.detect.worlds import MINUTE, REGISTRIES, T0, Said, World, said
from texts import LANGUAGES, Language, MissingText, catalogue, formats, render
from tickets import explain


def silent() -> list[Finding]:
    """A gateway goes dead, before that one of its devices and a quantity of another."""
    world = installation(4, zones=2)
    speak(world, range(3))
    speak(world, range(3, 12), silent={"g0/d1", "g0/d2:battery_voltage"})
    heartbeats(world, 12, 40)
    return standing(world)


def dark() -> list[Finding]:
    """Two gateways of a site go dead at once."""
    world = installation(4, gateways=2, zones=2)
    world.watches = [replace(watch, site="harbour") for watch in world.watches]
    world.start()
    speak(world, range(3))
    heartbeats(world, 3, 20)
    return standing(world)


def heard() -> list[Finding]:
    """Too warm, too cold, sentinels, impossible values and disputes."""
    world = World(REGISTRIES["plain"])
    for slot, value in enumerate([5.0, 9.0, 9.0, 9.0, 9.0, 5.0, 1.0, 1.0, 1.0, 5.0, 85.0, -200.5]):
        world.receive([said(1, slot, value), said(3, slot, 9.0), said(2, slot, 5.0), said(2, slot, 6.0)])
    world.settle()
    return standing(world)


def derived() -> list[Finding]:
    """Condensation, wet metal and a used budget, of air that gets warm and damp."""
    damp = [replace(limit, band="goods/dew") for limit in (WET,)]
    warm = replace(WARM, band="lead/warm-hours")
    expected = watch("g/a", "z1", -300, None, (*LEAD, *damp, warm, HUMID), INGOT, Goods("goods", 10 * MINUTE))
    world = World([expected], MemoryReadings(list(DAMP_SERIES)))
    for slot in range(60):
        world.receive([
            Said(1, T0 + slot * 6 * MINUTE, 5.0 + slot / 3),
            Said(2, T0 + slot * 6 * MINUTE, 99.0),
        ])
    world.settle()
    return standing(world)


def overdue() -> list[Finding]:
    """A certificate that has run out."""
    one = Overdue("g/a", "temperature", "s1", "CAL-1", T0, T0, None)
    return [
        change.finding
        for change in CalibrationDues(MemoryLog(), lambda: [one], lambda: "id").judge(T0 + MINUTE)
    ]


@pytest.fixture(scope="module")
def found() -> dict[Kind, Finding]:
    """One real finding of every kind."""
    return {
        f.kind: f
        for f in [
            *dark(),
            *silent(),
            *heard(),
            *derived(),
            *overdue(),
            *told_condition.findings(),
            *told_air.findings(),
            *told_sensors.findings(),
            *told_forecasts.findings(),
            *told_goods.findings(),
            *cold_rooms.findings(),
        ]
    }


def test_every_kind_is_delivered_by_a_named_detector(found: dict[Kind, Finding]) -> None:
    """The detectors together deliver every kind there is."""
    assert set(found) == set(Kind)
    named = {
        excursions.DETECTOR,
        silence.DETECTOR,
        sensor_faults.DETECTOR,
        spending.DETECTOR,
        calibration.DETECTOR,
        *told_condition.DETECTORS,
        *told_air.DETECTORS,
        *told_sensors.DETECTORS,
        *told_forecasts.DETECTORS,
        *told_goods.DETECTORS,
        *cold_rooms.DETECTORS,
    }
    assert {f.detector for f in found.values()} == named


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_told_without_a_gap(found: dict[Kind, Finding], kind: Kind, lang: Language) -> None:
    """Title and reason render from what the detector delivers: no missing code, no missing parameter, nothing empty."""
    finding = found[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("error", MissingText)
        for text in (
            explain.title(finding, None),
            explain.why(finding, None, [finding]),
            explain.why(finding, None, [finding], ["z1"]),
        ):
            shown = render(text.code, text.params, lang)
            assert formats.NOTHING not in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_of_a_retraction_is_told(lang: Language) -> None:
    """Each reason by which detectors take a finding back is a sentence."""
    reasons = {
        "late_readings",
        "limit_not_exceeded",
        "registry_changed",
        "spoke_after_all",
        "looked_again",
        "part_of_wider_silence",
        "merged",
        "disputed",
    }
    assert {f"retracted.{reason}" for reason in reasons} <= catalogue(lang).keys()
