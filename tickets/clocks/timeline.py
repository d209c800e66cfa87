"""A ticket's time in pieces within which nothing that decides a clock changes: policy, facts, state, what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from detect.nouns import Json
from tickets.clocks.log import PATH, Entry, Log
from tickets.clocks.policies import Facts, Policies, Policy
from tickets.nouns import Category, Hold, Phase, Priority, Ticket, TicketKind, TicketState

EVER_US = 2**62
"""The end of the last piece."""
_FACTS = ("kind", "category", "phase", "grade", "priority")


class Piece(NamedTuple):
    """A stretch of a ticket's time."""

    from_us: int
    to_us: int
    policy: Policy
    facts: Facts
    state: TicketState
    hold: Hold | None


def pieces(ticket: Ticket, log: Log, policies: Policies, now_us: int) -> list[Piece]:
    """The ticket's time from its opening on; the last piece has no end, for nobody knows what is to come but policies."""
    entries = log.until(now_us)
    said = _Said(ticket, entries)
    changes = [entry for entry in entries if entry.at_us > ticket.opened_at_us and _changes(entry)]
    starts = {ticket.opened_at_us, *(entry.at_us for entry in changes)}
    starts |= {policy.valid_from_us for policy in policies.after(ticket.opened_at_us)}
    at, found = 0, list[Piece]()
    ordered = sorted(starts)
    for from_us, to_us in zip(ordered, [*ordered[1:], EVER_US], strict=True):
        while at < len(entries) and entries[at].at_us <= from_us:
            said.hear(entries[at])
            at += 1
        found.append(Piece(from_us, to_us, policies.at(from_us), said.facts(), said.state, said.hold))
    return found


def entered(entries: Sequence[Entry], wanted: TicketState) -> int | None:
    """When the ticket first came into a state of its way, or beyond it; None if it never did."""
    if wanted not in PATH:
        return next((entry.at_us for entry in entries if entry.state is wanted), None)
    least = PATH.index(wanted)
    return next(
        (e.at_us for e in entries if e.state in PATH and PATH.index(e.state) >= least),
        None,
    )


def _changes(entry: Entry) -> bool:
    return any(name in entry.new for name in ("state", "hold", *_FACTS))


class _Said:
    """What the entries heard so far say of a ticket; what none of them says is as it was before the first that does."""

    def __init__(self, ticket: Ticket, entries: Sequence[Entry]) -> None:
        self._values: dict[str, Json] = {
            "kind": ticket.kind, "category": ticket.category, "phase": ticket.phase, "grade": ticket.grade,
            "priority": ticket.priority.name, "state": ticket.state, "hold": ticket.hold,
        }  # fmt: skip
        for name in self._values:
            first = next((entry for entry in entries if name in entry.new), None)
            if first is not None:
                self._values[name] = first.old.get(name, first.new[name])

    def hear(self, entry: Entry) -> None:
        """One more."""
        self._values |= {name: entry.new[name] for name in self._values if name in entry.new}

    @property
    def state(self) -> TicketState:
        return TicketState(str(self._values["state"]))

    @property
    def hold(self) -> Hold | None:
        """What it waits for; a pending ticket that does not say waits for something that stops no clock."""
        if self.state is not TicketState.PENDING:
            return None
        said = self._values["hold"]
        return Hold(str(said)) if said else Hold.OTHER

    def facts(self) -> Facts:
        """What rules look at."""
        said = self._values
        return Facts(
            TicketKind(str(said["kind"])), Category(str(said["category"])), Phase(str(said["phase"])),
            str(said["grade"] or ""), Priority[str(said["priority"])],
        )  # fmt: skip
