"""Findings, alarms, tickets and comments as rows, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import RowMapping

from detect.nouns import Finding, Json, Kind, Severity
from tickets.alarming.nouns import Shelf, Shelving, Still, StillSort, StillState
from tickets.nouns import (
    Alarm,
    Category,
    Comment,
    Hold,
    Line,
    Phase,
    Priority,
    Text,
    Ticket,
    TicketKind,
    TicketState,
)

T = TypeVar("T")
_CHUNK = 5_000
"""How many values one IN may list; SQLite takes 32,766 in a statement."""

FINDING = tuple(field.name for field in fields(Finding))
"""The columns of a finding, as `finding_at` wants them."""
_KIND, _SEVERITY = FINDING.index("kind"), FINDING.index("severity")
_KINDS = {kind.value: kind for kind in Kind}
_SEVERITIES = {severity.value: severity for severity in Severity}
_ALARM = tuple(field.name for field in fields(Alarm))
_STILL = tuple(field.name for field in fields(Still))
_TICKET = tuple(field.name for field in fields(Ticket))


def chunks(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """The values in portions that fit into one statement."""
    whole = list(values)
    for at in range(0, len(whole), _CHUNK):
        yield whole[at : at + _CHUNK]


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as a row of `store.tables.tickets.findings`."""
    return {name: getattr(finding, name) for name in FINDING}


def finding_of(row: RowMapping) -> Finding:
    """A row as a finding; the row may have more columns."""
    values = {name: row[name] for name in FINDING}
    return Finding(**values | {"kind": Kind(row["kind"]), "severity": Severity(row["severity"])})


def finding_at(row: Sequence[Any]) -> Finding:
    """A row that begins with the columns `FINDING` as a finding; half the time of `finding_of`, where there are many."""
    values = list(row[: len(FINDING)])
    values[_KIND], values[_SEVERITY] = _KINDS[values[_KIND]], _SEVERITIES[values[_SEVERITY]]
    return Finding(*values)


def alarm_row(alarm: Alarm) -> dict[str, Any]:
    """An alarm as a row of `store.tables.tickets.alarms`."""
    row = {name: getattr(alarm, name) for name in _ALARM}
    derived = {"state": str(alarm.state), "latched": alarm.latched, "next_us": alarm.next_us}
    shelf = alarm.shelf.told() if alarm.shelf else None
    return row | derived | {"shelf": shelf, "undecided": list(alarm.undecided)}


def alarm_of(row: RowMapping) -> Alarm:
    """A row as an alarm."""
    values = {name: row[name] for name in _ALARM}
    shelf = row["shelf"]
    return Alarm(
        **values
        | {
            "kind": Kind(row["kind"]),
            "severity": Severity(row["severity"]),
            "shelf": Shelf(**shelf | {"sort": Shelving(shelf["sort"])}) if shelf else None,
            "undecided": tuple(row["undecided"]),
        }
    )


def still_row(still: Still) -> dict[str, Any]:
    """An entry that keeps alarms quiet as a row of `store.tables.alarms.maintenance`."""
    return {name: getattr(still, name) for name in _STILL}


def still_of(row: RowMapping) -> Still:
    """A row as such an entry."""
    values = {name: row[name] for name in _STILL}
    return Still(**values | {"sort": StillSort(row["sort"]), "state": StillState(row["state"])})


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """A ticket as a row of `store.tables.tickets.tickets`."""
    row = {name: getattr(ticket, name) for name in _TICKET}
    texts = {name: text_row(row[name]) for name in ("title", "why", "deadline")}
    return row | texts | {"lots": list(ticket.lots), "priority": int(ticket.priority)}


def ticket_of(row: RowMapping) -> Ticket:
    """A row as a ticket."""
    values = {name: row[name] for name in _TICKET}
    return Ticket(
        **values
        | {name: text_of(row[name]) for name in ("title", "why", "deadline")}
        | {
            "kind": TicketKind(row["kind"]),
            "state": TicketState(row["state"]),
            "priority": Priority(row["priority"]),
            "lots": tuple(row["lots"]),
            "held_from": TicketState(row["held_from"]) if row["held_from"] else None,
            "category": Category(row["category"]),
            "phase": Phase(row["phase"]),
            "hold": Hold(row["hold"]) if row["hold"] else None,
            "line": Line(row["line"]),
        }
    )


def comment_row(comment: Comment) -> dict[str, Any]:
    """A comment as a row of `store.tables.tickets.comments`."""
    return {
        "id": comment.id, "ticket_id": comment.ticket_id, "time_us": comment.time_us, "principal": comment.principal,
        "body": comment.body, "note": text_row(comment.note) if comment.note else None,
        "public": comment.public, "customer": comment.customer,
    }  # fmt: skip


def comment_of(row: RowMapping) -> Comment:
    """A row as a comment."""
    return Comment(**dict(row) | {"note": text_of(row["note"]) if row["note"] else None})


def text_row(text: Text) -> dict[str, Json]:
    """A sentence as a document."""
    return {"code": text.code, "params": dict(text.params)}


def text_of(document: dict[str, Any]) -> Text:
    """A document as a sentence."""
    return Text(document["code"], document["params"])
