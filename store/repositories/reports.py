"""What a report asks of the records: which tickets findings led to, what was said of them, and reports given out."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, select

from store import events
from store.events import Event
from store.repositories.records import By, record
from store.rows import among
from store.tables.models import verdicts
from store.tables.tickets import ticket_findings, tickets

REPORTS = "export:report"
"""The subject under which reports that were given out stand in the history."""
_CHUNK = 500


class Followed(NamedTuple):
    """What came of a finding."""

    ticket_id: str
    number: int
    verdict: str | None


def followed(connection: Connection, finding_ids: Collection[str]) -> dict[str, Followed]:
    """Finding → its ticket, and what was said of that."""
    wanted, found = sorted(finding_ids), dict[str, Followed]()
    for at in range(0, len(wanted), _CHUNK):
        query = (
            select(ticket_findings.c.finding_id, tickets.c.id, tickets.c.number, verdicts.c.verdict)
            .join(tickets, tickets.c.id == ticket_findings.c.ticket_id)
            .outerjoin(verdicts, verdicts.c.ticket_id == tickets.c.id)
            .where(among(connection, ticket_findings.c.finding_id, wanted[at : at + _CHUNK]))
        )
        for row in connection.execute(query):
            found[row[0]] = Followed(row[1], row[2], row[3])
    return found


def note_given(connection: Connection, about: str, digest: str, by: By) -> int:
    """Put on record that a report was given out; return the number of the event."""
    return record(connection, by, "exported", REPORTS, None, {"about": about, "sha256": digest})


def given(connection: Connection, digest: str, after: int) -> Event | None:
    """The event behind number `after` by which this report was given out."""
    while page := events.of_subject(connection, REPORTS, after):
        for event in page:
            if isinstance(event.new, dict) and event.new.get("sha256") == digest:
                return event
        after = page[-1].sequence
    return None
