"""What the messages of the clerk say of the findings behind a ticket, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from detect.nouns import Change, FindingChange, Severity
from store.service import Place
from store.tables.outbox import notices
from tests.store.test_clerk import Office
from tests.tickets.desk import MIN, T0, finding, opened


@pytest.fixture
def office(place: Place) -> Iterator[Office]:
    """A desk with people, of each engine in turn."""
    made = Office(place)
    yield made
    made.database.close()


def test_who_is_called_reads_what_was_found_and_what_to_do(office: Office) -> None:
    """Assignment and escalation carry the evidence and the first steps; they follow the findings as they are by then."""
    found = finding(severity=Severity.CRITICAL, evidence={"quantity": "temperature", "limit": 8.0}, peak=11.4)
    office.find(opened(found))
    office.work()
    (ticket,) = [office.only()]
    office.find([FindingChange(Change.REVISED, replace(found, peak=13.0))])
    office.work(T0 + 30 * MIN)
    query = select(notices.c.code, notices.c.params).order_by(notices.c.sequence)
    with office.database.reading() as connection:
        params = [
            (code, said) for code, said in connection.execute(query) if code in {"assigned", "escalated"}
        ]
    assert {code for code, _ in params} == {"assigned", "escalated"}
    for _, said in params:
        assert said["number"] == ticket.name
        assert said["found"]["params"]["limit"]["value"] == 8.0
        assert said["remedy"]["steps"][0] == f"{said['remedy']['title'].removesuffix('.title')}.1"
    values = [said["found"]["params"]["value"]["value"] for _, said in params]
    assert (values[0], values[-1]) == (11.4, 13.0)
