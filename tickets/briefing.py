"""What whoever is called reads of a ticket beside its title: what was found, and what to do first. Words come when it is written."""

from __future__ import annotations

from collections.abc import Sequence

from detect.nouns import Finding, Json, Kind
from tickets.explain import name_in, quantity_of
from tickets.nouns import Ticket
from tickets.remedy import remedy, speaking

FIRST_STEPS = 3
"""So many steps of the proposed remedy stand in a message; the ticket has all."""


def briefing(ticket: Ticket, findings: Sequence[Finding]) -> dict[str, Json]:
    """Parameters of a notice: `found`, `breach_us` and `remedy`; those that nothing is known of are left out.

    `found` is {code, params}: `<code>.data` and `<code>.plain` are its sentences. `remedy` is {title, steps, more, first}: message
    codes of the heading and of the first steps, how many steps there are beside, and the code of the same in a few words.
    """
    lead = speaking(findings)
    if lead is None:
        return {}
    brief: dict[str, Json] = {"found": _found(lead), "remedy": _first_steps(findings)}
    breach_us = ticket.breach_p10_us
    if lead.kind is not Kind.PREDICTED_BREACH and breach_us is not None and breach_us > lead.start_us:
        brief["breach_us"] = breach_us
    return brief


def _found(lead: Finding) -> Json:
    """The evidence in one line: value, limit, since when; of what is only foreseen by when."""
    evidence, quantity = lead.evidence, quantity_of(lead)
    value = lead.peak if lead.peak is not None else evidence.get("value")
    params: dict[str, Json] = {
        "quantity": quantity, "value": {"value": value, "quantity": quantity}, "device": str(evidence.get("device") or name_in(lead)),
        "limit": {"value": evidence.get("limit"), "quantity": quantity}, "since_us": lead.start_us,
        "p10_us": evidence.get("p10_us"), "p50_us": evidence.get("p50_us"),
    }  # fmt: skip
    return {"code": f"brief.found.{_sort(lead, value)}", "params": params}


def _sort(lead: Finding, value: Json) -> str:
    """As much as there is to say."""
    measured = isinstance(value, int | float) and bool(quantity_of(lead))
    limited = isinstance(lead.evidence.get("limit"), int | float)
    if (
        lead.kind is Kind.PREDICTED_BREACH
        and measured
        and limited
        and lead.evidence.get("p10_us") is not None
    ):
        return "foreseen"
    if measured and limited:
        return "beyond"
    return "valued" if measured else "since"


def _first_steps(findings: Sequence[Finding]) -> Json:
    cards = remedy(findings)
    if not cards:
        return None
    card = cards[0]
    steps: list[Json] = list(card.step_codes[:FIRST_STEPS])
    return {
        "title": card.title, "steps": steps, "first": f"brief.first.{card.key}",
        "more": sum(one.steps for one in cards) - len(steps),
    }  # fmt: skip
