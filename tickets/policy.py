"""Policy: how urgent a finding is, by when its work is due, and how long a quiet alarm still joins its last ticket.

Policies are data (`policy.toml`), versioned with validity. Deadlines are plain hours so far; the calendars of
customers and shifts will take the place of `_due_us`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from detect.nouns import Finding, Kind, Severity
from ingest.nouns import US_PER_HOUR, US_PER_MINUTE
from tickets.nouns import Priority, Text, Ticket, TicketKind

DEFAULT = Path(__file__).with_name("policy.toml")
NO_GRADE = "none"
_US_PER_S = 1_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy."""

    version: str
    valid_from_us: int
    priority: Mapping[Kind, Mapping[Severity, Priority]]
    hours: Mapping[str, Mapping[Priority, float]]
    """Hours until the work is due, by customer grade (`none` for nobody's)."""
    quiet_us: Mapping[TicketKind, int]

    def priority_of(self, finding: Finding) -> Priority:
        """How urgent a finding that calls for work is."""
        return self.priority[finding.kind][finding.severity]


@dataclass(frozen=True, slots=True)
class Policies:
    """All versions, oldest first."""

    versions: tuple[Policy, ...]

    def at(self, time_us: int) -> Policy:
        """The version valid at a time; before the first one, the first."""
        valid = [policy for policy in self.versions if policy.valid_from_us <= time_us]
        return valid[-1] if valid else self.versions[0]


class BadPolicy(ValueError):
    """The policy file does not say what it must; the message names version and field."""


def load(path: Path = DEFAULT) -> Policies:
    """The policies of a TOML file.

    Raises:
        BadPolicy: a field is missing, unknown, or not what it must be.
    """
    with path.open("rb") as file:
        document = tomllib.load(file)
    tables = document.get("policy", [])
    if not isinstance(tables, list) or not tables:
        raise BadPolicy("there is no [[policy]]")
    return Policies(
        tuple(sorted((_read(table) for table in tables), key=lambda policy: policy.valid_from_us))
    )


def with_deadline(ticket: Ticket, policy: Policy) -> Ticket:
    """The ticket with the deadline this policy gives it, and why."""
    grade = ticket.grade if ticket.grade in policy.hours else NO_GRADE
    hours = policy.hours[grade][ticket.priority]
    why = Text(
        "ticket.deadline.ungraded" if grade == NO_GRADE else "ticket.deadline.graded",
        {
            "priority": ticket.priority.name, "grade": grade, "hours": hours, "policy": policy.version,
            "from_us": ticket.clock_from_us,
        },
    )  # fmt: skip
    return replace(ticket, deadline_us=_due_us(ticket.clock_from_us, hours), deadline=why)


def _due_us(from_us: int, hours: float) -> int:
    return from_us + round(hours * US_PER_HOUR)


def _read(table: Mapping[str, object]) -> Policy:
    version = str(table.get("version", ""))
    try:
        return Policy(version, _valid_from(table), _priorities(table), _hours(table), _quiet(table))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadPolicy(f"policy {version!r}: {error}") from error


def _valid_from(table: Mapping[str, object]) -> int:
    moment = table["valid_from"]
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("valid_from must be a time with an offset")
    return round(moment.timestamp() * _US_PER_S)


def _priorities(table: Mapping[str, object]) -> dict[Kind, dict[Severity, Priority]]:
    rows = _table(table, "priority")
    needed = [severity for severity in Severity if severity is not Severity.ADVICE]
    return {
        kind: {severity: Priority[str(_table(rows, kind)[severity])] for severity in needed} for kind in Kind
    }


def _hours(table: Mapping[str, object]) -> dict[str, dict[Priority, float]]:
    rows = _table(table, "hours")
    if NO_GRADE not in rows:
        raise ValueError(f"hours.{NO_GRADE} is missing")
    return {
        grade: {priority: _number(_table(rows, grade)[priority.name]) for priority in Priority}
        for grade in rows
    }


def _quiet(table: Mapping[str, object]) -> dict[TicketKind, int]:
    minutes = _table(table, "quiet_minutes")
    return {kind: round(_number(minutes[kind]) * US_PER_MINUTE) for kind in TicketKind}


def _table(table: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = table[name]
    if not isinstance(found, Mapping):
        raise TypeError(f"{name} must be a table")
    return found


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value!r} is not a number of zero or more")
    return value
