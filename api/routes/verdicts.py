"""Verdicts: what engineers say of tickets, how right detection was, and which figures that speaks for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_models as examples
from api.acting import by_of
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.long_work import asked_for, find_job
from api.models_wire import DecisionIn, RetuneIn, VerdictIn
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.refusals import as_problems
from api.state import State, state_of
from api.ticket_text import verdict_view
from api.times import TimeIn
from api.views_desk import VerdictView
from api.views_models import DetectorsView, JobView, ProposalView, job_view, proposal_view, sort_view
from store.repositories import verdicts
from store.repositories.long_jobs import JobKind
from store.repositories.verdicts import Proposal, ProposalState
from tickets.nouns import ticket_name
from tickets.verdicts import Said, Verdict

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["quality"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
Number = Annotated[str, Path(pattern="^(KW-)?[0-9]{1,12}$")]


@router.post(
    "/tickets/{number}/verdict",
    **operation(Act.JUDGE_TICKET, VerdictView, examples.VERDICT, problems=(Code.NOT_FOUND,)),
)
async def judge_ticket(request: Request, asker: Asker, number: Number, body: VerdictIn) -> Response:
    """Say whether a ticket was right: true, false or duplicate, and why. Said again, it replaces what was said before."""
    state = state_of(request)
    ticket = await state.read(state.services.tickets.by_number, int(number.removeprefix("KW-")))
    if ticket is None:
        raise Problem(Code.NOT_FOUND)
    now_us = state.services.now_us()
    by = by_of(asker, now_us, body.reason)
    said = Verdict(ticket.id, Said(body.verdict), body.reason, body.began, by.principal, now_us)
    await state.write(verdicts.say, said, by)
    return JsonAnswer(verdict_view(said))


@router.get("/quality/detectors", **operation(Act.READ_QUALITY, DetectorsView, examples.DETECTORS))
async def read_detector_quality(
    request: Request,
    asker: Asker,
    since: Annotated[TimeIn | None, Query(description="Of tickets opened at or after.")] = None,
) -> Response:
    """How right each detector was, by band, zone and model, and which tickets want a verdict."""

    def look(connection: Any) -> DetectorsView:
        found = verdicts.judgements(connection, since or 0)
        wanted = [ticket_name(number) for number in verdicts.wants(connection)]
        return DetectorsView([sort_view(one) for one in found], wanted)

    return JsonAnswer(await state_of(request).read(look))


@router.post("/quality/retunings", **operation(Act.TRY_RULES, JobView, examples.RETUNING, status=202))
async def start_retuning(request: Request, asker: Asker, body: RetuneIn) -> Response:
    """Look for other figures of a rule that verdicts speak for. What is found is proposed, never adopted by itself."""
    to_us = state_of(request).services.now_us()
    asked = {"rule": body.rule, "to_us": to_us, "days": body.days, "reason": body.reason}
    return await asked_for(request, asker, JobKind.RETUNING, asked, "/quality/retunings")


@router.get(
    "/quality/retunings/{id}",
    **operation(Act.TRY_RULES, JobView, examples.RETUNING, problems=(Code.NOT_FOUND,)),
)
async def read_retuning(request: Request, asker: Asker, id: Id) -> Response:
    """How far it is; then the id of the proposal, or why there is none."""
    job = await find_job(state_of(request), JobKind.RETUNING, id)
    return JsonAnswer(job_view(job, language(request.headers.get("accept-language", ""))))


@router.get(
    "/quality/proposals",
    **operation(Act.READ_QUALITY, Page[ProposalView], examples.PROPOSALS, problems=(Code.BAD_CURSOR,)),
)
async def list_proposals(
    request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Proposals with what they would have changed, the newest first."""
    state, lang = state_of(request), language(request.headers.get("accept-language", ""))
    before = read_cursor(request, cursor, str)
    rows = await state.read(verdicts.proposed, before, limit + 1)
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    items = [proposal_view(row, lang) for row in shown]
    return JsonAnswer(Page(items, following), headers=next_link(request, following))


@router.post(
    "/quality/proposals/{id}/adopt",
    **operation(
        Act.MANAGE_MODELS, ProposalView, examples.PROPOSAL,
        problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE, Code.MODEL_REFUSED),
    ),
)  # fmt: skip
async def adopt_proposal(request: Request, asker: Asker, id: Id, body: DecisionIn) -> Response:
    """Let the proposed figure hold from now on: a new version of the profile, or the model with the new threshold speaks."""
    state = state_of(request)
    by = by_of(asker, state.services.now_us(), body.reason)
    await _found(state, id)

    def adopt(connection: Any) -> None:
        found = verdicts.proposal(connection, id)
        if found is None or found.state is not ProposalState.OPEN:
            raise Problem(Code.CHANGED_MEANWHILE)
        with as_problems():
            refusal = state.services.adopt_proposal(connection, found, by)
        if refusal is not None:
            raise Problem(
                Code.MODEL_REFUSED, {"why": refusal}, sentence="models.not_adopted", refusal=refusal
            )

    await state.write(adopt)
    return await _answer(request, id)


@router.post(
    "/quality/proposals/{id}/decline",
    **operation(
        Act.MANAGE_MODELS, ProposalView, examples.PROPOSAL, problems=(Code.NOT_FOUND, Code.CHANGED_MEANWHILE)
    ),
)
async def decline_proposal(request: Request, asker: Asker, id: Id, body: DecisionIn) -> Response:
    """Leave the figure as it is."""
    state = state_of(request)
    by = by_of(asker, state.services.now_us(), body.reason)
    await _found(state, id)

    def decline(connection: Any) -> None:
        with as_problems():
            verdicts.decide(connection, id, ProposalState.DECLINED, by)

    await state.write(decline)
    return await _answer(request, id)


async def _answer(request: Request, id: str) -> Response:
    found = await _found(state_of(request), id)
    return JsonAnswer(proposal_view(found, language(request.headers.get("accept-language", ""))))


async def _found(state: State, id: str) -> Proposal:
    found = await state.read(verdicts.proposal, id)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found
