"""Findings, alarms, tickets and comments as rows, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
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
_EVIDENCE = FINDING.index("evidence")
_KEPT = 20_000
"""So many findings stay decoded: those of live tickets are asked for again with every one that joins them."""
ALARM = tuple(field.name for field in fields(Alarm))
"""The columns of an alarm, as `alarm_at` wants them."""
_STILL = tuple(field.name for field in fields(Still))
TICKET = tuple(field.name for field in fields(Ticket))
"""The columns of a ticket, as `ticket_at` wants them."""
_NOUNS: Mapping[str, Mapping[Any, Any]] = {
    name: {one.value: one for one in noun}
    for name, noun in (
        ("kind", TicketKind), ("state", TicketState), ("priority", Priority), ("held_from", TicketState),
        ("category", Category), ("phase", Phase), ("hold", Hold), ("line", Line),
    )
}  # fmt: skip
"""Column → its values as nouns."""


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


@lru_cache(maxsize=_KEPT)
def finding_kept(values: tuple[Any, ...]) -> Finding:
    """The columns `FINDING` with the evidence as text as a finding. One that is as it was when it was read last is the same."""
    evidence = msgspec.json.decode(values[_EVIDENCE])
    return finding_at([*values[:_EVIDENCE], evidence, *values[_EVIDENCE + 1 :]])


def alarm_row(alarm: Alarm) -> dict[str, Any]:
    """An alarm as a row of `store.tables.tickets.alarms`."""
    row = {name: getattr(alarm, name) for name in ALARM}
    derived = {"state": str(alarm.state), "latched": alarm.latched, "next_us": alarm.next_us}
    shelf = alarm.shelf.told() if alarm.shelf else None
    return row | derived | {"shelf": shelf, "undecided": list(alarm.undecided)}


def alarm_of(row: RowMapping) -> Alarm:
    """A row as an alarm."""
    return alarm_at([row[name] for name in ALARM])


def alarm_at(row: Sequence[Any]) -> Alarm:
    """A row with the columns `ALARM` as an alarm."""
    values = dict(zip(ALARM, row, strict=True))
    shelf = values["shelf"]
    values["kind"] = _KINDS[values["kind"]]
    values["severity"] = _SEVERITIES[values["severity"]]
    values["shelf"] = Shelf(**shelf | {"sort": Shelving(shelf["sort"])}) if shelf else None
    values["undecided"] = tuple(values["undecided"])
    return Alarm(**values)


def still_row(still: Still) -> dict[str, Any]:
    """An entry that keeps alarms quiet as a row of `store.tables.alarms.maintenance`."""
    return {name: getattr(still, name) for name in _STILL}


def still_of(row: RowMapping) -> Still:
    """A row as such an entry."""
    values = {name: row[name] for name in _STILL}
    return Still(**values | {"sort": StillSort(row["sort"]), "state": StillState(row["state"])})


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """A ticket as a row of `store.tables.tickets.tickets`."""
    row = {name: getattr(ticket, name) for name in TICKET}
    texts = {name: text_row(row[name]) for name in ("title", "why", "deadline")}
    return row | texts | {"lots": list(ticket.lots), "priority": int(ticket.priority)}


def ticket_of(row: RowMapping) -> Ticket:
    """A row as a ticket."""
    return ticket_at([row[name] for name in TICKET])


def ticket_at(row: Sequence[Any]) -> Ticket:
    """A row with the columns `TICKET` as a ticket."""
    values = dict(zip(TICKET, row, strict=True))
    for name in ("title", "why", "deadline"):
        values[name] = text_of(values[name])
    values["lots"] = tuple(values["lots"])
    for name, noun in _NOUNS.items():
        if values[name] is not None:
            values[name] = noun[values[name]]
    return Ticket(**values)


def comment_row(comment: Comment) -> dict[str, Any]:
    """A comment as a row of `store.tables.tickets.comments`."""
    return {
        "id": comment.id, "ticket_id": comment.ticket_id, "time_us": comment.time_us, "principal": comment.principal,
        "body": comment.body, "note": text_row(comment.note) if comment.note else None,
        "public": comment.public, "customer": comment.customer, "at_us": comment.at_us,
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
