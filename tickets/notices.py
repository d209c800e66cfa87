"""What somebody is to be told: who, of what, how urgently, and whether they must answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from detect.nouns import Json


class Urgency(StrEnum):
    """How hard a message knocks."""

    CRITICAL = "critical"
    """At any hour, by every way there is, the telephone included; repeated until answered."""
    HIGH = "high"
    """At once, but not by telephone; waits for nobody's quiet hours to end only where the person wants it so."""
    NORMAL = "normal"
    """Within minutes, outside quiet hours."""
    LOW = "low"
    """With the next digest."""


OUTLIVING = frozenset({"compensation_proposed"})
"""Codes of what is still to be told when the work on the ticket is done: somebody has to decide on it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person once.

    It is written to the outbox in the transaction that causes it; (`to`, `cause`) is unique there, so the same act done
    twice tells nobody twice.
    """

    to: str
    """`person:<key>`, `contact:<key>`, `customer:<key>` (all its contacts), or `team:<key>`."""
    cause: str
    """What happened, named so that it happens once: `ticket:<id>:assigned:3`, `ticket:<id>:warned:resolution:75`."""
    subject: str
    """`ticket:<id>` or `alarm:<cause>`; messages of one subject keep their order."""
    code: str
    """`texts` has `notice.<code>.title`, `notice.<code>.data` (the data report) and `notice.<code>.plain` (plain words)."""
    params: Mapping[str, Json] = field(default_factory=dict)
    urgency: Urgency = Urgency.NORMAL
    until_answered: bool = False
    """Repeated until this person acknowledges the alarm, accepts or declines the ticket, or the ticket is done."""
