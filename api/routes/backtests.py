"""Back-tests: a rule or model over what is kept, before it is switched on, beside what is active now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api import examples_models as examples
from api.encoding import JsonAnswer
from api.guard import PREFIX, Asker, GuardedRoute
from api.languages import language
from api.long_work import asked_for, find_job
from api.models_wire import BacktestIn
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, invalid
from api.state import state_of
from api.views_models import JobView, job_view
from store.repositories.long_jobs import AT_WORK, JobKind, JobState, LongJobRepository

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["models"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]


@router.post("/backtests", **operation(Act.TRY_RULES, JobView, examples.BACKTEST, status=202))
async def start_backtest(request: Request, asker: Asker, body: BacktestIn) -> Response:
    """Try a rule over stored history. Nothing of it is on record: no finding, no alarm, no ticket."""
    if not body.rule and not body.file:
        raise invalid("body/rule", "missing")
    asked = {
        "rule": body.rule, "to_us": body.to or state_of(request).services.now_us(), "days": body.days,
        "zones": body.zones, "file": body.file, "change": body.change.wanted() if body.change else {},
    }  # fmt: skip
    return await asked_for(request, asker, JobKind.BACKTEST, asked, "/backtests")


@router.get(
    "/backtests", **operation(Act.TRY_RULES, Page[JobView], examples.BACKTESTS, problems=(Code.BAD_CURSOR,))
)
async def list_backtests(
    request: Request, asker: Asker, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Back-tests, the newest first, without their results."""
    state, lang = state_of(request), language(request.headers.get("accept-language", ""))
    before = read_cursor(request, cursor, str)
    rows = await state.read(
        lambda connection: LongJobRepository(connection).page(JobKind.BACKTEST, before, limit + 1)
    )
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.id) if last else None
    return JsonAnswer(
        Page([job_view(job, lang) for job in shown], following), headers=next_link(request, following)
    )


@router.get(
    "/backtests/{id}", **operation(Act.TRY_RULES, JobView, examples.BACKTEST, problems=(Code.NOT_FOUND,))
)
async def read_backtest(request: Request, asker: Asker, id: Id) -> Response:
    """How far a back-test is, and once it is done what would have happened, by zone."""
    job = await find_job(state_of(request), JobKind.BACKTEST, id)
    return JsonAnswer(job_view(job, language(request.headers.get("accept-language", ""))))


@router.delete(
    "/backtests/{id}", **operation(Act.TRY_RULES, JobView, examples.BACKTEST, problems=(Code.NOT_FOUND,))
)
async def cancel_backtest(request: Request, asker: Asker, id: Id) -> Response:
    """Cancel a back-test that is not done yet; one that is stays as it is."""
    state = state_of(request)
    await find_job(state, JobKind.BACKTEST, id)
    await state.pool(state.services.long_jobs.stop, id)
    now_us = state.services.now_us()
    await state.write(
        lambda connection: LongJobRepository(connection).step(id, AT_WORK, now_us, state=JobState.CANCELLED)
    )
    job = await find_job(state, JobKind.BACKTEST, id)
    return JsonAnswer(job_view(job, language(request.headers.get("accept-language", ""))))
