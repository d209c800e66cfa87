"""The remedy of a ticket: of its leading finding about goods, in the goods' own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detect.nouns import Finding, Kind, Severity
from tests.tickets.desk import finding
from tickets.remedy import remedy


def told(**fields: Any) -> Finding:
    """A finding with some fields of its own."""
    return replace(finding(), **fields)


@pytest.mark.parametrize(
    ("band", "kind", "first"),
    [
        ("lead/wet-metal", Kind.WET_METAL, "wet-ingots"),
        ("lead-ingot-warm-coast/wet-metal@bundle", Kind.WET_METAL, "wet-ingots"),
        ("metal-coil-cold-heated/wet-metal", Kind.WET_METAL, "wet-steel"),
        ("zinc-bundle-warm-coast/dew-close", Kind.TOO_LOW, "near-dew"),
        ("lead/damp-hours", Kind.WETNESS, "damp-metal"),
        ("paint-waterborne/frost@pallet", Kind.TOO_LOW, "frozen-paint"),
        ("cement/condensation", Kind.CONDENSATION, "damp-cement"),
        ("", Kind.UNWATCHED, "unwatched"),
    ],
)
def test_a_finding_about_goods_has_its_remedy(band: str, kind: Kind, first: str) -> None:
    """Default and adopted profiles, goods in another form, budgets, silence."""
    assert remedy([told(band=band, kind=kind)])[0].key == first


def test_ones_own_profile_gets_what_holds_for_all_goods() -> None:
    """Frost of goods that we do not know may be anything: no card about paint or chilled goods."""
    assert [c.key for c in remedy([told(band="brightcoat-base/frost", kind=Kind.TOO_LOW)])] == [
        "outside-limit"
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_no_ticket_is_without_a_proposal(kind: Kind) -> None:
    """Whatever was found, of whichever goods."""
    for band in ("", "lead/wet-metal", "brightcoat-base/frost"):
        assert remedy([told(band=band, kind=kind)])


def test_what_is_only_foreseen_is_prevented_first() -> None:
    """First how to use the time, then what is done with such goods."""
    keys = [
        card.key for card in remedy([told(band="paint-waterborne/frost@pallet", kind=Kind.PREDICTED_BREACH)])
    ]
    assert keys == ["foreseen", "frozen-paint"]


def test_the_worst_finding_speaks() -> None:
    """Wet metal before damp hours, whatever the order; sensor work and what was retracted say nothing."""
    wet = told(id="a", band="lead/wet-metal", kind=Kind.WET_METAL, severity=Severity.CRITICAL)
    damp = told(id="b", band="lead/damp-hours", kind=Kind.WETNESS, severity=Severity.WARNING)
    sensor = told(id="c", band="", kind=Kind.SENTINEL, severity=Severity.CRITICAL)
    for findings in ([wet, damp, sensor], [sensor, damp, wet]):
        assert remedy(findings)[0].key == "wet-ingots"
    gone = told(id="a", band="lead/wet-metal", kind=Kind.WET_METAL, retracted="retracted.late_readings")
    assert [card.key for card in remedy([gone, sensor])] == ["doubted-sensor"]


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (Kind.LOW_BATTERY, "flat-battery"), (Kind.GAP_PATTERN, "weak-link"), (Kind.RESTARTING, "restarting-device"),
        (Kind.CLOCK_FAULT, "clock"), (Kind.MAINS_LOST, "no-mains"),
    ],
)  # fmt: skip
def test_work_on_a_device_has_its_remedy(kind: Kind, first: str) -> None:
    """Who goes there knows which batteries to take along; a battery explains what else its device says."""
    found = told(id="a", band="", kind=kind)
    assert remedy([found])[0].key == first
    assert remedy([told(id="b", band="", kind=Kind.SENTINEL), told(id="a", band="", kind=Kind.LOW_BATTERY)])
