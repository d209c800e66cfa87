"""What people send to open, move and comment on tickets."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api import examples, examples_loop
from api.registry_wire import enum_in
from api.times import TimeIn
from api.wire import Key, Line, Lines, Wire, Words
from tickets.deeds import Correction, Deed, resolutions
from tickets.nouns import Category, Hold, Phase, Priority, TicketKind
from tickets.nouns import Line as Level
from tickets.states import Act

NUMBER = "^(KW-)?[0-9]{1,12}$"
PRIORITIES = {priority.name: priority for priority in Priority}
Numbered = Annotated[str, StringConstraints(pattern=NUMBER)]
PriorityName = Annotated[str, StringConstraints(pattern="^P[1-5]$")]
Reason = Annotated[Words, Field(max_length=2000)]


def _known(code: str) -> str:
    if code and code not in resolutions():
        raise PydanticCustomError("bad_choice", "no such choice", {"expected": ", ".join(resolutions())})
    return code


class TicketIn(Wire):
    """A ticket opened by hand, in one's own words."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TICKET_IN]})

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    description: Words = ""
    kind: enum_in(TicketKind) = TicketKind.INTERNAL  # type: ignore[valid-type]
    priority: PriorityName = "P3"
    subject: Annotated[
        str,
        StringConstraints(
            pattern=r"^(customer|lot|shipment|zone|site|gateway|equipment|device):[^\x00]{1,200}$"
        ),
    ]
    """`kind:key`; a device by its full name."""
    zone: Key | None = None
    category: enum_in(Category) = Category.TECHNICAL  # type: ignore[valid-type]
    phase: enum_in(Phase) = Phase.AFTER_SALE  # type: ignore[valid-type]
    customer: Key | None = None
    """Who reports it or for whom it is done; left out, whom the subject names."""
    wished: TimeIn | None = None
    """By when it is wanted: a wish, not a promise."""
    parent: Numbered | None = None
    """The number of the ticket of which it is part."""


class DeedIn(Wire):
    """An act, why, and what is said with it; each field serves the acts that it names."""

    act: enum_in(Act)  # type: ignore[valid-type]
    reason: Reason = ""
    into: Numbered | None = None
    """merge: the number of the ticket that takes over; join_parent: of the one of which it becomes part."""
    hold: enum_in(Hold) = Hold.OTHER  # type: ignore[valid-type]
    """hold: what it waits for; it decides which clocks pause."""
    proof: Reason = ""
    """hold for force majeure: what proves it."""
    line: enum_in(Level) | None = None  # type: ignore[valid-type]
    """hand_over: to whom; left out, to the other line."""
    tried: Words = ""
    """hand_over to the experts: what was tried."""
    plan: Words = ""
    """plan: the remedy that is proposed."""
    steps: Lines
    """plan: one by one."""
    resolution: Annotated[str, StringConstraints(max_length=64), AfterValidator(_known)] = ""
    """resolve: one of `resolutions` in `GET /tickets/states`."""
    found: Words = ""
    """resolve: what it was."""
    done: Words = ""
    """resolve: what was done about it; the customer reads it."""
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    """survey: 5 is the best."""
    text: Reason = ""
    """survey: in the customer's words."""
    owner: Annotated[str, StringConstraints(pattern=r"^(person|key|user):[^\x00]{1,100}$")] | None = None
    """improve: who sees to it; left out, who decides it."""
    due: TimeIn | None = None
    """promise_anew: the new date."""
    category: enum_in(Category) | None = None  # type: ignore[valid-type]
    """correct."""
    phase: enum_in(Phase) | None = None  # type: ignore[valid-type]
    """correct."""
    priority: PriorityName | None = None
    """correct."""
    customer: Annotated[Line, Field(max_length=64)] | None = None
    """correct: a customer's key; empty: nobody's."""

    def deed(self, into: str | None, grade: str | None) -> Deed:
        """As the desk understands it. `into`: the id behind the number; `grade`: of the customer that is corrected."""
        right = Correction(
            self.category,
            self.phase,
            PRIORITIES[self.priority] if self.priority else None,
            self.customer,
            grade,
        )
        return Deed(
            act=self.act, reason=self.reason, hold=self.hold, proof=self.proof, line=self.line, tried=self.tried,
            plan=self.plan, steps=tuple(self.steps), resolution=self.resolution, found=self.found, done=self.done,
            score=self.score, text=self.text, owner=self.owner, due_us=self.due, correction=right, into=into,
        )  # fmt: skip


class MoveIn(DeedIn):
    """An act on a ticket, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MOVE_IN]})

    at: TimeIn | None = None
    """When it was done, if it waited for a network: at most 72 h ago, and not before what others did to the ticket."""


class BulkIn(DeedIn):
    """One act on many tickets."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples_loop.BULK_IN]})

    numbers: Annotated[list[Numbered], Field(min_length=1, max_length=200)]


class CommentIn(Wire):
    """What one has to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMMENT_IN]})

    text: Annotated[Words, Field(min_length=1)]
    public: bool = False
    """Whether the customer concerned reads it; what customers say, they read in any case."""
    at: TimeIn | None = None
    """When it was said, if it waited for a network; at most 72 h ago."""
