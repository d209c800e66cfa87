"""Which tickets a list asks for, as query parameters; and which of them one may see, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Query

from api.belongings import Known
from api.guard import may
from api.ownership import Ownership
from api.policy import Act, bound, names_of, owner_of
from api.problems import Code, Problem
from api.state import State
from api.ticket_wire import NUMBER
from api.times import TimeIn
from registry.nouns import Principal
from store.repositories.ticket_filter import TicketFilter, TicketOrder, in_order, position
from tickets.nouns import Category, Line, Phase, Priority, Ticket, TicketKind, TicketState

ME = "me"
_PAGE = 500

Key = Annotated[str | None, Query(max_length=64)]
Flag = Annotated[bool | None, Query()]


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of tickets as it was asked for."""

    which: TicketFilter
    parent: str | None = None
    """The number of the ticket of which they are to be parts."""
    overdue: bool = False
    """As of the moment of the answer."""
    assignee: str | None = None

    @property
    def personal(self) -> bool:
        """Whether the answer depends on who asks, or on the moment: it is not to be remembered."""
        return self.overdue or self.assignee == ME

    @property
    def inside(self) -> bool:
        """Whether it asks for what stays inside the desk: who has a ticket, and what was said there."""
        which = self.which
        named = (self.assignee, self.parent, which.unassigned, which.teams, which.lines)
        return any(value is not None for value in named)


def asked(
    state: Annotated[list[TicketState] | None, Query(max_length=20)] = None,
    kind: Annotated[list[TicketKind] | None, Query(max_length=10)] = None,
    priority: Annotated[list[str] | None, Query(max_length=5, description="P1 … P5")] = None,
    zone: Key = None,
    site: Key = None,
    cause: Annotated[str | None, Query(max_length=300)] = None,
    since: Annotated[TimeIn | None, Query(description="Opened at or after.")] = None,
    assignee: Annotated[str | None, Query(max_length=200, description="A principal, or `me`.")] = None,
    unassigned: Flag = None,
    team: Key = None,
    customer: Key = None,
    category: Annotated[list[Category] | None, Query(max_length=10)] = None,
    phase: Annotated[list[Phase] | None, Query(max_length=10)] = None,
    line: Annotated[Line | None, Query()] = None,
    parent: Annotated[str | None, Query(pattern=NUMBER, description="Parts of this ticket.")] = None,
    live: Flag = None,
    overdue: Annotated[bool, Query(description="Live, and past the deadline.")] = False,
    act_by_before: Annotated[TimeIn | None, Query(description="Live, and to be acted on before.")] = None,
    unconfirmed: Annotated[bool | None, Query(description="Closed without the customer's word.")] = None,
    text: Annotated[
        str | None, Query(max_length=200, description="Words in number, title, subject or comments.")
    ] = None,
) -> Asked:
    which = TicketFilter(
        states=state, kinds=kind, priorities=_priorities(priority), zones=[zone] if zone else None,
        sites=[site] if site else None, cause=cause, since_us=since, unassigned=unassigned,
        teams=[team] if team else None, customers=[customer] if customer else None, categories=category, phases=phase,
        lines=[line] if line else None, live=live, act_by_before_us=act_by_before, unconfirmed=unconfirmed, text=text,
    )  # fmt: skip
    return Asked(which, parent, overdue, assignee)


AskedFor = Annotated[Asked, Depends(asked)]


async def filter_of(app: State, asker: Principal, wanted: Asked) -> TicketFilter:
    """The filter behind a question.

    Raises:
        Problem: forbidden, if who sees only its own asks for what stays inside; not_found, for an unknown parent.
    """
    if bound(asker) and wanted.inside:
        raise Problem(Code.FORBIDDEN)
    which = wanted.which
    if wanted.overdue:
        which = replace(which, overdue_at_us=app.services.now_us())
    if wanted.assignee is not None:
        which = replace(which, assignees=_named(asker, wanted.assignee))
    if wanted.parent is None:
        return which
    parent = await app.read(app.services.tickets.by_number, int(wanted.parent.removeprefix("KW-")))
    if parent is None:
        raise Problem(Code.NOT_FOUND)
    return replace(which, parent_id=parent.id)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one may see of tickets."""

    asker: Principal
    ownership: Ownership | None
    """None for whoever may see all."""
    titled: Callable[[Ticket], str]
    """The title of a ticket as the asker reads it."""

    @property
    def known(self) -> Known | None:
        """The lots and sites that the asker may know of; None for whoever may know of all."""
        return None if self.ownership is None else self.ownership.belongings.known_to(owner_of(self.asker))

    def first(
        self,
        connection: Any,
        which: TicketFilter,
        order: TicketOrder,
        after: tuple[int, ...] | None,
        limit: int,
    ) -> list[Ticket]:
        """The first tickets that the asker may see, behind the position `after`."""
        if self.ownership is None:
            return in_order(connection, which, order, after, limit)
        out: list[Ticket] = []
        for page in self.pages(connection, which, order, after):
            out += page
            if len(out) >= limit:
                break
        return out[:limit]

    def pages(
        self, connection: Any, which: TicketFilter, order: TicketOrder, after: tuple[int, ...] | None = None
    ) -> Iterator[list[Ticket]]:
        """All tickets that the asker may see, a page at a time. Words are looked for in what the asker reads, and nowhere else."""
        asked = which if self.ownership is None else replace(which, text=None)
        while rows := in_order(connection, asked, order, after, _PAGE):
            yield [row for row in rows if self._seen(row, which)]
            if len(rows) < _PAGE:
                return
            after = position(rows[-1], order)

    def _seen(self, ticket: Ticket, which: TicketFilter) -> bool:
        if self.ownership is None:
            return True
        if not may(self.asker, Act.READ_TICKETS, self.ownership.of_ticket(ticket)):
            return False
        if which.customers is not None and ticket.customer != self.asker.customer:
            return False
        if which.sites is not None and (self.known is None or ticket.site not in self.known.sites):
            return False
        words = (which.text or "").strip().lower()
        return words in f"{ticket.name} {self.titled(ticket)}".lower()


def _named(asker: Principal, assignee: str) -> list[str]:
    """The principals behind a name: `me` is the key as well as the person it was given out for."""
    return sorted(set(names_of(asker))) if assignee == ME else [assignee]


def _priorities(names: Sequence[str] | None) -> list[Priority] | None:
    if names is None:
        return None
    known = [Priority[name] for name in names if name in Priority.__members__]
    if len(known) < len(names):
        raise Problem(
            Code.INVALID,
            {"n": 1},
            [("query/priority", "bad_choice", {"limit": ", ".join(Priority.__members__)})],
        )
    return known
