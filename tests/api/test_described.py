"""What the document says of the fields of a ticket: each has a text, and text and example are true of real tickets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from api import examples
from api.described import texts_of
from api.rule_text import card_view
from api.views_clocks import ClockView
from api.views_desk import FindingView, TicketFull, TicketView, WorkView
from api.views_links import LinkedAlarm, LinkedView
from detect.nouns import Finding, Kind, Severity
from store.repositories.links import Purpose
from tests.api.test_links import issued, use
from tests.tickets.desk import any_ticket
from texts import render
from tickets.clocks.clocks import with_deadline
from tickets.clocks.nouns import ClockState
from tickets.clocks.policies import Measure
from tickets.explain import title, why
from tickets.nouns import Category, Phase, Place, Priority, TicketKind, TicketState
from tickets.policy import load
from tickets.remedy import remedy

SHOWN = ("TicketFull", "LinkedView")
"""What people are shown of a ticket, with a key and without."""
ENUMS: list[tuple[type[msgspec.Struct], str, Any]] = [
    (TicketView, "kind", TicketKind), (TicketView, "state", TicketState), (TicketView, "category", Category),
    (TicketView, "phase", Phase), (FindingView, "severity", Severity), (LinkedAlarm, "severity", Severity),
    (ClockView, "measure", Measure), (ClockView, "state", ClockState), (LinkedView, "purpose", Purpose),
]  # fmt: skip
T = 1_795_248_000_000_000  # 2026-11-21T08:00:00Z


def reachable(schemas: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """A schema and all to which it refers, by name."""
    waiting, seen = [name], {name}
    while waiting:
        schema = schemas[(at := waiting.pop())]
        yield at, schema
        for ref in _references(schema):
            if ref not in seen:
                seen.add(ref)
                waiting.append(ref)


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def nullable(shape: dict[str, Any]) -> bool:
    """Whether a field may be null."""
    return any(one.get("type") == "null" for one in shape.get("anyOf", [shape]))


@pytest.mark.parametrize("name", SHOWN)
def test_every_field_has_a_text(world: Any, name: str) -> None:
    """Those of the ticket, and of all that is in it; and what is said to be null may be null."""
    schemas = world.app.openapi()["components"]["schemas"]
    found = {f"{at}.{field}": shape for at, schema in reachable(schemas, name)
             for field, shape in schema.get("properties", {}).items()}  # fmt: skip
    assert len(found) > 30
    assert [field for field, shape in found.items() if not shape.get("description")] == []
    assert [field for field, shape in found.items() if shape["description"].startswith("null") and not nullable(shape)] == []  # fmt: skip


@pytest.mark.parametrize(("kind", "field", "values"), ENUMS)
def test_what_a_field_can_be_is_named(kind: type[msgspec.Struct], field: str, values: Any) -> None:
    """Every value of the enumeration behind it."""
    text = texts_of(kind)[field]
    assert [value for value in values if value not in text] == []


def test_the_example_is_a_ticket_that_can_be() -> None:
    """It has every field, of the right type; its sentences, remedy and acts are what the program says of its finding."""
    full = msgspec.convert(examples.TICKET_FULL, TicketFull, strict=True)
    assert set(examples.TICKET_FULL) == set(TicketFull.__struct_fields__)
    assert full.work is not None
    work: Any = examples.TICKET_FULL["work"]
    assert set(work) == set(WorkView.__struct_fields__)
    readings: list[Any] = [[T, 45.3], [T + 60_000_000, 45.6]]
    evidence: dict[str, Any] = {
        "limit": 45.0, "profile": "lead-ingot", "quantity": "temperature", "device": "gw-1/probe-7", "readings": readings,
        "last_us": T + 1_800_000_000,
    }  # fmt: skip
    shown = full.findings[0]
    finding = Finding(
        id=shown.id, detector="excursion", detector_version="1", kind=Kind(shown.kind), subject=shown.subject,
        band=shown.band, zone=shown.zone, cause=shown.cause, severity=Severity(shown.severity), start_us=T, end_us=None,
        peak=shown.peak, area=shown.area_unit_minutes, coverage=shown.coverage, samples=shown.samples,
        received_us=T + 1_802_000_000, evidence=evidence,
    )  # fmt: skip
    place = Place("Hall 1", "beihai", "Asia/Shanghai", "A", ("lot-1",))
    head, reasons = title(finding, place), why(finding, place, [finding])
    assert render(head.code, head.params, "en", full.time_zone) == full.title
    assert render(reasons.code, reasons.params, "en", full.time_zone) == full.why
    assert [card_view(card, "en") for card in remedy([finding])] == full.remedy
    policy = load().at(T)
    ticket = replace(
        any_ticket(), kind=TicketKind.GOODS, grade="A", priority=Priority.P2, clock_from_us=T + 1_802_000_000
    )
    due = with_deadline(ticket, policy).deadline
    assert render(due.code, due.params, "en", full.time_zone) == full.deadline_why
    assert {"accept", "hold", "merge"} <= set(full.acts)


def test_real_tickets_are_as_described(world: Any) -> None:
    """Every ticket of the world, as staff, customer and link see it: all fields, of the types that the document names."""
    for number in (1, 2, 3):
        for who in ("engineer", "c1", "c2"):
            answer = world.get(f"/tickets/{number}", who)
            if answer.status_code == 200:
                msgspec.convert(answer.json(), TicketFull, strict=True)
                assert set(answer.json()) == set(TicketFull.__struct_fields__)
    _, token = issued(world)
    msgspec.convert(use(world, token).json(), LinkedView, strict=True)
