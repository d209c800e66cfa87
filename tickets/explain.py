"""A ticket explains itself: title and reasons of a finding as message code and parameters."""

from __future__ import annotations

from collections.abc import Sequence

from detect.nouns import EQUIPMENT_KINDS, GOODS_KINDS, SOURCES, Finding, Json, Kind, Severity
from tickets.nouns import Place, Text, TicketKind

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}

SILENCES = frozenset({
    Kind.SILENT_SITE,
    Kind.SILENT_GATEWAY,
    Kind.SILENT_DEVICE,
    Kind.SILENT_QUANTITY,
    Kind.UNWATCHED,
})
SENSOR_FAULTS = frozenset({
    Kind.SENTINEL, Kind.IMPOSSIBLE, Kind.SHARED_IDENTITY, Kind.SPIKE, Kind.NOISE, Kind.STUCK, Kind.DRIFT,
})  # fmt: skip
"""Kinds that come and go, and are one fault all the while."""
CAUSES = (Kind.CLOCK_FAULT, Kind.SILENT_SITE, Kind.SILENT_GATEWAY, Kind.MAINS_LOST, Kind.LOW_BATTERY)
"""Kinds that explain the others of their cause, and those after them here: what is refused for its clock makes silence."""
_EXPLAINING = {kind: at for at, kind in enumerate(CAUSES)}
BREACHES = frozenset({Kind.TOO_HIGH, Kind.TOO_LOW, Kind.CONDENSATION, Kind.WET_METAL})
"""Kinds that rest on what one sensor says now."""
BESIDE = frozenset({Kind.MEAN_KINETIC})
"""Kinds that say something about others of their cause, and may be no work themselves."""
OWN_WORDS = frozenset({
    "too_high_temperature", "too_low_temperature", "too_high_relative_humidity", "too_low_relative_humidity",
    "too_high_product_temperature", "too_low_product_temperature", "too_low_dew_point_margin",
})  # fmt: skip
"""What has words of its own ("too warm", "too humid", "close to the dew point")."""
DERIVED = {
    "surface": ("surface_c", "temperature"), "dew_point": ("dew_point_c", "temperature"),
    "air": ("air_c", "temperature"), "humidity": ("air_rh_pct", "relative_humidity"),
}  # fmt: skip
"""Parameter → where the evidence has it, and the quantity whose unit it is in."""


def severity_rank(severity: Severity) -> int:
    """The severity as a number, worse is more."""
    return _RANKS[severity]


def leading(findings: Sequence[Finding]) -> Finding:
    """The one that speaks for all, whatever their order: what explains the others, else the worst, of these the oldest.

    Among silences one that goes on comes first: nobody is told of a gateway's silence of years ago while it is silent.
    """
    if len(findings) == 1:
        return findings[0]
    return min(
        findings,
        key=lambda f: (
            _EXPLAINING.get(f.kind, len(CAUSES)), -_RANKS[f.severity],
            f.kind is Kind.PREDICTED_BREACH, f.kind in SILENCES and f.end_us is not None, f.start_us, f.subject, f.kind, f.band, f.id
        ),
    )  # fmt: skip


def ticket_kind(finding: Finding) -> TicketKind:
    """Whose work it is."""
    if finding.kind in GOODS_KINDS:
        return TicketKind.GOODS
    if finding.kind in EQUIPMENT_KINDS:
        return TicketKind.EQUIPMENT
    of_gateway = finding.kind in {Kind.SILENT_GATEWAY, Kind.MAINS_LOST} or finding.subject.startswith((
        "gateway:",
        "site:",
    ))
    return TicketKind.GATEWAY if of_gateway else TicketKind.SENSOR


def subject(finding: Finding) -> str:
    """What the work is about: the goods in their zone, or else what the finding is about."""
    return f"zone:{finding.zone}" if finding.kind in GOODS_KINDS and finding.zone else finding.subject


def reached_us(finding: Finding) -> int:
    """The latest event time of which the finding says something: its end, its last reading, its decision."""
    if finding.end_us is not None:
        return finding.end_us
    last_us = finding.evidence.get("last_us")
    return max(last_us if isinstance(last_us, int) else finding.received_us, finding.start_us)


def title(lead: Finding, place: Place | None, unwatched: Sequence[str] = ()) -> Text:
    """What it is, where, and how bad, in one line.

    Args:
        lead: the finding that speaks for all.
        unwatched: zones whose goods nobody sees because of it.
    """
    return Text(f"finding.{_word(lead, unwatched)}.title", _params(lead, place, unwatched))


def why(
    lead: Finding, place: Place | None, callers: Sequence[Finding], unwatched: Sequence[str] = ()
) -> Text:
    """Why the ticket was raised, with the readings behind it and how many findings (`callers`) are one with this.

    A sensor's faults are told together: since when, until when and in how many readings.
    """
    params = _params(lead, place, unwatched)
    alike = [finding for finding in callers if finding.kind is lead.kind]
    together = lead.kind in SENSOR_FAULTS
    points = lead.evidence.get("readings")
    params |= {
        "profile": lead.evidence.get("profile"),
        "where": place.name if place else lead.zone or "unknown",
        "start_us": min(finding.start_us for finding in alike) if together else lead.start_us,
        "end_us": lead.end_us,
        "last_us": max(reached_us(finding) for finding in alike),
        "area": lead.area,
        "coverage": lead.coverage,
        "samples": sum(finding.samples for finding in alike) if together else lead.samples,
        "readings": {"quantity": params["quantity"], "points": points if isinstance(points, list) else []},
        "detector": lead.detector,
        "detector_version": lead.detector_version,
        "findings": len(callers),
    } | _reckoned(lead)
    return Text(f"finding.{_word(lead, unwatched)}.why", params)


def with_beside(text: Text, found: Sequence[Finding]) -> Text:
    """The reasons, and what the mean kinetic temperature says of them: the last one whose findings stand."""
    means = [finding for finding in found if finding.kind in BESIDE and finding.retracted is None]
    if not means:
        return text
    last = max(means, key=lambda finding: (finding.start_us, finding.id))
    return Text("finding.beside", {
        "why": {"code": text.code, "params": dict(text.params)},
        "says": {"code": f"finding.{last.kind}.says.{last.evidence.get('says')}", "params": _params(last, None, ())},
        "coverage": last.coverage,
    })  # fmt: skip


def with_doubt(text: Text, callers: Sequence[Finding], what: str) -> Text:
    """The `what` ("title", "why") of a breach whose own sensor is under suspicion says so; of others nothing is added.

    As soon as one of several breaches rests on a sensor nobody suspects, it is confirmed.
    """
    breaches = [f for f in callers if f.kind in BREACHES and f.retracted is None]
    doubts = [f.evidence.get("unconfirmed") for f in breaches]
    if not doubts or not all(doubts):
        return text
    kinds = sorted({str(kind) for found in doubts if isinstance(found, list) for kind in found})
    says: Json = f"doubt.{kinds[0]}"
    for kind in kinds[1:]:
        says = {"code": "doubt.and", "params": {"one": says, "other": f"doubt.{kind}"}}
    told: Json = {"code": text.code, "params": dict(text.params)}
    return Text(f"doubt.{what}", {"told": told, "suspicions": says})


def _reckoned(finding: Finding) -> dict[str, Json]:
    """How a derived quantity came about, and on which side of its limit a budget was used; of others nothing."""
    evidence = finding.evidence
    if quantity_of(finding) not in SOURCES and finding.kind not in {Kind.CONDENSATION, Kind.WET_METAL}:
        return {"side": evidence.get("side")}
    found: dict[str, Json] = {
        name: {"value": evidence.get(key), "quantity": quantity} for name, (key, quantity) in DERIVED.items()
    }
    found |= {"lag_us": evidence.get("lag_us"), "surface_is": evidence.get("surface_is", "reckoned")}
    return found | {"side": evidence.get("side")}


def _word(finding: Finding, unwatched: Sequence[str]) -> str:
    """The part of the message code that says what it is."""
    if finding.kind in {Kind.SILENT_SITE, Kind.SILENT_GATEWAY, Kind.CLOCK_FAULT} and unwatched:
        return f"{finding.kind}_unwatched"
    if finding.kind is Kind.DEGRADING_EQUIPMENT and finding.evidence.get("p50_us") is None:
        return f"{finding.kind}_unlimited"
    if finding.kind is Kind.INSPECTION_DUE and finding.evidence.get("last_us") is None:
        return f"{finding.kind}_never"
    quantity = quantity_of(finding)
    own = f"{finding.kind}_{quantity}"
    return own if own in OWN_WORDS else str(finding.kind)


def _params(finding: Finding, place: Place | None, unwatched: Sequence[str]) -> dict[str, Json]:
    quantity = quantity_of(finding)
    device = finding.evidence.get("device")
    value = finding.peak if finding.peak is not None else finding.evidence.get("value")
    params: dict[str, Json] = {key: said for key, said in finding.evidence.items() if key != "readings"}
    params |= {
        "place": place.name if place else finding.zone or name_in(finding),
        "device": str(device) if device else name_in(finding),
        "quantity": quantity,
        "peak": {"value": value, "quantity": quantity},
        "limit": {"value": finding.evidence.get("limit"), "quantity": quantity},
        "lasted_us": reached_us(finding) - finding.start_us,
        "unwatched": list(unwatched),
        "unwatched_count": len(unwatched),
    }
    if finding.kind is Kind.BUDGET_USED:
        params |= {key: finding.evidence.get(key) for key in ("budget_us", "window_us")}
    return params


def quantity_of(finding: Finding) -> str:
    """The quantity a finding is about, "" for none: as the evidence names it, or the third part of `device:{device}:{quantity}`."""
    named = finding.evidence.get("quantity")
    parts = finding.subject.split(":")
    return str(named) if named else parts[2] if len(parts) > 2 else ""


def name_in(finding: Finding) -> str:
    """The name in a finding's subject: `device:g1/p7:temperature` → `g1/p7`."""
    parts = finding.subject.split(":")
    return parts[1] if len(parts) > 1 else finding.subject
