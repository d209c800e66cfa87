"""Every ticket explains itself in both languages: title, reasons with the readings behind it, deadline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detect.nouns import Change, FindingChange, Kind, Severity
from registry.nouns import (
    ALWAYS_US,
    Customer,
    Gateway,
    Lot,
    PlaceKind,
    Placement,
    RegistrySnapshot,
    Shipment,
    Site,
    SubjectKind,
    Zone,
)
from tests.tickets.desk import HOUR, MIN, T0, Desk, finding, opened
from texts import LANGUAGES, Language, formats, render
from tickets.nouns import Place, Priority, Text, Ticket
from tickets.places import RegistryPlaces

RECKONED = {
    "surface_c": 8.0, "dew_point_c": 18.19, "air_c": 24.0, "air_rh_pct": 70.0, "lag_us": 9_144_000_000,
    "surface_is": "reckoned", "side": "high", "budget_us": 738_000_000_000, "window_us": 2_592_000_000_000,
    "p10_us": T0, "p50_us": T0 + HOUR, "p90_us": T0 + 2 * HOUR, "cells": "two_cells", "formerly": -80.0, "lost": 0.3,
    "count": 2, "cycles": 0, "hours_a_year": 3100, "iso_class": "τ4", "says": "within", "mean_kinetic_c": 24.1,
    "mean_c": 23.5, "low_c": 18.0, "high_c": 32.0, "sent": 24, "received": 12, "restarts": 3, "gateways": 2, "gateway_names": ["g1", "g2"], "expected": 4.0, "pattern": "spread", "fault": "ahead", "rejected": 7, "silence": "speaks",
    "name": "AC-01", "condition": 71.4, "longer": 0.4, "task": "cooling", "began_us": T0, "among": "alone", "told": "room",
    "reason": "date", "last": "done", "last_us": T0, "date_us": T0, "checks": "cooling",
    "probability": 0.97, "issued_us": T0, "expires_us": T0 + HOUR, "state": "standing",
} | {
    name: {"value": 8.5, "quantity": "temperature"} for name in ("mean", "usual", "swing", "usual_swing")
}  # fmt: skip
"""What derived quantities, budgets and unusual courses have in their evidence."""


def _said(text: Text, lang: Language, ticket: Ticket) -> str:
    return render(text.code, text.params, lang, ticket.time_zone)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("quantity", ["temperature", "relative_humidity", "pressure", "salinity"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_in_both_languages(kind: Kind, quantity: str, lang: Language) -> None:
    """No code, no placeholder and no gap reaches a person (a missing text is an error in tests)."""
    desk = Desk()
    one = finding(kind=kind)
    desk.take(opened(replace(one, evidence={**one.evidence, **RECKONED, "quantity": quantity})))
    ticket = desk.ticket
    for text in (ticket.title, ticket.why, ticket.deadline):
        said = _said(text, lang, ticket)
        assert "{" not in said
        assert "finding." not in said
        assert formats.NOTHING not in said


def test_the_title_of_the_issue() -> None:
    """Too warm, where, how much, which limit, for how long."""
    desk = Desk()
    one = finding(end_us=T0 + 31 * MIN)
    desk.take(opened(one))
    assert _said(desk.ticket.title, "en", desk.ticket) == "Too warm: Room z1: 9.8 °C, limit 8 °C for 31 min"
    assert _said(desk.ticket.title, "zh", desk.ticket) == "超温：Room z1：9.8 °C，限值 8 °C，已持续 31分钟"


def test_the_reasons_name_profile_coverage_and_readings() -> None:
    """No verdict without coverage, none without the readings, on the clocks of the site."""
    desk = Desk()
    desk.take(opened(finding()))
    why = _said(desk.ticket.why, "en", desk.ticket)
    for part in (
        "(chilled)",
        "98 %",
        "12.5 degree-minutes",
        "08:00 8.4 °C, 08:01 9.8 °C",
        "(UTC+08:00)",
        "g1/p7",
    ):
        assert part in why


def test_evidence_that_is_not_there_is_shown_as_missing() -> None:
    """A detector that says little still gives a ticket that can be read."""
    desk = Desk()
    desk.take(opened(finding(zone=None, peak=None, evidence={})))
    assert _said(desk.ticket.title, "en", desk.ticket).startswith("Too warm: g1/p7: –, limit –")


def test_unwatched_zones_stand_in_the_title_of_the_dead_gateway() -> None:
    """What is unwatched because of it is what makes a dead gateway urgent."""
    desk = Desk()
    cause = "gateway:g1:silent"
    gateway = finding(cause, Kind.SILENT_GATEWAY, subject="gateway:g1", zone=None, evidence={})
    desk.take(
        opened(
            gateway,
            *(finding(cause, Kind.UNWATCHED, subject=f"zone:{z}", zone=z, evidence={}) for z in ("b", "a")),
        )
    )
    assert _said(desk.ticket.title, "en", desk.ticket).endswith("; unwatched: Room a, Room b")
    assert _said(desk.ticket.title, "zh", desk.ticket).endswith("；失监：Room a、Room b")


def test_faults_of_one_sensor_are_told_together() -> None:
    """A fault that comes and goes is one: since when, until when, in how many readings; a place nobody knows is not made up."""
    desk = Desk()
    cause = "device:g1/p7:identity"
    desk.take(
        opened(
            *(
                finding(
                    cause, Kind.SHARED_IDENTITY, start_us=start, end_us=start + MIN, zone=None, evidence={}
                )
                for start in (T0 + HOUR, T0, T0 + 5 * HOUR)
            )
        )
    )
    why = _said(desk.ticket.why, "en", desk.ticket)
    assert "g1/p7 (no place on record)" in why
    assert "from 2026-11-21 00:00 (UTC+00:00) to 2026-11-21 05:01 (UTC+00:00)" in why
    assert "Readings: 93. Findings of this cause: 3." in why


def test_a_silence_that_goes_on_speaks_before_one_that_is_over() -> None:
    """Whichever came first: what is said is what holds now."""
    cause = "device:g1/p7:silent"
    over = finding(cause, Kind.SILENT_DEVICE, end_us=T0 + HOUR, zone=None, evidence={})
    now = replace(over, id="now", start_us=T0 + 5 * HOUR, end_us=None, received_us=T0 + 6 * HOUR)
    for order in ([over, now], [now, over]):
        desk = Desk()
        desk.take(opened(*order))
        assert desk.ticket.title.params["lasted_us"] == HOUR
        assert desk.ticket.why.params["start_us"] == T0 + 5 * HOUR
        assert desk.ticket.since_us == T0


def test_silence_lasts_until_its_decision() -> None:
    """A silence has no readings; it has lasted at least until it was decided on."""
    desk = Desk()
    silent = replace(finding(kind=Kind.SILENT_DEVICE, evidence={}), received_us=T0 + 2 * HOUR)
    desk.take([FindingChange(Change.OPENED, silent)])
    assert desk.ticket.title.params["lasted_us"] == 2 * HOUR


REGISTRY = RegistrySnapshot(
    customers=(Customer(key="c", grade="C"), Customer(key="a", grade="A")),
    sites=(Site(key="port", time_zone="Asia/Shanghai"),),
    zones=(Zone(key="cold-1", name="冷库一", site="port"), Zone(key="truck-7", name="Truck 7")),
    gateways=(Gateway(key="G1", name="Gate 1", site="port"),),
    shipments=(Shipment(key="trip", zone="truck-7", origin="port"),),
    lots=(Lot(key="l1", customer="c", product="p"), Lot(key="l2", customer="a", product="p")),
    placements=(
        Placement(subject_kind=SubjectKind.LOT, subject="l1", place_kind=PlaceKind.ZONE, place="cold-1"),
        Placement(
            subject_kind=SubjectKind.LOT, subject="l2", place_kind=PlaceKind.ZONE, place="cold-1",
            valid_from_us=ALWAYS_US, valid_to_us=T0 + HOUR,
        ),
        Placement(subject_kind=SubjectKind.LOT, subject="l2", place_kind=PlaceKind.SHIPMENT, place="trip"),
        Placement(subject_kind=SubjectKind.DEVICE, subject="d", place_kind=PlaceKind.ZONE, place="cold-1"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "subject", "start_us", "place"),
    [
        ("cold-1", "", T0, Place("冷库一", "port", "Asia/Shanghai", "A", ("l1", "l2"))),
        ("cold-1", "", T0 + HOUR, Place("冷库一", "port", "Asia/Shanghai", "C", ("l1",))),
        ("truck-7", "", T0, Place("Truck 7", grade="A", lots=("l2",))),
        ("trip", "", T0, Place("trip", "port", "Asia/Shanghai", "A", ("l2",))),
        (None, "gateway:G1", T0, Place("Gate 1", "port", "Asia/Shanghai")),
        (None, "device:G1/p7:temperature", T0, Place("Gate 1", "port", "Asia/Shanghai")),
        ("nowhere", "device:x", T0, None),
    ],
)
def test_places_as_of_the_finding(zone: str | None, subject: str, start_us: int, place: Place | None) -> None:
    """Names, clocks, lots and grade are those of the time and place of the finding; of several owners the best grade."""
    one = finding(zone=zone, subject=subject, start_us=start_us, end_us=start_us + MIN)
    found = RegistryPlaces(REGISTRY).of(one)
    assert (found and replace(found, goods=())) == place
    assert found is None or tuple(goods.lot for goods in found.goods) == found.lots
    assert found is None or found.shared == (len(found.lots) > 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_ticket_says_what_the_mean_kinetic_temperature_says(lang: Language) -> None:
    """As advice it opens nothing and closes nothing, but stands in the ticket of its cause, also when it comes first."""
    desk = Desk()
    evidence = {
        **RECKONED,
        "limit": 25.0,
        "quantity": "temperature",
        "says": "within",
        "mean_kinetic_c": 24.1,
    }
    mean = finding(kind=Kind.MEAN_KINETIC, severity=Severity.ADVICE, evidence=evidence)
    desk.take(opened(mean))
    assert not desk.known.tickets
    desk.take(opened(finding()))
    assert "24.1" in _said(desk.ticket.why, lang, desk.ticket)
    assert desk.ticket.live
    closed = replace(mean, end_us=T0 + HOUR, evidence={**evidence, "mean_kinetic_c": 24.7})
    desk.take([FindingChange(Change.CLOSED, closed)])
    assert "24.7" in _said(desk.ticket.why, lang, desk.ticket)
    assert desk.ticket.live
    assert desk.ticket.priority is Priority.P2
    desk.take([FindingChange(Change.RETRACTED, replace(closed, retracted="late_readings"))])
    assert "24.7" not in _said(desk.ticket.why, lang, desk.ticket)
