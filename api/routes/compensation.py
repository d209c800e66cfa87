"""Compensation for lateness: a supervisor approves or rejects what is proposed, once, and says why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path
from starlette.requests import Request
from starlette.responses import Response

from api import examples_clocks as examples
from api.clock_text import Spoken, decision, proposal_view
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.openapi import operation
from api.policies_wire import CompensationIn
from api.policy import Act, acting_as
from api.problems import Code, Problem
from api.state import state_of
from api.views_clocks import CompensationView
from detect.nouns import Json
from store.repositories.records import By, record
from tickets.clocks import log as logs
from tickets.clocks.clocks import clocks
from tickets.clocks.compensation import APPROVED, REJECTED, compensation
from tickets.clocks.nouns import Proposal
from tickets.clocks.priority import context_of
from tickets.nouns import Ticket

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["tickets"])

Number = Annotated[str, Path(pattern="^(KW-)?[0-9]{1,12}$")]


@router.post(
    "/tickets/{number}/compensation",
    **operation(
        Act.DECIDE_COMPENSATION, CompensationView, examples.COMPENSATION,
        problems=(Code.NOT_FOUND, Code.TRANSITION_REFUSED),
    ),
)  # fmt: skip
async def decide_compensation(
    request: Request,
    asker: Asker,
    number: Number,
    body: CompensationIn,
    accept_language: Annotated[str, Header(max_length=500, description="en or zh")] = "en",
) -> Response:
    """Approve or reject the compensation proposed for a late ticket. Only what will not grow any more can be decided on."""
    state = state_of(request)
    now_us = state.services.now_us()
    goods = (await state.ownership()).goods

    def decide(connection: Any) -> CompensationView:
        ticket = state.services.tickets.by_number(connection, int(number.removeprefix("KW-")))
        if ticket is None:
            raise Problem(Code.NOT_FOUND)
        log = logs.read(state.services.tickets.history(connection, ticket.id))
        known, context = state.services.policies(connection), context_of(ticket, goods)
        found = clocks(ticket, log, known, context, now_us, explain=False)
        proposal = compensation(ticket, found, known.at(now_us), context, log)
        _refuse(ticket, proposal, decision(log) is not None)
        assert proposal is not None  # else it was refused
        act = APPROVED if body.decision == "approve" else REJECTED
        record(
            connection,
            By(acting_as(asker), now_us, body.reason),
            act,
            f"ticket:{ticket.id}",
            None,
            _told(proposal),
        )
        after = logs.read(state.services.tickets.history(connection, ticket.id))
        return proposal_view(proposal, decision(after), Spoken(ticket, language(accept_language)))

    return JsonAnswer(await state.write(decide))


def _refuse(ticket: Ticket, proposal: Proposal | None, decided: bool) -> None:
    """Go on only if there is something to decide on."""
    why = (
        "already_decided" if decided
        else "nothing_proposed" if proposal is None
        else "" if proposal.final
        else "still_growing"
    )  # fmt: skip
    if why:
        raise Problem(
            Code.TRANSITION_REFUSED,
            {"state": ticket.state},
            refusal=why,
            sentence=f"clocks.compensation.refused.{why}",
        )


def _told(proposal: Proposal) -> dict[str, Json]:
    amounts: dict[str, Json] = {currency: str(amount) for currency, amount in proposal.amounts.items()}
    return {
        "offer": proposal.offer, "clock": proposal.clock, "hours_late": proposal.hours_late, "share": str(proposal.share),
        "amounts": amounts,
    }  # fmt: skip
