"""What engineers said of tickets, and what verdicts speak for; each word and each decision has its event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from detect.nouns import Json, Kind
from store.repositories.records import By, NoSuchObjectError, OutdatedVersionError, record
from store.repositories.ticket_rows import finding_of
from store.tables.models import proposals
from store.tables.models import verdicts as table
from store.tables.tickets import findings, ticket_findings, tickets
from tickets.verdicts import DONE, Said, Verdict, Word


class Sort(NamedTuple):
    """What speaks alike: one band or kind of one detector in one zone, or one model."""

    detector: str
    kind: str
    band: str
    zone: str | None
    model: str | None


@dataclass(slots=True)
class Judgement:
    """What was said of tickets of one sort."""

    sort: Sort
    said: Counter[str]
    unsaid: int = 0
    """Done, and nobody said anything."""


def say(connection: Connection, verdict: Verdict, by: By) -> None:
    """Keep what was said of a ticket, in place of what was said before."""
    old = of_ticket(connection, verdict.ticket_id)
    row = msgspec.to_builtins(verdict)
    if old is None:
        connection.execute(insert(table), [row])
    else:
        connection.execute(update(table).where(table.c.ticket_id == verdict.ticket_id).values(row))
    before = _told(old) if old else None
    record(connection, by, "judged", f"ticket:{verdict.ticket_id}", before, _told(verdict))


def of_ticket(connection: Connection, ticket_id: str) -> Verdict | None:
    """What was said of a ticket."""
    row = connection.execute(select(table).where(table.c.ticket_id == ticket_id)).mappings().first()
    return msgspec.convert({str(name): value for name, value in row.items()}, Verdict) if row else None


def words(connection: Connection, from_us: int, to_us: int) -> list[Word]:
    """What was said, for each finding of the tickets that touches [from_us, to_us)."""
    query = (
        select(findings, table.c.verdict, table.c.began_us, tickets.c.number)
        .join(ticket_findings, ticket_findings.c.finding_id == findings.c.id)
        .join(table, table.c.ticket_id == ticket_findings.c.ticket_id)
        .join(tickets, tickets.c.id == ticket_findings.c.ticket_id)
        .where(findings.c.start_us < to_us, findings.c.end_us.is_(None) | (findings.c.end_us > from_us))
        .order_by(findings.c.start_us, findings.c.id)
    )
    rows = connection.execute(query).mappings()
    return [Word(Said(row["verdict"]), row["number"], finding_of(row), row["began_us"]) for row in rows]


def judgements(connection: Connection, from_us: int = 0) -> list[Judgement]:
    """What was said of tickets opened since, by detector, kind, band, zone and model; a ticket counts once in each."""
    kept = findings.c
    query = (
        select(
            kept.detector, kept.kind, kept.band, kept.zone, kept.model, table.c.verdict, tickets.c.state,
            func.count(ticket_findings.c.ticket_id.distinct()).label("n"),
        )
        .join(ticket_findings, ticket_findings.c.finding_id == kept.id)
        .join(tickets, tickets.c.id == ticket_findings.c.ticket_id)
        .outerjoin(table, table.c.ticket_id == tickets.c.id)
        .where(tickets.c.opened_at_us >= from_us)
        .group_by(kept.detector, kept.kind, kept.band, kept.zone, kept.model, table.c.verdict, tickets.c.state)
    )  # fmt: skip
    found: dict[Sort, Judgement] = {}
    for row in connection.execute(query):
        sort = Sort(row.detector, row.kind, row.band.partition("@")[0], row.zone, row.model)
        judgement = found.setdefault(sort, Judgement(sort, Counter()))
        if row.verdict is not None:
            judgement.said[row.verdict] += row.n
        elif row.state in DONE:
            judgement.unsaid += row.n
    return sorted(found.values(), key=lambda one: tuple(map(str, one.sort)))


def wants(connection: Connection, limit: int = 100) -> list[int]:
    """The numbers of tickets that are done and of which nobody said whether they were right, the newest first."""
    query = (
        select(tickets.c.number)
        .outerjoin(table, table.c.ticket_id == tickets.c.id)
        .where(tickets.c.state.in_(sorted(DONE)), tickets.c.cause.is_not(None), table.c.ticket_id.is_(None))
        .order_by(tickets.c.number.desc())
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def raised(connection: Connection, kind: Kind, from_us: int, to_us: int) -> list[tuple[Any, str | None, int]]:
    """(finding, ticket id, when that was opened) of a kind, live, that touch [from_us, to_us)."""
    query = (
        select(findings, ticket_findings.c.ticket_id, tickets.c.opened_at_us)
        .outerjoin(ticket_findings, ticket_findings.c.finding_id == findings.c.id)
        .outerjoin(tickets, tickets.c.id == ticket_findings.c.ticket_id)
        .where(
            findings.c.kind == kind, findings.c.retracted.is_(None), findings.c.start_us < to_us,
            findings.c.end_us.is_(None) | (findings.c.end_us > from_us),
        )
        .order_by(findings.c.start_us, findings.c.id)
    )  # fmt: skip
    rows = connection.execute(query).mappings()
    return [(finding_of(row), row["ticket_id"], row["opened_at_us"] or row["received_us"]) for row in rows]


def _told(verdict: Verdict) -> dict[str, Json]:
    return {"verdict": str(verdict.verdict), "began_us": verdict.began_us}


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ADOPTED = "adopted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A threshold that verdicts speak for, with what it would have changed."""

    id: str
    rule: str
    """`profile/band`, or `name@version` of a model."""
    created_us: int
    body: Mapping[str, Any]
    """`change`, `why`, `before` and `after` (`tickets.retuning.Proposed`)."""
    state: ProposalState = ProposalState.OPEN
    decided_us: int | None = None
    decided_by: str | None = None


def propose(connection: Connection, proposal: Proposal, by: By) -> None:
    """Keep a proposal; an open one about the same rule gives way to it."""
    same = (proposals.c.rule == proposal.rule) & (proposals.c.state == ProposalState.OPEN)
    for id in list(connection.execute(select(proposals.c.id).where(same)).scalars()):
        decide(connection, id, ProposalState.DECLINED, By(by.principal, by.time_us, "retuning.superseded"))
    connection.execute(insert(proposals), [msgspec.to_builtins(proposal)])
    record(
        connection,
        by,
        "proposed",
        f"proposal:{proposal.id}",
        None,
        dict(proposal.body.get("change", {})) | {"rule": proposal.rule},
    )


def decide(connection: Connection, id: str, state: ProposalState, by: By) -> Proposal:
    """Adopt or decline an open proposal.

    Raises:
        NoSuchObjectError: there is none.
        OutdatedVersionError: it was decided already.
    """
    found = proposal(connection, id)
    if found is None:
        raise NoSuchObjectError("proposal", id)
    if found.state is not ProposalState.OPEN:
        raise OutdatedVersionError("proposal", id, 1, 2)
    values = {"state": str(state), "decided_us": by.time_us, "decided_by": by.principal}
    connection.execute(update(proposals).where(proposals.c.id == id).values(values))
    record(
        connection,
        by,
        str(state),
        f"proposal:{id}",
        {"state": str(found.state)},
        {"state": str(state), "rule": found.rule},
    )
    after = proposal(connection, id)
    assert after is not None  # it was just written
    return after


def proposal(connection: Connection, id: str) -> Proposal | None:
    """One proposal."""
    row = connection.execute(select(proposals).where(proposals.c.id == id)).mappings().first()
    return _proposal(row) if row else None


def proposed(connection: Connection, before: str | None = None, limit: int = 100) -> list[Proposal]:
    """Proposals, the newest first, older than the id `before`."""
    query = select(proposals).order_by(proposals.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(proposals.c.id < before)
    return [_proposal(row) for row in connection.execute(query).mappings()]


def _proposal(row: RowMapping) -> Proposal:
    return msgspec.convert({str(name): value for name, value in row.items()}, Proposal)
