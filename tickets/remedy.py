"""The remedy of a ticket: the guidance for what its leading finding says, about the goods if any does."""

from __future__ import annotations

from collections.abc import Sequence

from detect.nouns import GOODS_KINDS, Finding, Kind
from registry.guidance import Card, Case, cards_for
from registry.working_set import goods_of
from tickets.explain import leading


def remedy(findings: Sequence[Finding]) -> tuple[Card, ...]:
    """The guidance cards for a ticket's findings, the first one first: how to prevent what is only foreseen comes before all.

    A finding's band is `profile/band`, or `profile/band@form`. Of goods with a profile of somebody's own only what holds for all goods is said.
    """
    lead = speaking(findings)
    if lead is None:
        return ()
    by_kind = cards_for(Case(trouble=lead.kind.replace("_", "-")))
    if lead.kind is Kind.PREDICTED_BREACH:
        return by_kind + _for_goods(lead)
    return (_for_goods(lead) if lead.kind in GOODS_KINDS else ()) or by_kind


def speaking(findings: Sequence[Finding]) -> Finding | None:
    """The finding that a remedy is for: the leading one that stands, about the goods if any is; None if none stands."""
    standing = [one for one in findings if one.retracted is None]
    about_goods = [one for one in standing if one.kind in GOODS_KINDS]
    return leading(about_goods or standing) if standing else None


def _for_goods(lead: Finding) -> tuple[Card, ...]:
    """What to do about these goods in this trouble; nothing if nobody knows what goods they are."""
    profile, _, name = lead.band.rpartition("/")
    goods = goods_of(profile)
    found = cards_for(Case(goods=goods, trouble=name.partition("@")[0]))
    return found if goods else tuple(card for card in found if not card.goods)
