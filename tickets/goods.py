"""Goods as tickets see them: what they are worth, whose they are, and whether a breach ruins them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Goods:
    """A lot, as far as it matters how urgent work about it is."""

    lot: str
    customer: str
    grade: str
    """The customer's; "" if it has none."""
    amount: Decimal | None = None
    """What it is worth, in `currency`."""
    currency: str = "CNY"
    critical: bool = False
    """A limit of its profile is one whose breach is critical."""
    standstill_per_hour: Decimal | None = None
    """What an hour without its goods costs the customer, in `standstill_currency`."""
    standstill_currency: str = "CNY"
