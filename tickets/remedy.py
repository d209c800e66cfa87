"""The remedy of a ticket: the guidance for what its leading finding says, about the goods if any does."""

from __future__ import annotations

from collections.abc import Sequence

from detect.nouns import GOODS_KINDS, Finding, Kind
from registry.guidance import Card, Case, cards_for
from registry.working_set import goods_of
from tickets.explain import leading


def remedy(findings: Sequence[Finding]) -> tuple[Card, ...]:
    """The guidance cards for a ticket's findings, the first one first.

    A finding's band is `profile/band`, or `profile/band@form`. Of goods with a profile of somebody's own only what holds for all goods is said.
    """
    standing = [one for one in findings if one.retracted is None]
    about_goods = [one for one in standing if one.kind in GOODS_KINDS]
    if not about_goods:
        return _for_sensor(leading(standing).kind) if standing else ()
    lead = leading(about_goods)
    profile, _, name = lead.band.rpartition("/")
    band = name.partition("@")[0]
    goods = goods_of(profile)
    trouble = str(Kind.UNWATCHED) if lead.kind is Kind.UNWATCHED else band
    found = cards_for(Case(goods=goods, trouble=trouble))
    return found if goods else tuple(card for card in found if not card.goods)


def _for_sensor(kind: Kind) -> tuple[Card, ...]:
    """What to do about a sensor or a gateway."""
    return cards_for(Case(trouble=kind.replace("_", "-")))
