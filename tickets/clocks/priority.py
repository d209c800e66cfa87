"""Priority: what it would cost, times how soon. The grade of a customer only decides among equals.

Impact is 1 (very great) to 3: goods that a breach ruins, what the goods are worth, what an hour without them costs.
Urgency is 1 to 3 by the time to damage. Together they give a priority by the usual matrix of three by three. What the
kind and severity of a finding ask for is the floor: no small lot makes an alarm less urgent than the policy says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from detect.nouns import Json
from tickets.clocks.nouns import Context
from tickets.clocks.policies import Impact, Policy
from tickets.goods import Goods
from tickets.nouns import Priority, Text, Ticket

_MATRIX = {2: Priority.P1, 3: Priority.P2, 4: Priority.P3, 5: Priority.P4, 6: Priority.P5}
"""Impact + urgency → priority."""
_VERY_GREAT, _GREAT, _SMALL = 1, 2, 3


class Stakes(NamedTuple):
    """What is at stake."""

    critical_goods: bool = False
    """Of some goods a breach of a limit is critical."""
    value: Mapping[str, Decimal] = {}
    """Currency → what the goods concerned are worth."""
    standstill: Mapping[str, Decimal] = {}
    """Currency → what an hour without them costs their owners."""


class Judged(NamedTuple):
    """A priority with its reasons."""

    priority: Priority
    steps: tuple[Text, ...]


def priority(floor: Priority, stakes: Stakes, breach_us: int | None, policy: Policy, now_us: int) -> Judged:
    """How urgent it is.

    Args:
        floor: what kind and severity of the findings, or the person who opened it, ask for at least.
        breach_us: when damage comes with one chance in ten; None if none is foreseen: the floor decides alone.
    """
    asked = Text("clocks.priority.floor", {"priority": floor.name})
    if breach_us is None:
        return Judged(floor, (asked, Text("clocks.priority.no_damage")))
    impact, why = _impact(stakes, policy.impact)
    left_us = breach_us - now_us
    urgency = 1 if left_us <= policy.impact.soon_us else 2 if left_us <= policy.impact.later_us else 3
    product = _MATRIX[impact + urgency]
    params: dict[str, Json] = {
        "impact": impact, "why": [*why], "urgency": urgency, "left_us": max(0, left_us), "priority": product.name,
    }  # fmt: skip
    found = min(floor, product)
    return Judged(found, (asked, Text("clocks.priority.product", params)))


def stakes_of(goods: Iterable[Goods]) -> Stakes:
    """What is at stake with some lots; each is counted once, and so is each customer's standstill."""
    lots = {one.lot: one for one in goods}
    value: dict[str, Decimal] = {}
    for one in lots.values():
        if one.amount is not None:
            value[one.currency] = value.get(one.currency, Decimal(0)) + one.amount
    standstill: dict[str, Decimal] = {}
    for one in {one.customer: one for one in lots.values()}.values():
        if one.standstill_per_hour is not None:
            currency = one.standstill_currency
            standstill[currency] = standstill.get(currency, Decimal(0)) + one.standstill_per_hour
    return Stakes(any(one.critical for one in lots.values()), value, standstill)


def context_of(ticket: Ticket, goods: Mapping[str, Goods]) -> Context:
    """What a ticket's clocks need of the registry. `goods`: by lot."""
    stakes = stakes_of(goods[lot] for lot in ticket.lots if lot in goods)
    return Context(
        time_zone=ticket.time_zone, value=stakes.value, critical_goods=stakes.critical_goods,
        standstill=stakes.standstill,
    )  # fmt: skip


def order_key(ticket: Ticket, policy: Policy) -> tuple[int, int, int, int]:
    """By what tickets are put in order: priority, act-by, then the grade of the customer, then which came first."""
    when = ticket.deadline_us if ticket.act_by_us is None else ticket.act_by_us
    return (int(ticket.priority), when, policy.rank(ticket.grade), ticket.number)


def _impact(stakes: Stakes, impact: Impact) -> tuple[int, list[str]]:
    """1 to 3, and what speaks for it, by name."""
    found = {
        "critical_goods": _VERY_GREAT if stakes.critical_goods else _SMALL,
        "value": _weight(stakes.value, impact.value),
        "standstill": _weight(stakes.standstill, impact.standstill),
    }
    worst = min(found.values())
    return worst, [name for name, weight in found.items() if weight == worst < _SMALL] or ["nothing_known"]


def _weight(sums: Mapping[str, Decimal], levels: Mapping[str, Sequence[Decimal]]) -> int:
    """Sums in a currency without levels do not count: nothing says what they mean."""
    weights = [_SMALL]
    for currency, amount in sums.items():
        much, very_much = levels.get(currency, (None, None))
        if much is None or very_much is None:
            continue
        weights.append(_VERY_GREAT if amount >= very_much else _GREAT if amount >= much else _SMALL)
    return min(weights)
